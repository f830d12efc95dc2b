"""A form that came when its editor was no longer signed in: kept for them alone, and shown again to be saved."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests import builders
from tests.desk import ADD, as_a_browser_sends_it, errors_on, filled_in, forms_on, row, saved, unshown
from tests.test_roles import somebody
from timeline import record, roles
from timeline.admin import unsaved
from timeline.models import Event, Leader, State, Unsaved

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"


@pytest.fixture(autouse=True)
def _cast(cast_all_along, db):
    pass


@pytest.fixture
def ed() -> User:
    return User.objects.create_superuser("ed", password=PASSWORD)


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def token(client: Client) -> str:
    """The token that a form of this browser's sends along: its cookie's secret will do."""
    if settings.CSRF_COOKIE_NAME not in client.cookies:
        client.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
    return client.cookies[settings.CSRF_COOKIE_NAME].value


def opened(client: Client, address: str) -> dict[str, Any]:
    """All that a browser sends back of the form at this address."""
    with unshown():
        page = client.get(address)
    made_for = (page.context_data or {})["made_for"]
    return {**as_a_browser_sends_it(page), "made_for": made_for, "csrfmiddlewaretoken": token(client)}


def signs_in(client: Client, name: str, address: str) -> Any:
    """To where they are led then."""
    sign_in = client.get(address, follow=True)
    assert "What you typed is kept: sign in, and it is shown again." in sign_in.text
    query = parse_qs(urlsplit(sign_in.redirect_chain[-1][0]).query)
    sent = {"login": name, "password": PASSWORD, "next": query["next"][0], "csrfmiddlewaretoken": token(client)}
    return client.post("/account/login/", sent)["Location"]


def test_what_came_after_the_session_ended_is_shown_again_to_the_same_editor(client, ed):
    client.force_login(ed)
    sent = opened(client, ADD) | {"title": "They speak 電話", "date": "25 Nov 2025", "_publish": "Publish"}
    sent |= {"participations-TOTAL_FORMS": "3"} | row("participations", 2, title="Vice ministers", country="JP")
    Session.objects.all().delete()
    led = signs_in(client, "ed", client.post(ADD, sent)["Location"])
    assert led.startswith(f"{ADD}?kept=")
    shown = client.get(led)
    assert "This is what you typed before. It has not been saved yet." in shown.text
    assert 'name="made_for" value="' in shown.text
    again = as_a_browser_sends_it(shown)
    for name in ("title", "date", "work", "participations-2-title"):
        assert again[name] == sent[name]
    assert not Event.objects.exists()
    assert sent["title"] in client.get("/admin/").text
    again |= {name: opened(client, ADD)[name] for name in ("csrfmiddlewaretoken", "made_for")}
    # The session ends a second time: there is one form, not two.
    Session.objects.all().delete()
    assert unsaved.PARAMETER in client.post(led, again)["Location"]
    assert Unsaved.objects.get().key in led
    client.force_login(ed)
    again |= filled_in(opened(client, ADD)) | {"participations-TOTAL_FORMS": "2"}
    saved(client.post(led, again))
    assert Event.objects.get().state == State.DRAFT
    assert not Unsaved.objects.exists()


def test_nobody_else_is_given_it(client, ed):
    client.force_login(ed)
    trump = Leader.objects.get(slug=builders.TRUMP)
    address = f"/admin/timeline/leader/{trump.pk}/change/"
    sent = opened(client, address) | {"wikidata": "my own words"}
    client.logout()
    kept = parse_qs(urlsplit(client.post(address, sent)["Location"]).query)["next"][0]
    other = User.objects.create_superuser("other")
    client.force_login(other)
    with unshown():
        page = client.get(kept)
        assert forms_on(page)[0]["wikidata"].value() == ""
        assert not unsaved.of(other)
        # In another form, and for another's key, there is nothing either.
        client.force_login(ed)
        key = kept.partition("?")[2]
        for elsewhere in (f"{ADD}?{key}", f"{address}?kept=%00", f"{address}?kept={'9' * 5000}"):
            assert not hasattr(client.get(elsewhere).wsgi_request, "readout_brought_back")
        # What is wrong with it is said as it is ever said, and nothing is written.
        page = client.get(kept)
        assert list(errors_on(page)) == ["wikidata"]
        Unsaved.objects.update(at=timezone.now() - timedelta(days=4))
        assert forms_on(client.get(kept))[0]["wikidata"].value() == ""
    assert unsaved.of(ed) == []


def test_only_what_was_made_for_an_editor_is_kept_and_not_without_end(client, ed, monkeypatch):
    monkeypatch.setattr(unsaved, "_MOST", 3)
    client.force_login(ed)
    sent = opened(client, ADD)
    Session.objects.all().delete()
    for made_for in ("", "1", f"{ed.pk}:x:y", sent["made_for"] + "x", "\x00" * 9):
        assert unsaved.PARAMETER not in client.post(ADD, sent | {"made_for": made_for})["Location"]
    assert unsaved.PARAMETER not in client.post("/admin/timeline/call/", sent)["Location"]  # no form stands there
    for number in (0, 1, 2, 3, 4, 4):
        client.post(f"{ADD}?p={number}", sent | {"title": f"{number} " + "本" * 5000})
    assert len(unsaved.of(ed)) == 3
    assert [one.address[-1] for one in unsaved.of(ed)] == ["4", "3", "2"]
    assert unsaved.of(ed)[0].words.startswith("Call: 4 本")
    client.force_login(ed)
    key = unsaved.of(ed)[0].key
    assert client.get(f"/admin/unsaved/{key}/forget/").status_code == 405
    client.post(f"/admin/unsaved/{key}/forget/", {"csrfmiddlewaretoken": token(client)})
    assert key not in {one.key for one in unsaved.of(ed)}


@pytest.mark.long
def test_a_form_from_before_signing_in_again_is_given_back_with_a_new_token(client, ed):
    """As one that was left open in another window; what comes from elsewhere, or does not say whose it is, is not."""
    client.force_login(ed)
    sent = opened(client, ADD) | {"title": "Typed", "csrfmiddlewaretoken": "x" * 64}
    assert client.post(ADD, sent, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert client.post(ADD, sent | {"made_for": ""}).status_code == 403
    assert not Unsaved.objects.exists()
    led = client.post(ADD, sent)["Location"]
    with unshown():
        assert as_a_browser_sends_it(client.get(led))["title"] == "Typed"
    client.cookies.clear()  # a browser that was cleaned
    assert client.post(ADD, sent)["Location"].startswith("/admin/login/?next=")
    client.force_login(User.objects.create_superuser("other"))
    assert client.post(ADD, sent).status_code == 403
    assert {one.user for one in Unsaved.objects.all()} == {ed}
    assert not Event.objects.exists()


@pytest.mark.long
def test_what_was_typed_into_a_draft_that_others_published_is_kept_as_a_new_ones(client):
    event = builders.write(builders.call(), state=State.DRAFT)
    contributor = somebody(roles.Role.CONTRIBUTOR)
    client.force_login(contributor)
    address = f"/admin/timeline/call/{event.pk}/change/"
    sent = opened(client, address) | {"title": "Typed"}
    builders.publish(record.of(event))
    refused = client.post(address, sent)
    assert (refused.status_code, "What you typed is kept" in refused.text) == (403, True)
    (kept,) = unsaved.of(contributor)
    assert (kept.words, kept.address) == ("Call: Typed", ADD)
    Unsaved.objects.update(address=address)  # as if the session had ended first
    assert client.get(f"{address}?kept={kept.key}")["Location"] == f"{ADD}?kept={kept.key}"


@pytest.mark.long
def test_what_was_typed_for_a_draft_that_is_gone_goes_into_a_new_ones_form(client, ed):
    event = builders.write(builders.call(), state=State.DRAFT)
    client.force_login(ed)
    address = f"/admin/timeline/call/{event.pk}/change/"
    sent = opened(client, address) | {"title": "Typed"}
    token_only = {"csrfmiddlewaretoken": token(client)}
    saved(client.post(f"/admin/timeline/call/{event.pk}/delete/", token_only | {"post": "yes"}))
    with unshown():
        shown = client.post(address, sent, follow=True)
    assert as_a_browser_sends_it(shown)["title"] == "Typed"
    told = client.get(address, follow=True)
    assert "was discarded by ed on" in told.text
    assert "They speak: call" in told.text
    gone = client.post(f"/admin/timeline/call/{event.pk}/versions/1/restore/", token_only | {"seen": "1"})
    assert gone["Location"] == told.redirect_chain[-1][0]
    saved(client.post(gone["Location"], token_only))
    assert Event.objects.get().pk == event.pk
    with unshown():
        (problem,) = client.post(gone["Location"], token_only).context_data["problems"]
    assert "brought back already" in problem
