"""What live data does that a drawing doesn't: crowds, long titles, other directions, large text, paper, weight."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from timeline import record
from timeline.models import Event, Leader, State

pytestmark = pytest.mark.usefixtures("dossiers")

CALL = "/events/takaichi-trump-call-2025-11-25/"
LONG = " ".join(["Leaders of a dozen countries meet in a town with a very long name"] * 3)[:200].strip()
UNBROKEN = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


def at_widths(narrow: int, *, wide: int) -> pytest.MarkDecorator:
    """Give a test's window this narrow width in pixels; in the long run the wide one too, which is seldom too small."""
    windows = {width: {"width": width, "height": 800} for width in (narrow, wide)}
    in_the_long_run = pytest.param(windows[wide], marks=pytest.mark.soak)
    return pytest.mark.parametrize("viewport", [windows[narrow], in_the_long_run], ids=[str(narrow), str(wide)])


@pytest.fixture(scope="module")
def crowd(dossiers: None) -> str:
    """A summit of a dozen, with a title of 200 characters and a place without a space; its address."""
    whole = record.of(Event.objects.get(slug="g20-johannesburg-summit-2025-11-22"))
    with record.writing() as writer:
        for number in range(12):
            Leader(
                slug=f"leader-{number}", name=f"Leader Number {number} of the Long Names", family_name="Leader"
            ).save()
        participants = [
            {"leader": f"leader-{number}", "role": "principal", "country": code, "title": None}
            for number, code in enumerate(["AR", "BR", "CA", "DE", "FR", "GB", "IN", "ID", "IT", "MX", "TR", "ZA"])
        ]
        writer.write(
            {**whole, "id": "a-crowd", "title": LONG, "place": UNBROKEN, "participants": participants, "links": []},
            state=State.PUBLISHED,
        )
    return "/events/a-crowd/"


@at_widths(320, wide=1440)
def test_it_holds_a_crowd_and_a_long_title(
    page: Page, crowd: str, assert_accessible: Callable[..., None], screenshot: Callable[[str], None]
) -> None:
    for address in (crowd, "/?since=2025-11-22&until=2025-11-23"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert_accessible(contrast=False)
    page.goto(crowd)
    expect(page.locator(".many__who > li")).to_have_count(12)
    screenshot(f"crowd-{page.viewport_size['width'] if page.viewport_size else 0}")


@at_widths(390, wide=1280)
def test_it_turns_round_for_a_language_from_right_to_left(page: Page, screenshot: Callable[[str], None]) -> None:
    for name, address in (("timeline", "/?since=2025-11-22&until=2025-11-25"), ("call", CALL)):
        page.goto(address)
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        screenshot(f"rtl-{name}-{page.viewport_size['width'] if page.viewport_size else 0}")


@at_widths(640, wide=1280)
def test_it_takes_text_twice_as_large(page: Page) -> None:
    for address in ("/", CALL, "/marks/", "/leaders/", "/between/donald-trump/sanae-takaichi/"):
        page.goto(address)
        page.evaluate("document.styleSheets[0].insertRule('html { font-size: 200% }', 0)")
        page.evaluate("document.styleSheets[0].insertRule('html { font-size: 200% !important }', 0)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_it_prints_a_clean_sheet_with_the_permanent_link(page: Page, screenshot: Callable[[str], None]) -> None:
    page.goto(CALL)
    page.emulate_media(media="print")
    expect(page.get_by_text("Permanent link: http")).to_be_visible()
    for hidden in (".nav", ".foot nav", ".theme", ".prevnext", "#share"):
        expect(page.locator(hidden).first).to_be_hidden()
    screenshot("print-call")
    page.goto("/?since=2025-11-24&until=2025-11-25")
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#results .en").first).to_be_visible()
    screenshot("print-timeline")


def test_it_weighs_little_and_does_not_jump(page: Page) -> None:
    weights: dict[str, int] = {}

    def weigh(response: Response) -> None:
        weights[response.url] = len(gzip.compress(response.body()))

    page.on("response", weigh)
    page.goto("/", wait_until="networkidle")
    page.remove_listener("response", weigh)
    assert len(weights) > 2
    assert sum(weights.values()) < 60_000, weights
    shift = page.evaluate(
        """() => new Promise(resolve => {
            let sum = 0;
            new PerformanceObserver(list => list.getEntries().forEach(one => { sum += one.value; }))
                .observe({type: "layout-shift", buffered: true});
            setTimeout(() => resolve(sum), 300);
        })"""
    )
    assert shift == 0


def test_it_moves_nothing_for_who_asked_for_that(page: Page) -> None:
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("getComputedStyle(document.querySelector('.btn')).transitionDuration") == "0s"
