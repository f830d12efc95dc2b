"""Editors at work in a real browser: the autocomplete, rows that are added, and no fault in any page."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import builders
from tests.browser import axe
from tests.rounds import few_and_all
from timeline import reference
from timeline.models import Event, State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _signed_in(page: Page, server: LiveServer, transactional_db: None) -> None:
    reference.add_missing_countries()
    builders.cast()
    enter(page, server, User.objects.create_superuser("editor", password="a long password"))


def enter(page: Page, server: LiveServer, user: User) -> None:
    """Be signed in, without the page for it."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])


def choose(page: Page, field: str, words: str, option: str) -> None:
    """Choose a row in an autocomplete field."""
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").last.fill(words)
    page.locator(".select2-results__option", has_text=option).first.click()


@pytest.mark.soak  # what a journey by keyboard and one over two sessions do each time
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


@few_and_all
def test_pages_are_without_faults(page: Page, screenshot, everything: bool) -> None:
    builders.publish(builders.call(topics=["taiwan"], readouts=[builders.account("JP", "one")]))
    # Each time those that no journey leads through; all lists are made alike.
    nouns = ("meeting", "call", "statement", "leader", "country", "topic", "source")
    for noun in nouns if everything else ("statement", "source"):
        page.goto(f"/admin/timeline/{noun}/add/")
    for noun in nouns if everything else ("country",):
        page.goto(f"/admin/timeline/{noun}/")
    page.goto("/admin/timeline/call/")
    screenshot("admin-calls")
    page.get_by_role("link", name="They speak: call").click()
    expect(page.get_by_text("Published: everyone can read it.")).to_be_visible()
    screenshot("admin-call")


@pytest.mark.long
def test_a_passkey_is_added_and_signs_in(page: Page, faults, screenshot) -> None:
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("A name to know it by").fill("My laptop")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    screenshot("account-codes")
    page.goto(reverse("account_logout"))
    page.get_by_role("button", name="Sign out").click()
    page.goto("/admin/timeline/call/")
    faults.expect("Applying inline style")  # axe tries that itself where it measures colours
    found = axe.violations(page)
    assert not found, axe.told(found)
    screenshot("account-sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Select call to change")).to_be_visible()
    page.goto(reverse("account_logout"))
    page.get_by_role("button", name="Sign out").click()
    chromium.send("WebAuthn.disable")
    chromium.send("WebAuthn.enable")  # a device without any passkey for this site
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used")).to_be_visible()
    chromium.detach()
