"""A reader in a real browser: filters, the way back, permanent links, keyboard, no script, small and dark."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Faults

pytestmark = pytest.mark.usefixtures("dossiers")

CALL = "/events/takaichi-trump-call-2025-11-25/"
NOT = "/events/takaichi-li-qiang-g20-2025-11/"
PLAN = "/events/trump-beijing-visit-2026-03-31/"
MANY = "/events/g20-johannesburg-summit-2025-11-22/"
STATEMENT = "/events/kihara-press-conference-2025-11-25/"
EMPTY = "/?kind=call&leader=lai-ching-te"


def test_it_filters_in_place_and_keeps_the_address(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#count")).to_contain_text("72 entries")
    page.get_by_role("checkbox", name="Call", exact=False).first.check()
    expect(page.locator("#count")).to_contain_text("7 calls")
    expect(page).to_have_url("/?kind=call")
    expect(page).to_have_title("7 calls | Readout")
    expect(page.locator("#f-kind-call")).to_be_focused()
    page.locator("#f-leader-donald-trump").check()
    expect(page).to_have_url("/?kind=call&leader=donald-trump")
    expect(page.locator("#results .en")).to_have_count(5)
    expect(page.locator("#chips .chip")).to_have_count(2)


def test_it_goes_back_and_forward(page: Page) -> None:
    page.goto("/")
    page.locator("#f-kind-call").check()
    expect(page.locator("#count")).to_contain_text("7 calls")
    page.locator("#f-country-JP").check()
    expect(page).to_have_url("/?kind=call&country=JP")
    page.go_back()
    expect(page.locator("#count")).to_contain_text("7 calls")
    expect(page.locator("#f-country-JP")).not_to_be_checked()
    page.go_back()
    expect(page.locator("#count")).to_contain_text("72 entries")
    expect(page.locator("#f-kind-call")).not_to_be_checked()
    page.go_forward()
    expect(page).to_have_url("/?kind=call")
    expect(page.locator("#count")).to_contain_text("7 calls")


def test_it_searches_while_somebody_types(page: Page) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("高市", delay=20)
    expect(page.locator("#chips .chip")).to_contain_text("高市")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("高市")
    page.locator("#chips .chip").click()
    expect(page).to_have_url("/")
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator("#count")).to_be_focused()


def test_it_loads_earlier_entries_where_the_reader_is(page: Page) -> None:
    page.goto("/")
    shown = page.locator("#results .en__t a").count()
    page.get_by_role("link", name="Load earlier entries").click()
    expect(page.locator("#results .en__t a").nth(shown)).to_be_focused()
    page.get_by_role("link", name="Load earlier entries").click()
    expect(page.get_by_text("Nothing earlier is recorded in this view.")).to_be_visible()
    expect(page.locator("#results .en, #results .say")).to_have_count(72)
    assert page.locator("h2.month").evaluate_all("all => new Set(all.map(one => one.id)).size === all.length")


def test_it_sets_the_dates_from_the_strip(page: Page) -> None:
    page.goto("/?kind=call")
    page.locator("#strip a[aria-label^='November 2025']").click()
    expect(page).to_have_url("/?kind=call&since=2025-11&until=2025-11")
    expect(page.locator("#since")).to_have_value("2025-11")
    expect(page.locator("#strip a.in")).to_have_count(1)
    page.locator("#strip a[aria-label^='October 2025']").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?kind=call&since=2025-10&until=2025-10")
    expect(page.locator("#m2025-10")).to_be_focused()


def test_it_asks_for_all_of_the_countries_by_mouse(page: Page) -> None:
    page.goto("/?country=JP&country=KR&kind=meeting")
    page.get_by_role("radio", name="all of").click()
    expect(page.locator("#f-match-all")).to_be_checked()
    expect(page.locator("#count")).to_contain_text("Japan and South Korea")


def test_it_keeps_a_date_that_it_could_not_read(page: Page) -> None:
    page.goto("/")
    page.locator("#since").fill("2025-13")
    page.keyboard.press("Tab")
    expect(page.locator("#ignored")).to_contain_text("there is no month 13")
    expect(page.locator("#since")).to_have_value("2025-13")
    expect(page.locator("#since")).to_have_attribute("aria-invalid", "true")


def test_it_works_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("survival")
    page.keyboard.press("Enter")
    expect(page.locator("#chips .chip")).to_contain_text("survival")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page).to_have_url("/?q=survival&kind=meeting")
    expect(page.locator("#f-kind-meeting")).to_be_focused()


def test_it_says_when_nothing_could_be_loaded(page: Page, faults: Faults) -> None:
    faults.expect("ERR_FAILED|htmx:(afterRequest|sendError)")
    page.goto("/")
    page.route("**/?kind=call", lambda route: route.abort())
    page.locator("#f-kind-call").check()
    expect(page.get_by_text("That did not load.")).to_be_visible()


def test_it_keeps_the_chosen_appearance(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Dark").click()
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(16, 22, 20)"
    page.goto(CALL)
    assert page.evaluate(background) == "rgb(16, 22, 20)"
    page.get_by_role("button", name="Auto").click()
    assert page.evaluate(background) == "rgb(251, 252, 250)"
    assert page.context.cookies() == []


def test_it_follows_a_permanent_link_from_the_timeline(page: Page) -> None:
    page.goto("/?q=25+minutes")
    page.get_by_role("link", name="Takaichi and Trump speak by phone for about 25 minutes").click()
    expect(page).to_have_url(CALL)
    expect(page.get_by_label("Permanent link")).to_have_value(page.url)
    page.locator(".pt__n").first.click()
    expect(page).to_have_url(f"{CALL}#p1")


@pytest.mark.parametrize("java_script_enabled", [False])
def test_it_does_all_this_without_a_script(page: Page) -> None:
    page.goto("/")
    page.locator("#f-kind-call").check()
    page.locator("#f-leader-donald-trump").check()
    page.get_by_role("button", name="Show entries").click()
    expect(page).to_have_url("/?kind=call&leader=donald-trump")
    expect(page.locator("#results .en")).to_have_count(5)
    page.locator("#chips .chip").first.click()
    expect(page).to_have_url("/?leader=donald-trump")
    page.goto("/")
    page.get_by_role("link", name="Load earlier entries").click()
    page.get_by_role("link", name="Later entries").click()
    expect(page.locator("#results .en").first).to_contain_text("Trump and Xi hold their delayed summit")
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()


@pytest.mark.parametrize("viewport", [{"width": 320, "height": 640}])
def test_it_unfolds_the_filters_on_a_small_screen(page: Page) -> None:
    page.goto("/")
    page.locator("#filters > summary").click()
    expect(page.locator("#q")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
