"""Editors enter, publish, change and withdraw events in the admin."""

import json
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders, bundled
from tests.desk import (
    ADD,
    NO_CORRECTION,
    a_call,
    as_a_browser_sends_it,
    change,
    errors_on,
    form_at,
    form_of,
    forms_on,
    pk,
    refusal,
    row,
    saved,
    unshown,
)
from timeline import record
from timeline.models import Call, Event, Leader, Link, Slug, State, Version
from timeline.record import of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast(cast_all_along, db):
    pass


# Entering and publishing -----------------------------------------------------------------------------------


def test_an_editor_enters_a_call_and_publishes_it(admin_client, client):
    saved(admin_client.post(ADD, a_call(admin_client, duration_minutes="25", _save="Save")))
    event = Event.objects.get()
    assert event.state == State.DRAFT
    assert event.slug == "takaichi-trump-call-2025-11-25"
    assert of(event)["participants"] == [
        {"leader": builders.TAKAICHI, "role": "principal", "country": "JP", "title": None},
        {"leader": builders.TRUMP, "role": "principal", "country": "US", "title": None},
    ]
    assert of(event)["citations"] == [{"source": builders.SOURCE, "supports": ["title", "date"], "excerpt": None}]
    assert client.get(event.get_absolute_url()).status_code == 404

    page = admin_client.get(change(event))
    assert "Nothing is missing: it is ready to be published." in page.text
    assert "_publish" in page.text
    assert "viewsitelink" not in page.text
    response = admin_client.post(change(event), {**as_a_browser_sends_it(page), "_publish": "Publish"}, follow=True)
    assert "Takaichi and Trump speak by telephone” is published." in response.text
    assert "viewsitelink" in response.text
    assert "_publish" not in response.text
    assert Event.objects.get().state == State.PUBLISHED
    assert client.get(event.get_absolute_url()).status_code == 200


def test_a_draft_is_published_only_with_what_it_needs_and_never_withdrawn(admin_client):
    event = builders.write(builders.call(citations=[]), state=State.DRAFT)
    refused = refusal(admin_client, change(event), form_of(event) | {"_publish": "Publish"})
    assert refused["citations"][0].startswith("A published event needs at least one citation")
    refused = refusal(admin_client, change(event), form_of(event) | {"_withdraw": "1", "reason": "why"})
    assert refused == {"__all__": ["Only a published event can be withdrawn."]}
    assert Event.objects.get().state == State.DRAFT


def test_a_meeting_and_a_statement_have_their_own_fields(admin_client):
    def fields(kind):
        with unshown():
            form, formsets = forms_on(admin_client.get(f"/admin/timeline/{kind}/add/"))
        roles = [role for role, _label in formsets["participants"].forms[0].fields["role"].choices]
        return set(form.fields), [value for value, _label in form.fields["format"].choices], roles

    meeting, formats, roles = fields("meeting")
    assert "duration_minutes" in meeting
    assert "words" not in meeting
    assert formats == ["", "bilateral", "summit", "trilateral", "multilateral", "visit", "standing_talk"]
    assert roles == ["principal", "host"]
    statement, formats, roles = fields("statement")
    assert "words" in statement
    assert not statement & {"duration_minutes", "duration_approximate", "initiated_by"}
    assert "press_conference" in formats
    assert roles == ["speaker", "addressee"]


def test_a_statement_is_entered_with_its_speaker_and_what_it_is_about(admin_client):
    (event,) = builders.publish(builders.call())
    sent = form_at(admin_client, "/admin/timeline/statement/add/")
    sent |= {
        "title": "Takaichi tells reporters",
        "date": "2025-11-25",
        "format": "to_reporters",
        "words": "We spoke.",
    }
    sent |= {"links-TOTAL_FORMS": "1"} | row("links", 0, relation="about", target=event.pk)
    sent |= row("participations", 0, leader=pk(builders.TAKAICHI), role="speaker")
    saved(admin_client.post("/admin/timeline/statement/add/", sent))
    statement = Event.objects.get(kind="statement")
    assert statement.slug == "takaichi-statement-2025-11-25"
    assert statement.words == "We spoke."
    assert statement.hangs_from == event


def test_an_account_with_its_points_is_entered(admin_client):
    points = "Trump told her.\n\n[believed] She explained.\n[declined] Whether he asked\n\\[sic] stands"
    sent = a_call(admin_client) | {"readouts-TOTAL_FORMS": "2"}
    sent |= row("readouts", 0, side="JP", issued="on", given_as="to reporters", points=points.replace("\n", "\r\n"))
    sent |= row("readouts", 1, side="US")
    saved(admin_client.post(ADD, sent))
    first, second = of(Event.objects.get())["readouts"]
    assert [(one["text"], one["certainty"], one["disclosure"]) for one in first["points"]] == [
        ("Trump told her.", "reported", "told"),
        ("She explained.", "believed", "told"),
        ("Whether he asked", "reported", "declined"),
        ("[sic] stands", "reported", "told"),
    ]
    assert (second["side"], second["issued"], second["points"]) == ("US", False, [])
    again = form_at(admin_client, change(Event.objects.get()))
    assert again["readouts-0-points"] == points.replace("\n\n", "\n").replace("\n", "\r\n")


def test_topics_and_supports_keep_their_order(admin_client):
    builders.topic("aid", "Aid")
    chosen = [str(pk("taiwan")), str(pk("aid"))]
    (event,) = builders.publish(
        builders.call(topics=["taiwan", "aid"], citations=[{"source": builders.SOURCE, "supports": ["words", "date"]}])
    )
    with unshown():
        page = admin_client.get(change(event))
    assert as_a_browser_sends_it(page)["chosen_topics"] == chosen
    shown = str(forms_on(page)[0]["chosen_topics"])
    assert shown.index(">Taiwan<") < shown.index(">Aid<")
    saved(admin_client.post(change(event), as_a_browser_sends_it(page) | {"title": "They spoke", **NO_CORRECTION}))
    assert of(event)["topics"] == ["taiwan", "aid"]
    assert of(event)["citations"][0]["supports"] == ["words", "date"]


# Saving ----------------------------------------------------------------------------------------------------


def test_saving_keeps_a_published_event_published(admin_client):
    (event,) = builders.publish(builders.call())
    sent = form_at(admin_client, change(event))
    assert form_of(event) | {"work": sent["work"]} == sent
    saved(admin_client.post(change(event), sent | {"title": "They spoke", "_save": "Save", **NO_CORRECTION}))
    event.refresh_from_db()
    assert (event.title, event.state) == ("They spoke", State.PUBLISHED)
    assert [version.public_number for version in event.versions.all()] == [1, 2]
    assert event.versions.get(number=2).by_name == "admin"
    history = admin_client.get(f"{change(event)[:-7]}history/")
    assert "a typing error" in history.text
    assert [change.label for change in history.context_data["saved"][0].changes] == ["title"]


def test_saving_what_has_not_changed_makes_no_version(admin_client):
    texts = {"summary": "One line.\nAnother.\n", "note": "A note"}
    citation = {"source": builders.SOURCE, "supports": ["words", "date"], "excerpt": "two\nlines "}
    readouts = [
        builders.account("JP", "one", "[two]", given_as="to reporters"),
        {"side": "US", "issued": False},
    ]
    builders.publish(builders.meeting())
    links = [{"relation": "follows_up", "event": "meeting"}]
    (event,) = builders.publish(
        builders.call(**texts, citations=[citation], readouts=readouts, topics=["taiwan"], links=links)
    )
    before = of(event)
    saved(admin_client.post(change(event), form_at(admin_client, change(event))))
    assert of(event) == before
    assert event.versions.count() == 1


@pytest.mark.parametrize("step", [36, pytest.param(1, marks=pytest.mark.soak)], ids=["a few", "each"])
def test_bundled_events_are_saved_unchanged(admin_client, step):
    bundled.load()
    events = list(Event.objects.all())
    before = record.of_all(event.pk for event in events)
    for event in events[::step]:
        saved(admin_client.post(change(event), form_at(admin_client, change(event))))
    assert record.of_all(before) == before
    assert Version.objects.count() == len(before)


def test_the_last_citation_of_a_published_event_stays(admin_client):
    (event,) = builders.publish(builders.call())
    sent = form_of(event)
    for taken_away in (
        {"citations-0-DELETE": "on"},
        {"citations-TOTAL_FORMS": "0"},
        {"citations-0-source": ""},
    ):
        refused = refusal(admin_client, change(event), sent | taken_away | NO_CORRECTION)
        assert refused["citations"][0].startswith("A published event needs at least one citation")
    assert event.citations.count() == 1


def test_a_renamed_event_goes_on_to_answer_at_its_former_address(admin_client, client):
    (event,) = builders.publish(builders.call("former"))
    sent = form_of(event)
    saved(admin_client.post(change(event), sent | {"slug": ""}))
    assert builders.event("former") == event  # an emptied one stays as it was
    saved(admin_client.post(change(event), sent | {"slug": "today", **NO_CORRECTION}))
    assert dict(Slug.objects.values_list("slug", "event_id")) == {"former": event.pk, "today": event.pk}
    assert client.get("/events/today/").status_code == 200
    assert client.get("/events/former/").status_code == 301


def test_slugs_are_counted_on_where_they_are_taken(admin_client):
    slug = "takaichi-trump-call-2025-11-25"
    builders.publish(builders.call(slug, "2025-01-01"), builders.call(f"{slug}-2", "2025-02-01"))
    saved(admin_client.post(ADD, a_call(admin_client, _publish="Publish")))
    assert builders.event(f"{slug}-3").state == State.PUBLISHED  # from the empty form, at once
    saved(admin_client.post(ADD, a_call(admin_client, date="2025-11-22/2025-11-23?")))
    assert sorted(Slug.objects.values_list("slug", flat=True)) == [
        "takaichi-trump-call-2025-11-22",
        slug,
        f"{slug}-2",
        f"{slug}-3",
    ]


# Withdrawing and deleting ----------------------------------------------------------------------------------


def test_a_published_event_is_withdrawn_with_a_reason(admin_client, client):
    (event,) = builders.publish(builders.call())
    sent = form_of(event)
    refused = refusal(admin_client, change(event), sent | {"_withdraw": "Withdraw", "reason": "  "})
    assert refused == {"reason": ["Readers need to know why: give a reason."]}
    refused = refusal(admin_client, change(event), sent | {"_save": "Save", "reason": "It never happened."})
    assert list(refused) == ["reason"]
    saved(admin_client.post(change(event), sent | {"_withdraw": "Withdraw", "reason": "It never happened."}))
    event.refresh_from_db()
    assert (event.state, event.withdrawn_reason) == (State.WITHDRAWN, "It never happened.")
    assert client.get(event.get_absolute_url()).status_code == 410

    with unshown():
        page = admin_client.get(change(event))
    assert "Withdrawn on" in page.context_data["state_words"]
    sent = as_a_browser_sends_it(page)
    saved(admin_client.post(change(event), sent))
    assert event.versions.count() == 2
    assert list(refusal(admin_client, change(event), sent | {"reason": ""})) == ["reason"]
    saved(admin_client.post(change(event), sent | {"title": "They may have spoken"}))
    event.refresh_from_db()
    assert (event.state, event.withdrawn_reason, event.versions.count()) == (
        State.WITHDRAWN,
        "It never happened.",
        3,
    )
    # Readers saw another title: they are told, and not before they see it again.
    sent |= {"title": "They may have spoken", "seen": "3"}
    assert list(refusal(admin_client, change(event), sent | {"correction": "It was doubted."})) == ["correction"]
    assert list(refusal(admin_client, change(event), sent | {"_publish": "1"})) == ["correction"]
    saved(admin_client.post(change(event), sent | {"_publish": "1", "correction": "It was doubted."}))
    event.refresh_from_db()
    assert (event.state, event.withdrawn_reason) == (State.PUBLISHED, "")
    assert event.corrections.get().version == event.versions.order_by("number").last()


def test_a_draft_is_deleted_and_what_was_published_is_not(admin_client):
    draft = builders.write(builders.call("draft"), state=State.DRAFT)
    page = admin_client.get(change(draft))
    assert 'class="deletelink"' in page.text
    saved(admin_client.post(f"/admin/timeline/call/{draft.pk}/delete/", {"post": "yes"}))
    assert not Event.objects.exists()
    assert not Slug.objects.exists()

    (event,) = builders.publish(builders.call())
    with unshown():
        assert not admin_client.get(change(event)).context_data["has_delete_permission"]
    assert admin_client.post(f"/admin/timeline/call/{event.pk}/delete/", {"post": "yes"}).status_code == 403
    admin_client.post(
        "/admin/timeline/call/", {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    )
    assert Event.objects.get() == event


def test_a_draft_that_others_link_to_is_kept(admin_client):
    draft = builders.write(builders.call("draft"), state=State.DRAFT)
    builders.publish(builders.statement(about="draft"))
    page = admin_client.post(f"/admin/timeline/call/{draft.pk}/delete/", {"post": "yes"})
    assert page.status_code == 200
    assert "would require deleting the following protected related objects" in page.text
    assert Event.objects.filter(pk=draft.pk).exists()


# Refusals, each at its field -----------------------------------------------------------------------------

# What is typed, where the refusal stands and what it says; those of one list are sent together.
REFUSED = {
    "empty or unknown": [
        ({"title": " "}, "title", "This field is required."),
        ({"date": "late November"}, "date", "is not a date that Readout can read: expected an EDTF date, as in 2025"),
        ({"format": "summit"}, "format", "not one of the available choices"),
        ({"occurrence": ""}, "occurrence", "required"),
        ({"duration_minutes": "0"}, "duration_minutes", "greater than or equal to 1"),
        ({"country": "XX"}, "country", "not one of the available choices"),
        ({"chosen_topics": ["999999"]}, "chosen_topics", "not one of the available choices"),
        ({"participations-0-leader": "9" * 40}, "participants 0 leader", "not one of the available choices"),
        ({"participations-1-role": "host"}, "participants 1 role", "not one of the available choices"),
        ({"readouts-0-points": "x"}, "readouts 0 side", "This field is required."),
        ({"readouts-1-side": "JP", "readouts-1-points": "[so] x"}, "readouts 1 points", "Line 1: “so” is no mark"),
        (
            {"readouts-2-side": "JP", "readouts-2-points": "x", "readouts-2-date": "soon"},
            "readouts 2 date",
            "is not a date that Readout can read",
        ),
        ({"citations-0-supports": ["colour"]}, "citations 0 supports", "not one of the available choices"),
        ({"citations-1-excerpt": "words"}, "citations 1 source", "This field is required."),
        ({"links-0-relation": "about"}, "links 0 target", "This field is required."),
        ({"links-1-target": "{event}"}, "links 1 relation", "This field is required."),
    ],
    "nonsense": [
        ({"title": "with \x00"}, "title", "Null characters are not allowed."),
        ({"date": "2025-11-23/2025-11-22"}, "date", "ends before it begins"),
        ({"duration_minutes": "9" * 30}, "duration_minutes", "less than or equal to 20000"),
        ({"country": "\x00"}, "country", "not one of the available choices"),
        ({"readouts-0-side": "JP", "readouts-0-points": "\x00"}, "readouts 0 points", "Null characters"),
    ],
    "against the rules": [
        ({"time_zone": "Asia/Atlantis"}, "time_zone", "is no IANA time zone"),
        ({"duration_approximate": "on"}, "duration_approximate", "needs a number of minutes"),
        ({"participations-0-title": "Vice ministers"}, "participants 0 title", "needs no delegation's title"),
        (
            {"participations-2-leader": "{takaichi}", "participations-2-role": "principal"},
            "participants 2 leader",
            "stands here twice",
        ),
        ({"readouts-0-side": "JP", "readouts-0-issued": "on"}, "readouts 0 points", "says nothing yet"),
        (
            {"readouts-1-side": "JP", "readouts-1-issued": "on", "readouts-1-points": "x\n\n[confirmed] y"},
            "readouts 1 points",
            "Line 3: “Confirmed” means that both sides have said so",
        ),
        ({"citations-1-source": "{source}"}, "citations 1 source", "is cited twice"),
        (
            {"links-0-target": "{event}", "links-0-relation": "about"}
            | {"links-1-target": "{event}", "links-1-relation": "about"},
            "links 1 target",
            "This link stands here twice.",
        ),
    ],
    "against other rules": [
        ({"slug": "Not A Slug"}, "slug", "expected lower-case letters, digits and single hyphens"),
        ({"participations-1-leader": ""}, "participants", "A call needs two different principals."),
    ],
    "against what is on record": [
        ({"slug": "taken"}, "slug", "belongs to another event"),
        ({"date": "1950"}, "participants 1 country", "no post of theirs covers this date"),
    ],
}


@pytest.mark.parametrize("together", REFUSED.values(), ids=REFUSED)
def test_a_refusal_stands_at_its_field(admin_client, together):
    with record.writing():
        Leader.objects.get(slug=builders.TRUMP).posts.update(since="2025-01-20", since_earliest="2025-01-20")
    (taken,) = builders.publish(builders.call("taken"))
    known = {"takaichi": pk(builders.TAKAICHI), "source": pk(builders.SOURCE), "event": taken.pk}
    typed = {
        name: value.format(**known) if isinstance(value, str) else value
        for one, _place, _told in together
        for name, value in one.items()
    }
    rows = {"participations": 2, "readouts": 0, "citations": 1, "links": 0}
    for part, number in re.findall(r"(\w+)-(\d)-", " ".join(typed)):
        rows[part] = max(rows[part], int(number) + 1)
    sent = a_call(admin_client) | {"slug": "new"} | {f"{part}-TOTAL_FORMS": str(rows[part]) for part in rows}
    with unshown():
        response = admin_client.post(ADD, sent | typed)
    found = errors_on(response)
    assert set(found) == {place for _typed, place, _told in together}
    for _typed, place, told in together:
        assert told in found[place][0]
    assert Event.objects.count() == 1
    assert Event.objects.get().versions.count() == 1
    # Nothing that was typed is lost.
    again = as_a_browser_sends_it(response)
    assert {name: again.get(name) for name in typed} == {
        name: value.replace("\n", "\r\n") if isinstance(value, str) and value else value or again.get(name)
        for name, value in typed.items()
    }


def test_rows_that_were_left_out_do_not_shift_the_problems(admin_client):
    sent = a_call(admin_client) | {"participations-TOTAL_FORMS": "6"}
    sent |= row("participations", 0, leader="") | row("participations", 1, leader="")
    sent |= row("participations", 2, leader=pk(builders.XI), role="principal", DELETE="on")
    sent |= row("participations", 3, leader=pk(builders.TRUMP), role="principal")
    sent |= row("participations", 4, leader="")
    sent |= row("participations", 5, leader=pk(builders.TAKAICHI), role="principal", title="Delegation")
    assert list(refusal(admin_client, ADD, sent)) == ["participants 5 title"]


def test_an_event_is_not_linked_to_itself_even_while_it_is_renamed(admin_client):
    (event,) = builders.publish(builders.call())
    sent = form_of(event)
    sent |= {"links-TOTAL_FORMS": "1", "slug": "renamed"} | row("links", 0, relation="about", target=event.pk)
    found = refusal(admin_client, change(event), sent)
    assert found == {"links 0 target": ["An event can't be linked to itself."]}
    assert not Link.objects.exists()


# Lists, choices and rights ---------------------------------------------------------------------------------


@pytest.mark.soak  # that a list asks nothing once a row is tested in test_admin_lists.py each time
def test_a_list_asks_the_same_number_of_queries_however_long(admin_client):

    def asked():
        counts = {}
        for noun in ("meeting", "call", "statement", "leader", "source", "topic", "country"):
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(f"/admin/timeline/{noun}/").status_code == 200
            counts[noun] = len(queries)
        return counts

    def add(numbers):
        for number in numbers:
            builders.leader(f"leader-{number}", f"Some Leader {number}")
            builders.source(f"source-{number}")
            builders.topic(f"topic-{number}", f"Topic {number}")
        make = (builders.meeting, builders.call, builders.statement)
        builders.publish(*(one(f"{one.__name__}-{number}") for number in numbers for one in make))

    add(range(2))
    asked()
    few = asked()
    add(range(2, 6))
    assert asked() == few


def test_lists_are_searched_and_filtered(admin_client):
    builders.publish(builders.call("takaichi-trump", title="They discuss beef"), builders.call("two", title="Other"))
    builders.write(
        builders.call(
            "three",
            title="Beef again",
            participants=[builders.person(builders.XI), builders.person(builders.TRUMP)],
        ),
        state=State.DRAFT,
    )

    def listed(query):
        return sorted(
            call.slug
            for call in admin_client.get(f"/admin/timeline/call/?{query}", follow=True).context_data["cl"].result_list
        )

    with unshown():
        assert listed("q=beef") == ["takaichi-trump", "three"]
        assert listed("q=takaichi-tr") == ["takaichi-trump"]
        assert listed("q=%00") == ["takaichi-trump", "three", "two"]
        assert listed("state__exact=draft") == ["three"]
        assert listed("country=CN") == ["three"]
        assert listed("country=XX") == []
        assert listed("occurrence__exact=cancelled") == []


def test_links_choose_from_all_kinds_by_title_and_date(admin_client):
    builders.publish(builders.call("takaichi-trump", title="They discuss beef"))
    url = "/admin/timeline/event/choices/"
    about = {"app_label": "timeline", "model_name": "link", "field_name": "target"}
    for term in ("beef", "takaichi-t", "Takaichi"):
        (found,) = json.loads(admin_client.get(url, about | {"term": term}).content)["results"]
        assert found["text"] == "They discuss beef (25 November 2025)"
    assert json.loads(admin_client.get(url, about | {"term": "\x00"}).content)["results"]


def test_events_as_such_are_hidden_and_lead_to_their_kind(admin_client):
    (event,) = builders.publish(builders.call())
    assert 'href="/admin/timeline/event/"' not in admin_client.get("/admin/").text
    response = admin_client.get(f"/admin/timeline/event/{event.pk}/change/")
    assert response.status_code == 302
    assert response.url == change(event)
    assert admin_client.get("/admin/timeline/event/add/").status_code == 403


def test_who_may_only_look_sees_all_and_changes_nothing(client):
    readouts = [builders.account("JP", "one", certainty="believed")]
    (event,) = builders.publish(builders.call(topics=["taiwan"], readouts=readouts))
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_call"))
    client.force_login(looker)
    page = client.get(change(event))
    assert page.status_code == 200
    for text in ("Sanae Takaichi", "[believed] one", "Taiwan", "Jiji Press"):
        assert text in page.text
    for button in ("_save", "_publish", "_withdraw"):
        assert f'name="{button}"' not in page.text
    assert client.post(change(event), {"title": "x"}).status_code == 403
    assert client.get("/admin/timeline/meeting/").status_code == 403


def test_who_may_change_calls_may_change_their_rows(client):
    (event,) = builders.publish(builders.call())
    editor = User.objects.create_user("editor", is_staff=True)
    allowed = ["change_call", "view_call", "add_call", "publish_event"]
    editor.user_permissions.add(*Permission.objects.filter(codename__in=allowed))
    client.force_login(editor)
    sent = form_of(event)
    saved(client.post(change(event), sent | {"citations-0-excerpt": "exact words", **NO_CORRECTION}))
    assert of(event)["citations"][0]["excerpt"] == "exact words"
    assert Call.objects.get().versions.last().by == editor
