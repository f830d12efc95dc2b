"""The share panel by keyboard, and the card in a frame of the height that its code asks for."""

import pytest
from playwright.sync_api import Page, expect

from timeline.formats import frame
from timeline.models import Event

pytestmark = pytest.mark.usefixtures("dossiers")

CALL = "takaichi-trump-call-2025-11-25"


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}])
def test_an_entry_is_copied_and_framed(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/events/{CALL}/")
    told = page.get_by_role("status")
    expect(told).to_be_empty()
    page.get_by_label("Permanent link").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(told).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    expect(told).to_be_empty()
    # Where copying is not allowed, the words are selected, and it says so.
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    page.get_by_role("button", name="Copy the code").press("Enter")
    expect(told).to_have_text("Selected: copy it now")
    assert "<iframe" in page.evaluate("getSelection().toString() || document.activeElement.value")
    # The card ends before its frame does, as wide or narrow as the frame may be.
    for slug in (CALL, "apec-leaders-meeting-2025-10-31", "takaichi-li-qiang-g20-2025-11"):
        event = Event.objects.with_entry().get(slug=slug)
        page.goto(f"/events/{slug}/card/")
        for width in (260, 320, 481, 640):
            page.set_viewport_size({"width": width, "height": frame.height(event, width)})
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), (slug, width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (slug, width)
