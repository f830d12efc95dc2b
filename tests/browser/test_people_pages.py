"""Leaders, countries and pairs in a real browser: earlier entries, keyboard, no script, small and dark."""

import pytest
from playwright.sync_api import Page, expect

from tests.builders import TAKAICHI, call, person, publish
from timeline.models import Source

pytestmark = pytest.mark.usefixtures("dossiers")


@pytest.fixture(scope="module")
def _many(dossiers: None) -> None:
    """More calls of Takaichi and Trump than one page has room for."""
    source = Source.objects.order_by("pk")[0].slug
    people = [person(TAKAICHI), person("donald-trump")]
    publish(
        *(
            call(f"many-{n}", f"2026-06-{n % 30 + 1:02}", participants=people, citations=[{"source": source}])
            for n in range(40)
        )
    )


@pytest.mark.usefixtures("_many")
def test_it_loads_earlier_entries_where_the_reader_is(page: Page) -> None:
    page.goto(f"/leaders/{TAKAICHI}/")
    shown = page.locator("#results .en__t a").count()
    page.get_by_role("link", name="Load earlier entries").click()
    expect(page.locator("#results .en__t a").nth(shown)).to_be_focused()
    expect(page).to_have_url(f"/leaders/{TAKAICHI}/")


def test_it_goes_from_a_leader_to_a_pair_and_its_countries(page: Page) -> None:
    page.goto("/leaders/")
    page.get_by_label("A name, in any spelling or script").fill("高市")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Sanae Takaichi").click()
    page.get_by_role("link", name="Donald Trump", exact=True).first.click()
    expect(page).to_have_url(f"/between/donald-trump/{TAKAICHI}/")
    page.get_by_role("link", name="Japan and the United States").click()
    expect(page).to_have_url("/between/JP/US/")
    page.get_by_label("Another pair").select_option("CN")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url("/between/CN/US/")


@pytest.mark.usefixtures("_many")
@pytest.mark.parametrize("java_script_enabled", [False])
def test_it_does_all_this_without_a_script(page: Page) -> None:
    page.goto(f"/leaders/{TAKAICHI}/")
    page.get_by_role("link", name="Load earlier entries").click()
    page.get_by_role("link", name="Later entries").click()
    page.get_by_role("navigation", name="Kind").get_by_role("link", name="Statements").click()
    expect(page.locator("#results .en, #results .say")).to_have_count(11)
