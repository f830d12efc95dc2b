"""Topics, sources, corrections and the page about it all in a real browser."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import bundled
from timeline import record
from timeline.models import Correction, Event

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "topics": "/topics/",
    "topics-found": "/topics/?q=japan",
    "topics-none": "/topics/?q=zebra",
    "topic": "/topics/taiwan/",
    "topic-one": "/topics/travel-seafood/",
    "topic-nonsense": "/topics/taiwan/?kind=party",
    "source": "/sources/yomiuri-20251125-article/",
    "source-one": "/sources/24chasa-20260214/",
    "about": "/about/",
    "corrections": "/corrections/",
}


@pytest.fixture(autouse=True)
def _dossiers(live_server: object) -> None:
    bundled.load()


def fill_the_log() -> None:
    event = Event.objects.get(slug="takaichi-trump-call-2025-11-25")
    with record.writing() as writer:
        Correction(event=event, date=date(2026, 1, 2), text="Point 3 is believed, not reported.").save()
        writer.withdraw(Event.objects.get(slug="takaichi-li-qiang-g20-2025-11"), "The outlet took it back.")


def test_it_finds_a_topic_and_loads_its_earlier_entries(page: Page) -> None:
    page.goto("/topics/")
    page.get_by_label("Words in the topic’s name").fill("TAIWAN")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/topics/?q=TAIWAN")
    page.get_by_role("link", name="Taiwan", exact=True).click()
    expect(page).to_have_url("/topics/taiwan/")
    shown = page.locator("#results .en__t a").count()
    page.get_by_role("link", name="Load earlier entries").click()
    expect(page.locator("#results .en__t a").nth(shown)).to_be_focused()
    expect(page.get_by_text("Nothing earlier is recorded in this view.")).to_be_visible()
    expect(page).to_have_url("/topics/taiwan/")


def test_it_narrows_a_topic_to_a_kind(page: Page) -> None:
    page.goto("/topics/taiwan/?order=oldest")
    page.get_by_role("navigation", name="Kind").get_by_role("link", name="Calls").click()
    expect(page).to_have_url("/topics/taiwan/?kind=call&order=oldest#h-tl")
    expect(page.locator("#results .en, #results .say")).to_have_count(4)


@pytest.mark.parametrize("java_script_enabled", [False])
def test_it_pages_a_topic_without_a_script(page: Page) -> None:
    page.goto("/topics/taiwan/")
    first = page.locator("#results .en__t a").first.inner_text()
    page.get_by_role("link", name="Load earlier entries").click()
    expect(page.get_by_text("Nothing earlier is recorded in this view.")).to_be_visible()
    page.get_by_role("link", name="Later entries").click()
    expect(page.locator("#results .en__t a").first).to_have_text(first)


def test_it_leads_from_an_entry_to_all_that_rests_on_a_source(page: Page) -> None:
    page.goto("/events/takaichi-trump-call-2025-11-25/")
    page.locator(".src").first.get_by_role("link", name="All that rests on it").click()
    expect(page.get_by_role("heading", name="Entries that cite it")).to_be_visible()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "viewport", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}], ids=["1440", "390"]
)
def test_they_are_accessible(
    page: Page,
    assert_accessible: Callable[[], None],
    screenshot: Callable[[str], Path],
    request: pytest.FixtureRequest,
) -> None:
    name = request.node.callspec.id
    for key, address in PAGES.items():
        page.goto(address)
        assert_accessible()
        screenshot(f"{key}-{name}")
    fill_the_log()
    page.goto("/corrections/")
    assert_accessible()
    screenshot(f"corrections-full-{name}")


@pytest.mark.parametrize("viewport", [{"width": 320, "height": 640}])
def test_they_fit_a_small_screen(page: Page) -> None:
    fill_the_log()
    for address in PAGES.values():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_their_headings_are_in_order(page: Page) -> None:
    for address in PAGES.values():
        page.goto(address)
        levels = page.locator("h1, h2, h3, h4, h5").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
        assert levels.count(1) == 1, address
        assert levels[0] == 1
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), address
