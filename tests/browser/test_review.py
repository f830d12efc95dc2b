"""An editor reviews an article by keyboard: into an entry that is there, and into a draft with somebody new."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect

from tests import builders
from tests.browser.test_desk import ours, tab_to
from tests.test_proposals import CALL, MEETING, store
from timeline import record, reference
from timeline.models import Event, Leader, Proposal, Standing, State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.long
@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}])
def test_an_article_is_reviewed_by_keyboard(page: Page, faults, screenshot, viewport, server) -> None:
    reference.add_missing_countries()
    builders.cast()
    (event,) = builders.publish(builders.call(format="phone", duration_minutes=20))
    article = store(CALL + MEETING.replace("Takaichi in", "French President Luc Morel in")).article
    client = Client()
    client.force_login(User.objects.create_superuser("editor"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
    page.goto(f"/admin/timeline/article/{article.pk}/change/")

    # The entry that is there: the value that contradicts is lit in the text, and is taken with a correction.
    tab_to(page, "#p1-duration_minutes")
    expect(page.locator("#article mark.is-lit")).to_have_text("about 25 minutes")
    page.keyboard.press("Space")
    screenshot("review-wide")
    tab_to(page, "#p1 textarea")
    page.keyboard.type("It lasted about 25 minutes, not 20.")
    tab_to(page, "#p1 input[name=_accept]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Accepted as evidence for")).to_be_visible()
    assert record.of(event)["duration_minutes"] == 25

    # Somebody new: only where it is ticked.
    tab_to(page, "#p2-person-1 input[name$=make]")
    page.keyboard.press("Space")
    tab_to(page, "#p2-person-1 input[name$=office]")
    page.keyboard.type("President")
    tab_to(page, "#p2 input[name=_accept]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is a draft now")).to_be_visible()
    assert Leader.objects.get(name="Luc Morel").posts.get().country_id == "FR"
    assert Event.objects.get(kind="meeting").state == State.DRAFT
    expect(page.get_by_text("All proposals of this article are decided.")).to_be_visible()
    assert set(Proposal.objects.values_list("standing", flat=True)) == {Standing.ACCEPTED}

    # On a phone, with what an amended article says.
    store((CALL + MEETING).replace("25 minutes", "40 minutes"))
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/admin/timeline/article/{article.pk}/change/")
    expect(page.get_by_text("says something else than when it was accepted")).to_be_visible()
    screenshot("review-phone")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    faults.expect("Applying inline style")  # axe tries that itself where it measures colours
    assert not ours(page)
