"""Editors at work in a real browser: the autocomplete, rows that are added, and no fault in any page."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests import builders
from timeline import reference
from timeline.models import Event, State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _signed_in(page: Page, transactional_db: None) -> None:
    reference.add_missing_countries()
    builders.cast()
    User.objects.create_superuser("editor", password="a long password")
    page.goto("/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in").click()


def choose(page: Page, field: str, words: str, option: str) -> None:
    """Choose a row in an autocomplete field."""
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").last.fill(words)
    page.locator(".select2-results__option", has_text=option).first.click()


def test_a_call_is_entered_and_published(page: Page, screenshot) -> None:
    page.goto("/admin/timeline/call/add/")
    page.get_by_label("Title:").first.fill("Takaichi and Trump speak by telephone")
    page.locator("#id_date").fill("2025-11-25")
    choose(page, "participations-0-leader", "taka", "Sanae Takaichi")
    choose(page, "participations-1-leader", "trump", "Donald Trump")
    choose(page, "citations-0-source", "jiji", "Jiji Press")
    page.locator("#readouts-group .add-row a").click()
    choose(page, "readouts-0-side", "jap", "Japan")
    page.locator("#id_readouts-0-points").fill("[maybe] Trump told her.")
    page.locator("input[name=_continue]").click()
    expect(page.get_by_text("Line 1: “maybe” is no mark")).to_be_visible()
    screenshot("admin-call-refused")
    page.locator("#id_readouts-0-points").fill("[believed] Trump told her.")
    page.locator("input[name=_continue]").click()
    expect(page.get_by_text("it is ready to be published")).to_be_visible()
    screenshot("admin-call-draft")
    page.locator("input[name=_publish]").click()
    expect(page.get_by_text("” is published.")).to_be_visible()
    assert Event.objects.get().state == State.PUBLISHED


def test_pages_are_without_faults(page: Page, screenshot) -> None:
    builders.publish(builders.call(topics=["taiwan"], readouts=[builders.account("JP", "one")]))
    for noun in ("meeting", "call", "statement", "leader", "country", "topic", "source"):
        page.goto(f"/admin/timeline/{noun}/")
        page.goto(f"/admin/timeline/{noun}/add/")
    page.goto("/admin/timeline/call/")
    screenshot("admin-calls")
    page.get_by_role("link", name="They speak: call").click()
    expect(page.get_by_text("Published: everyone can read it.")).to_be_visible()
    screenshot("admin-call")
