"""Topics, sources, corrections and the page about it all in a real browser."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.usefixtures("dossiers")


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
