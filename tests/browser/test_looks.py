"""Pages looked at by axe, wide and light, small and dark; in the long run all of them at each width in both themes.

Measuring every text's contrast takes axe most of its time. Each time it is done on the pages that between them have
nearly every component, half of them wide and light, half small and dark: the widths' layouts and the themes' colours
don't mix.

Pages are asked for with few entries: axe reads every element, and thirty entries tell it no more than three.
"""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import Faults
from timeline import record
from timeline.models import Correction, Event

PAGES = {
    "timeline": "/?since=2025-11-24&until=2025-11-25",
    "searched": "/?country=JP&country=CN&since=2025-11-22&until=2025-11-23&q=takaichi",
    "gap": "/?leader=donald-trump&leader=sanae-takaichi&match=all&order=oldest&until=2025-11",
    "empty": "/?kind=call&leader=lai-ching-te",
    "nonsense": "/?kind=party&since=tomorrow&leader=lin-hsin-i",
    "call": "/events/takaichi-trump-call-2025-11-25/",
    "not": "/events/takaichi-li-qiang-g20-2025-11/",
    "plan": "/events/trump-beijing-visit-2026-03-31/",
    "crowd": "/events/g20-johannesburg-summit-2025-11-22/",
    "statement": "/events/kihara-press-conference-2025-11-25/",
    "withdrawn": "/events/takaichi-trump-call-2025-10-25/",
    "leaders": "/leaders/",
    "leaders-none": "/leaders/?q=zebra",
    "leader": "/leaders/lin-hsin-i/",
    "leader-busy": "/leaders/marco-rubio/",
    "countries": "/countries/",
    "country": "/countries/TW/",
    "pair": "/between/donald-trump/sanae-takaichi/",
    "pair-of-countries": "/between/JP/KR/",
    "pair-without": "/between/kim-jong-un/sanae-takaichi/",
    "topics": "/topics/",
    "topic": "/topics/travel-seafood/",
    "source": "/sources/24chasa-20260214/",
    "corrections": "/corrections/",
    "about": "/about/",
    "marks": "/marks/",
    "api": "/api/",
    "version": "/events/takaichi-trump-call-2025-11-25/versions/1/",
    "card": "/events/takaichi-trump-call-2025-11-25/card/",
    "card-crowd": "/events/apec-leaders-meeting-2025-10-31/card/",
    "missing": "/no-such-page/",
}
# Those that between them show text in nearly every place and colour that any page has: half of them wide and light
# each time, half of them small and dark.
LIGHT = ("searched", "call", "country", "topics", "marks", "api")
DARK = ("nonsense", "not", "pair-of-countries", "topic", "corrections", "card")
# One of each template, for a small screen; the others have the same parts.
SMALL = (
    "searched",
    "gap",
    "empty",
    "call",
    "not",
    "leaders",
    "leader",
    "country",
    "pair",
    "topic",
    "source",
    "version",
    "card-crowd",
    "missing",
)
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module", autouse=True)
def _corrected_and_withdrawn(dossiers: None) -> None:
    with record.writing() as writer:
        event = Event.objects.get(slug="motegi-rubio-munich-2026-02-14")
        Correction(event=event, date=date(2026, 3, 2), text="It took about 30 minutes, not 40.").save()
        writer.withdraw(Event.objects.get(slug="takaichi-trump-call-2025-10-25"), "The outlet took it back.")


@pytest.mark.parametrize("viewport", [WIDE], ids=["1440"])
def test_it_is_accessible(page: Page, assert_accessible: Callable[..., None]) -> None:
    for name in LIGHT:
        page.goto(PAGES[name])
        assert_accessible()


@pytest.mark.soak
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1440", "390"])
def test_every_page_is_accessible_and_kept_for_who_wants_to_look(
    page: Page,
    assert_accessible: Callable[..., None],
    screenshot: Callable[[str], None],
    faults: Faults,
    viewport: ViewportSize,
    color_scheme: str,
) -> None:
    faults.expect("404|410")
    for name, address in PAGES.items():
        page.goto(address)
        assert_accessible()
        screenshot(f"{name}-{viewport['width']}-{color_scheme}")


@pytest.mark.parametrize("color_scheme", ["dark"])
@pytest.mark.parametrize("viewport", [{"width": 320, "height": 640}], ids=["320"])
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(tuple(dict.fromkeys(SMALL + DARK)), marks=pytest.mark.long),
        pytest.param(tuple(PAGES), marks=pytest.mark.soak),
    ],
    ids=["one of each", "every page"],
)
def test_it_fits_a_small_screen_and_is_in_order(
    page: Page, faults: Faults, assert_accessible: Callable[..., None], names: tuple[str, ...]
) -> None:
    faults.expect("404|410")
    for name in names:
        address = PAGES[name]
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        levels = page.locator("h1, h2, h3, h4, h5").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
        assert levels[0] == levels.count(1) == 1, address
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), address
        if name not in LIGHT or names == tuple(PAGES):  # the others have the same parts
            assert_accessible(contrast=name in DARK)


@pytest.mark.soak
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_long_pages_are_accessible_too(page: Page, assert_accessible: Callable[..., None]) -> None:
    for address in ("/", "/leaders/sanae-takaichi/", "/countries/JP/", "/topics/taiwan/", "/between/CN/JP/"):
        page.goto(address)
        assert_accessible()
