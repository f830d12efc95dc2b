"""What the desk does beside saving: notes for readers, twins, two editors at once, history, merging, many at once."""

import json
from contextlib import nullcontext
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import builders
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
    told,
    unshown,
)
from timeline import record
from timeline.admin import event_actions
from timeline.admin.event_record import checked
from timeline.admin.event_rows import MOST_ROWS
from timeline.models import Citation, Correction, Event, Leader, Post, Source, State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast(cast_all_along, db):
    pass


@pytest.fixture
def other():
    return User.objects.create_superuser("other")


@pytest.fixture
def other_editor(client, other):
    client.force_login(other)
    return client


def saves(by, event, state=None, **changes):
    """What an editor saves meanwhile, in a form of their own."""
    with record.writing(by=by) as writer:
        writer.write(record.of(event) | changes, event=event, state=state)


def page(event, name, *args):
    return reverse(f"admin:timeline_{event.kind}_{name}", args=[event.pk, *args])


# The checklist ---------------------------------------------------------------------------------------------


def test_the_checklist_says_what_is_missing_and_publishing_asks_for_it(admin_client):
    with record.writing():
        post = Post.objects.get(leader__slug=builders.TRUMP)
        post.since = "2030"
        post.save()
    sent = a_call(admin_client, title="Takaichi–Trump call, 25 November", occurrence="did_not_take_place")
    saved(admin_client.post(ADD, sent | row("participations", 1, leader=pk(builders.TRUMP), country="US")))
    event = Event.objects.get()
    shown = admin_client.get(change(event))
    missing = {item.words: item.missing for item in shown.context_data["checklist"]}
    assert "does not say what happened" in missing["A title that says what happened"][0]
    who = "Who took part, with posts that cover the date"
    said = "No post of Donald Trump covers 25 November 2025, and a reader would not learn who that was: "
    assert missing[who] == [f"{said}add it."]
    to_others = {item.words: item.missing for item in checked(record.of(event), User.objects.create_user("ed"))}
    assert to_others[who] == [f"{said}ask a chief editor to add it."]
    assert "No source says that it did not take place" in missing["A source that says that it did not take place"][0]
    assert missing["At least one citation: on whose word is it?"] == []
    assert "Still missing before it can be published:" in shown.text
    sent = as_a_browser_sends_it(shown)
    refused = refusal(admin_client, change(event), sent | {"_publish": "Publish"})
    assert set(refused) == {"title", "occurrence", "participants 1 leader"}
    with record.writing():
        post.since = ""
        post.save()
    better = {"title": "Takaichi and Trump do not speak", "citations-0-supports": ["occurrence"], "_publish": "1"}
    saved(admin_client.post(change(event), sent | better))
    assert Event.objects.get().state == State.PUBLISHED


def test_it_says_who_did_what_and_when(admin_client, other):
    saved(admin_client.post(ADD, a_call(admin_client)))
    event = Event.objects.get()
    saves(other, event, state=State.PUBLISHED)
    with unshown():
        doings = admin_client.get(change(event)).context_data["doings"]
    assert [(doing.words, doing.who) for doing in doings] == [("Entered", "admin"), ("Published", "other")]


# Dates, sources, people ------------------------------------------------------------------------------------


def test_dates_are_typed_as_people_write_them_and_said_back(admin_client):
    saved(admin_client.post(ADD, a_call(admin_client, date="22-23 Nov 2025")))
    event = Event.objects.get()
    assert event.date == "2025-11-22/2025-11-23"
    with unshown():
        shown = admin_client.get(change(event))
        assert ">22–23 November 2025</output>" in str(forms_on(shown)[0]["date"])
        refused = admin_client.post(change(event), as_a_browser_sends_it(shown) | {"date": "03/04/2025"})
    assert "can be read in two ways" in errors_on(refused)["date"][0]
    assert as_a_browser_sends_it(refused)["date"] == "03/04/2025"


def test_the_desk_says_what_a_date_means_and_who_held_which_post(admin_client, client):
    def asked(path, **values):
        return json.loads(admin_client.get(f"/admin/timeline/{path}/", values).content)

    assert asked("event/date", text="about March 2026") == {"edtf": "2026-03~", "words": "about March 2026"}
    assert "two ways" in asked("event/date", text="1/2/2026")["error"]
    assert asked("leader/post", leader=pk(builders.TRUMP), date="25 Nov 2025") == {"words": "President, United States"}
    assert asked("leader/post", leader="x\x00", date="25 Nov 2025") == {"words": ""}
    for path in ("event/date", "leader/post", "leader/choices", "source/known"):
        client.logout()
        assert client.get(f"/admin/timeline/{path}/").status_code == 302


def test_leaders_are_chosen_by_any_name_and_post(admin_client):
    with record.writing():
        leader = Leader.objects.get(slug=builders.TAKAICHI)
        leader.native_name, leader.other_names = "高市早苗", ["Takaichi Sanae"]
        leader.save()
    about = {"app_label": "timeline", "model_name": "participation", "field_name": "leader"}
    for term in ("takai", "高市", "prime minister jap", "Takaichi Sanae"):
        found = json.loads(admin_client.get("/admin/timeline/leader/choices/", about | {"term": term}).content)
        assert [one["text"] for one in found["results"]] == ["Sanae Takaichi 高市早苗, Prime Minister, Japan"]


def test_a_source_is_made_from_its_address(admin_client):
    builders.source("known", publisher="The Japan News", url="https://www.japannews.example/a")
    address = "https://japannews.example/b"
    sent = a_call(admin_client) | row("citations", 0, source="", address=address)
    assert refusal(admin_client, ADD, sent) == {
        "citations 0 headline": ["A new source needs its title, as it stands on the page."]
    }
    sent |= row("citations", 0, headline="Leaders speak", published="25 Nov 2025")
    saved(admin_client.post(ADD, sent))
    source = Source.objects.get(url=address)
    assert (source.publisher, source.slug, source.published) == (
        "The Japan News",
        "the-japan-news-leaders-speak",
        "2025-11-25",
    )
    assert record.of(Event.objects.get())["citations"][0]["source"] == source.slug
    known = json.loads(admin_client.get("/admin/timeline/source/known/", {"address": address}).content)
    assert known["text"] == "The Japan News: Leaders speak"


def test_an_address_is_refused_in_words_and_leaves_no_source_behind(admin_client):
    empty = a_call(admin_client)

    def refused(**values):
        return refusal(admin_client, ADD, empty | row("citations", 0, **values))

    new = {"source": "", "address": "https://unknown.example/", "headline": "Title"}
    assert "who published it?" in refused(**new)["citations 0 publisher"][0]
    assert "begins with http" in refused(**new | {"address": "unknown.example"})["citations 0 address"][0]
    assert "not both" in refused(address="https://unknown.example/")["citations 0 address"][0]
    sent = empty | {"slug": "Not a slug"} | row("citations", 0, publisher="Someone", **new)
    assert list(refusal(admin_client, ADD, sent)) == ["slug"]
    assert Source.objects.count() == 1


def test_the_form_of_a_source_guesses_the_publisher_and_knows_its_address(admin_client):
    builders.source("known", publisher="The Japan News", url="https://japannews.example/a")
    sent = {"url": "https://japannews.example/b", "title": "Second"}
    assert admin_client.post("/admin/timeline/source/add/", sent).status_code == 302
    assert Source.objects.get(title="Second").slug == "the-japan-news-second"
    again = refusal(admin_client, "/admin/timeline/source/add/", sent | {"title": "Third"})
    assert "known already" in again["url"][0]


def test_the_next_of_a_series_is_saved_as_new(admin_client):
    (event,) = builders.publish(builders.call(topics=["taiwan"]))
    sent = form_at(admin_client, change(event))
    saved(admin_client.post(change(event), sent | {"_saveasnew": "1", "date": "26 Nov 2025"}))
    new = Event.objects.exclude(pk=event.pk).get()
    assert (new.state, new.slug) == (State.DRAFT, "takaichi-trump-call-2025-11-26")
    assert record.of(new)["topics"] == ["taiwan"]
    assert record.of(event)["date"] == "2025-11-25"


def test_what_the_browser_kept_is_brought_back_and_not_saved(admin_client):
    (event,) = builders.publish(builders.call())
    sent = form_of(event)
    sent |= {"title": "Typed before", "participations-TOTAL_FORMS": "3", "_bring_back": "1", **NO_CORRECTION}
    shown = admin_client.post(change(event), sent | row("participations", 2, leader=pk(builders.XI), role="principal"))
    assert "This is what you typed before. It has not been saved yet." in shown.text
    assert not shown.context_data["errors"]
    assert "saved" not in shown.cookies
    again = as_a_browser_sends_it(shown)
    assert (again["title"], again["participations-2-leader"]) == ("Typed before", str(pk(builders.XI)))
    response = saved(admin_client.post(change(event), again))
    assert response.cookies["saved"].value == sent["work"]
    assert builders.event("call").title == "Typed before"
    again = form_of(builders.event("call")) | {"work": "😀; x\r\ny"}
    assert "saved" not in saved(admin_client.post(change(event), again)).cookies


# Two editors -----------------------------------------------------------------------------------------------


def test_what_two_editors_changed_stands_side_by_side(admin_client, other_editor):
    event = builders.write(builders.call(), state=State.DRAFT)
    mine = form_at(admin_client, change(event))
    theirs = form_at(other_editor, change(event))
    saved(other_editor.post(change(event), theirs | {"place": "Tokyo", "chosen_topics": [str(pk("taiwan"))]}))
    response = saved(admin_client.post(change(event), mine | {"summary": "A summary.", "_continue": "1"}))
    said = "What has changed meanwhile stands beside your changes: place and topics (other)."
    assert said in told(response)
    assert {name: record.of(event)[name] for name in ("place", "summary", "topics")} == {
        "place": "Tokyo",
        "summary": "A summary.",
        "topics": ["taiwan"],
    }


def test_what_both_changed_is_asked_field_by_field(admin_client, other):
    event = builders.write(builders.call(), state=State.DRAFT)
    mine = form_of(event)
    saves(other, event, title="Theirs", place="Tokyo")
    mine |= {"title": "Mine"} | row("citations", 0, excerpt="exact")
    with unshown():
        asked = admin_client.post(change(event), mine)
    assert "other has saved this event since you opened it" in errors_on(asked)["__all__"][0]
    (question,) = asked.context_data["questions"]
    assert (question.before, question.theirs, question.mine) == ("They speak: call", "Theirs", "Mine")
    assert builders.event("call").title == "Theirs"
    again = as_a_browser_sends_it(asked)
    assert again["title"] == "Mine"
    # The answer stands while something else is mended.
    refused = admin_client.post(change(event), again | {question.name: "theirs", "date": "soon"})
    assert list(errors_on(refused)) == ["date"]
    assert f'<input type="hidden" name="{question.name}" value="theirs">' in refused.text
    for answer, title in (({question.name: "theirs"}, "Theirs"), ({question.name: "mine"}, "Mine"), ({}, "Mine")):
        with transaction.atomic():
            saved(admin_client.post(change(event), again | answer))
            now = record.of(event)
            transaction.set_rollback(True)
        assert (now["title"], now["place"]) == (title, "Tokyo")
        assert now["citations"][0]["excerpt"] == "exact"


def test_what_another_editor_published_is_not_changed_unawares(admin_client, other):
    event = builders.write(builders.call(), state=State.DRAFT)
    mine = form_of(event)
    saves(other, event, state=State.PUBLISHED)
    with unshown():
        asked = admin_client.post(change(event), mine | {"title": "Mine"})
    assert "other has saved it meanwhile as published" in errors_on(asked)["__all__"][0]
    again = as_a_browser_sends_it(asked)
    assert list(refusal(admin_client, change(event), again)) == ["correction"]
    saved(admin_client.post(change(event), again | NO_CORRECTION))


def test_a_form_that_does_not_say_what_it_was_filled_from_overwrites_nothing(admin_client):
    event = builders.write(builders.call(), state=State.DRAFT)
    sent = form_of(event)
    for seen in ("", "77", "9" * 40):
        refused = refusal(admin_client, change(event), sent | {"title": "Mine", "seen": seen})
        assert "may have saved this event" in refused["__all__"][0]
    assert builders.event("call").title == "They speak: call"


# Twins and merging -----------------------------------------------------------------------------------------


def test_a_likely_twin_is_shown_before_it_is_saved(admin_client):
    (event,) = builders.publish(builders.call())
    shown = admin_client.post(ADD, a_call(admin_client, date="Nov 2025"))
    assert "looks like an entry that is there already" in errors_on(shown)["__all__"][0]
    assert f"/admin/timeline/event/{event.pk}/change/" in shown.text
    assert Event.objects.count() == 1
    saved(admin_client.post(ADD, as_a_browser_sends_it(shown)))
    new = Event.objects.exclude(pk=event.pk).get()
    with unshown():
        (twin,) = admin_client.get(change(new)).context_data["twins"]
    assert f"/{event.pk}/merge/?other={new.pk}" in twin.merge
    # What was insisted on once is not asked again.
    saved(admin_client.post(change(new), form_of(new) | {"place": "x"}))


def test_what_differs_in_kind_days_or_people_is_no_twin(admin_client):
    others = [builders.person(builders.TAKAICHI), builders.person(builders.XI)]
    builders.publish(
        builders.call("days", "2025-11-26"),
        builders.call("kind", kind="meeting"),
        builders.call("people", participants=others),
    )
    saved(admin_client.post(ADD, a_call(admin_client)))


def test_two_entries_are_compared_and_merged(admin_client, client):
    builders.source("second")
    kept, gone = builders.publish(
        builders.call("kept", readouts=[builders.account("JP", "one")]),
        builders.call(
            "gone", place="Tokyo", citations=[{"source": "second"}], readouts=[builders.account("US", "two")]
        ),
    )
    shown = admin_client.get(page(kept, "merge"), {"other": gone.pk})
    assert [choice.name for choice in shown.context_data["choices"]] == ["title"]
    assert {one.name for one in shown.context_data["gained"]} == {"place", "citations", "readouts"}
    assert '<input type="hidden" name="seen" value="1.1">' in shown.text
    sent = {"other": gone.pk, "take.title": "gone", "_merge": "1", "seen": "1.1"}
    assert "Readers have seen both" in admin_client.post(page(kept, "merge"), sent | {"note": " "}).text
    response = admin_client.post(page(kept, "merge"), sent | {"note": "Both were one."})
    assert "Merged with “They speak: gone” (gone)." in told(response)
    now = record.of(kept)
    assert (now["title"], now["place"]) == ("They speak: gone", "Tokyo")
    assert [one["side"] for one in now["readouts"]] == ["JP", "US"]
    assert client.get("/events/gone/")["Location"] == "/events/kept/"
    # What went is only looked at.
    looked = admin_client.get(change(gone))
    assert "Merged into" in looked.text
    assert 'name="_save"' not in looked.text
    assert admin_client.post(change(gone), {"title": "x"}).status_code == 403


def test_a_draft_that_goes_into_a_public_entry_asks_for_a_note(admin_client, client):
    (kept,) = builders.publish(builders.call("kept"))
    draft = builders.write(builders.call("draft", place="Tokyo"), state=State.DRAFT)
    shown = admin_client.get(page(kept, "merge"), {"other": draft.pk})
    assert 'name="note"' in shown.text
    assert not shown.context_data["form"]["note"].value()
    sent = {"other": draft.pk, "_merge": "1", "seen": "1.1"}
    assert "say in a note" in admin_client.post(page(kept, "merge"), sent | {"note": ""}).text
    assert admin_client.post(page(kept, "merge"), sent | {"note": "It was in Tokyo."}).status_code == 302
    assert "It was in Tokyo." in client.get(kept.get_absolute_url()).text


def test_what_another_editor_saved_meanwhile_is_not_merged_unseen(admin_client):
    kept, gone = builders.publish(builders.call("kept"), builders.call("gone"))
    sent = {"other": gone.pk, "note": "Both were one.", "_merge": "1", "seen": "1.1", "take.title": "gone"}
    for changed, seen in (("kept", "2.1"), ("gone", "2.2")):
        builders.publish(record.of(builders.event(changed)) | {"title": f"Meanwhile {changed}"})
        before = builders.dump()
        shown = admin_client.post(page(kept, "merge"), sent)
        assert "Someone has saved this entry since you opened this page" in shown.text
        assert f"Meanwhile {changed}" in shown.text
        with unshown():
            for one in ({**sent, "seen": ""}, {**sent, "note": ""}):
                again = admin_client.post(page(kept, "merge"), one).context_data
                assert again["seen"] == seen
                assert "Someone has saved this entry since you opened this page" in again["problems"][0]
        assert builders.dump() == before
        sent["seen"] = shown.context_data["seen"]
        assert sent["seen"] == seen
    assert admin_client.post(page(kept, "merge"), sent).status_code == 302


def test_nonsense_is_not_merged(admin_client):
    (event, meeting) = builders.publish(builders.call(), builders.meeting())
    before = builders.dump()
    for number, other in enumerate(["", "x", "\x00", "9" * 30, event.pk, meeting.pk]):
        for ask in (admin_client.get, admin_client.post):
            with nullcontext() if number % 4 == 3 else unshown():
                sent = {"other": other, "note": "x", "_merge": "1", "take.title": "gone"}
                assert ask(page(event, "merge"), sent).status_code == 200
        assert builders.dump() == before


# What readers are told, and the history ----------------------------------------------------------------------


def test_a_public_change_is_a_correction_or_says_why_not(admin_client, client):
    (event,) = builders.publish(builders.call())
    sent = form_of(event) | {"place": "Tokyo"}
    assert "Readers have seen this entry" in refusal(admin_client, change(event), sent)["correction"][0]
    both = {"correction": "It was Tokyo.", "not_correction": "a typing error"}
    assert list(refusal(admin_client, change(event), sent | both)) == ["not_correction"]
    saved(admin_client.post(change(event), sent | {"correction": "It was Tokyo."}))
    note = Correction.objects.get()
    assert (note.text, note.version) == ("It was Tokyo.", event.versions.get(number=2))
    assert "It was Tokyo." in client.get(event.get_absolute_url()).text
    saved(admin_client.post(change(event), sent | {"place": "Osaka", "seen": "2"} | NO_CORRECTION))
    assert event.versions.get(number=3).reason == "a typing error"
    assert Correction.objects.count() == 1
    assert "a typing error" not in client.get(event.get_absolute_url()).text


def test_the_history_tells_each_change_field_by_field(admin_client):
    event = builders.write(builders.call(summary="They spoke of rice and beef."), state=State.DRAFT)
    record_now = record.of(event) | {"summary": "They spoke of rice and tariffs.", "topics": ["taiwan"]}
    builders.write(record_now, reason="one more source")
    builders.publish(record_now | {"date": "2025-11-26"})
    shown = admin_client.get(page(event, "history"))
    third, second, first = shown.context_data["saved"]
    assert first.is_first
    assert [(one.label, one.lines) for one in second.changes][1][1][0].after == [("Taiwan", True)]
    assert "<del>beef</del>" in shown.text
    assert "<ins>tariffs</ins>" in shown.text
    assert second.state_words == "draft → published"
    assert "one more source" in shown.text
    assert third.changes[0].lines[0].after[0] == ("26", True)


def test_a_former_version_is_restored_as_a_new_one(admin_client):
    (event,) = builders.publish(builders.call("former", topics=["taiwan"]))
    builders.publish(record.of(event) | {"title": "Spoilt", "topics": []})
    with record.writing() as writer:
        writer.write(record.of(event) | {"id": "today"}, event=builders.event("former"))
    before = list(event.versions.order_by("number").values())
    restore = page(event, "restore", 1)
    shown = admin_client.get(restore).text
    assert ">Spoilt<" in shown
    assert '<input type="hidden" name="seen" value="3">' in shown
    assert "say which of the two it is" in admin_client.post(restore, {"seen": "3"}).text
    assert builders.event("today").title == "Spoilt"
    assert admin_client.post(restore, {"correction": "The title was spoilt.", "seen": "3"}).status_code == 302
    now = record.of(event)
    assert (now["id"], now["title"], now["topics"]) == ("today", "They speak: former", ["taiwan"])
    versions = list(event.versions.order_by("number").values())
    assert versions[:3] == before
    assert (versions[3]["number"], versions[3]["by_name"]) == (4, "admin")
    assert Correction.objects.get().version == event.versions.get(number=4)
    assert "nothing to restore" in admin_client.get(page(event, "restore", 4)).text
    for number in (5, 0, 10**30):
        assert admin_client.get(page(event, "restore", number)).status_code == 302
        assert admin_client.post(page(event, "restore", number)).status_code == 302


def test_what_another_editor_saved_meanwhile_is_not_restored_over_unseen(admin_client):
    (event,) = builders.publish(builders.call())
    builders.publish(record.of(event) | {"place": "Tokyo"})
    restore = page(event, "restore", 1)
    builders.publish(record.of(builders.event("call")) | {"title": "Meanwhile"})
    before = builders.dump()
    shown = admin_client.post(restore, {"correction": "x", "seen": "2"})
    assert "Someone has saved this entry since you opened this page" in shown.text
    assert "Meanwhile" in shown.text
    assert 'name="seen" value="3"' in shown.text
    with unshown():
        for sent in ({"correction": "x"}, {"seen": "2"}):
            (problem,) = admin_client.post(restore, sent).context_data["problems"]
            assert "Someone has saved this entry since you opened this page" in problem
    assert builders.dump() == before
    assert admin_client.post(restore, {"correction": "x", "seen": "3"}).status_code == 302
    assert record.of(builders.event("call"))["place"] is None


def test_a_version_that_names_what_is_gone_is_not_restored(admin_client):
    event = builders.write(builders.call(topics=["taiwan"]), state=State.DRAFT)
    builders.write(record.of(event) | {"topics": []}, state=State.DRAFT)
    with record.writing():
        event.topics.model.objects.get(slug="taiwan").delete()
    refused = admin_client.post(page(event, "restore", 1), {"seen": str(event.versions.count())})
    assert "The topic “taiwan” is not known." in refused.text
    assert event.versions.count() == 2


# Preview ---------------------------------------------------------------------------------------------------


def test_a_draft_is_previewed_as_it_will_be_public(admin_client, client, contexts):
    builders.publish(builders.call("before", date="2025-10-25"))
    event = builders.write(builders.call("after"), state=State.DRAFT)
    before = builders.dump()
    shown = admin_client.get(reverse("preview", args=["after"]))
    assert "Only editors see this page." in shown.text
    assert "no-store" in shown["Cache-Control"]
    assert 'content="noindex"' in shown.text
    assert builders.dump() == before
    previewed = shown.context
    builders.publish(record.of(event))
    public = client.get(event.get_absolute_url())
    for name in ("place", "limits", "sides", "citations", "links", "earlier", "later", "capitals"):
        if name in ("earlier", "later", "place"):
            continue
        assert previewed[name] == public.context[name], name
    assert previewed["place"].words == public.context["place"].words
    main = public.text[public.text.index('<article class="ep') : public.text.index("</article>")]
    assert main == shown.text[shown.text.index('<article class="ep') : shown.text.index("</article>")]


def test_a_preview_is_for_editors_alone(client):
    builders.write(builders.call("draft"), state=State.DRAFT)
    for slug in ("draft", "nothing"):
        assert client.get(reverse("preview", args=[slug]))["Location"].startswith("/admin/login/")
    looker = User.objects.create_user("looker", is_staff=True)
    client.force_login(looker)
    assert client.get(reverse("preview", args=["draft"])).status_code == 404
    looker.user_permissions.add(Permission.objects.get(codename="view_call"))
    assert client.get(reverse("preview", args=["draft"])).status_code == 200
    assert client.get(reverse("preview", args=["nothing"])).status_code == 404


def test_what_can_not_be_published_is_previewed_with_what_is_missing(admin_client):
    event = builders.write(builders.call(citations=[]), state=State.DRAFT)
    shown = admin_client.post(change(event), form_of(event) | {"_preview": "1"}, follow=True)
    assert "It can&#x27;t be published yet:" in shown.text or "It can't be published yet:" in shown.text
    assert "at least one citation" in shown.text
    assert "They speak: call" in shown.text


# Many at once ----------------------------------------------------------------------------------------------


def many(admin_client, action, events, **more):
    sent = {"action": action, "_selected_action": [event.pk for event in events], **more}
    return admin_client.post("/admin/timeline/call/", sent)


def test_many_are_published_with_the_same_checks_and_one_summary(admin_client):
    drafts = [
        builders.write(builders.call("good"), state=State.DRAFT),
        builders.write(builders.call("bare", citations=[]), state=State.DRAFT),
        builders.write(builders.call("label", title="Takaichi–Trump call"), state=State.DRAFT),
        *builders.publish(builders.call("public")),
    ]
    message = told(many(admin_client, "publish_selected", drafts))
    assert message.startswith("1 entry is published. Not published: “")
    assert "“They speak: bare”: A published event needs at least one citation" in message
    assert "“Takaichi–Trump call”: This title names the event, but does not say what happened" in message
    assert "1 was left as it is." in message
    states = dict(Event.objects.values_list("slug", "state"))
    assert states == {"good": "published", "bare": "draft", "label": "draft", "public": "published"}
    assert builders.event("good").versions.get(number=2).by_name == "admin"
    assert LogEntry.objects.get().object_repr == "They speak: good"


def test_many_are_withdrawn_with_a_reason(admin_client, client):
    events = [*builders.publish(builders.call("one"), builders.call("two"))]
    draft = builders.write(builders.call("draft"), state=State.DRAFT)
    asked = many(admin_client, "withdraw_selected", [*events, draft])
    assert "These 2 entries will be withdrawn." in asked.text
    assert "1 that is not published stays as it is." in asked.text
    assert "give a reason" in many(admin_client, "withdraw_selected", events, _withdraw="1", reason=" ").text
    too_long = many(admin_client, "withdraw_selected", events, _withdraw="1", reason="long " * 1001).text
    assert "at most 5000 characters" in too_long
    assert "long long" in too_long  # what was typed is not lost
    assert Event.objects.published().count() == 2
    done = many(admin_client, "withdraw_selected", events, _withdraw="1", reason="Wrong source.")
    assert "2 entries are withdrawn." in told(done)
    assert set(Event.objects.exclude(pk=draft.pk).values_list("state", "withdrawn_reason")) == {
        ("withdrawn", "Wrong source.")
    }
    assert client.get("/events/one/").status_code == 410
    assert "nothing to withdraw" in told(many(admin_client, "withdraw_selected", events))


def test_what_readers_saw_otherwise_is_published_again_with_a_note(admin_client):
    """Nothing of the whole list before it is said; and it is said of those alone that were changed."""
    changed, same = builders.publish(builders.call("changed"), builders.call("same", "2025-12-01"))
    draft = builders.write(builders.call("draft", "2025-12-02"), state=State.DRAFT)
    with record.writing() as writer:
        for event in (changed, same):
            writer.withdraw(event, "Wrong source.")
    builders.write(record.of(changed) | {"place": "Tokyo"}, state=State.WITHDRAWN, reason="Wrong source.")
    events = [changed, same, draft]
    with unshown():
        asked = many(admin_client, "publish_selected", events).context_data
        assert [event.slug for event in asked["listed"]] == ["changed"]
        refused = many(admin_client, "publish_selected", events, _publish="1").context_data["form"]
        assert "say which of the two it is" in refused.errors["correction"][0]
        assert not Event.objects.published().exists()
        sent = {"chosen": asked["chosen"], "_publish": "1", "correction": "It was in Tokyo."}
        many(admin_client, "publish_selected", events[:1], **sent)
    assert Event.objects.published().count() == 3
    note = Correction.objects.get()
    assert (note.event, note.version) == (changed, changed.versions.order_by("number").last())


def test_however_many_are_withdrawn_they_are_sent_in_one_field(admin_client, monkeypatch):
    monkeypatch.setattr(event_actions, "_LISTED", 1)
    events = builders.publish(*(builders.call(slug) for slug in ("one", "two", "three")))
    asked = many(admin_client, "withdraw_selected", events)
    assert asked.text.count('name="_selected_action"') == 1
    assert asked.text.count('<li><a href="/admin/timeline/call/') == 1
    assert "and 2 more" in asked.text
    chosen = asked.context_data["chosen"]
    assert f'name="chosen" value="{chosen}"' in asked.text
    assert {int(key) for key in chosen.split(",")} == {event.pk for event in events}
    builders.publish(builders.call("not-chosen"))
    sent: dict[str, Any] = {"_withdraw": "1", "reason": "Wrong source."}
    nothing = many(admin_client, "withdraw_selected", events[:1], chosen="x,," + "9" * 30, **sent)
    assert "nothing to withdraw" in told(nothing)
    done = many(admin_client, "withdraw_selected", events[:1], chosen=chosen + ",x", **sent)
    assert "3 entries are withdrawn." in told(done)
    assert [event.slug for event in Event.objects.published()] == ["not-chosen"]


def test_the_longest_form_can_be_sent(admin_client):
    with unshown():
        form, formsets = forms_on(admin_client.get(ADD))
    rows = sum(len(formset.empty_form.fields) for formset in formsets.values()) + len(Citation.SUPPORTS)
    assert MOST_ROWS * rows + len(form.fields) + 4 * len(formsets) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_who_may_not_change_does_nothing_in_bulk_nor_alone(client):
    (event,) = builders.publish(builders.call())
    draft = builders.write(builders.call("draft"), state=State.DRAFT)
    looker = User.objects.create_user("looker", is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_call"))
    client.force_login(looker)
    before = builders.dump()
    for action in ("publish_selected", "withdraw_selected"):
        many(client, action, [event, draft], _withdraw="1", reason="x")
    for name, args in (("merge", ()), ("restore", (1,))):
        assert client.get(page(event, name, *args)).status_code == 403
        sent = {"other": draft.pk, "note": "x", "_merge": "1", "not_correction": "x"}
        assert client.post(page(event, name, *args), sent).status_code == 403
    assert builders.dump() == before
    assert client.get(page(event, "history")).status_code == 200


def test_histories_and_merging_ask_the_same_number_of_queries_however_long(admin_client):
    def asked(event):
        counts = {}
        for name in ("history", "merge"):
            address = page(event, name)
            if event.slug == "small":  # what is kept after the first time
                with unshown():
                    admin_client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(address).status_code == 200
            counts[name] = len(queries)
        return counts

    (one,) = builders.publish(builders.call("linked", date="2025-01-01"))
    parts: dict[str, Any] = {
        "topics": ["taiwan"],
        "readouts": [builders.account("JP", "one", given_by=builders.TAKAICHI)],
        "links": [{"relation": "follows_up", "event": one.slug}],
    }
    small = builders.write(builders.call("small", **parts), state=State.DRAFT)
    builders.write(record.of(small) | {"place": "Here"}, state=State.DRAFT)
    people = [builders.leader(f"leader-{number}", f"Some Leader {number}", "JP").slug for number in range(3)]
    sources = [builders.source(f"source-{number}").slug for number in range(3)]
    topics = [builders.topic(f"topic-{number}", f"Topic {number}").slug for number in range(3)]
    linked = builders.publish(*(builders.call(f"linked-{number}", date="2025-01-01") for number in range(3)))
    large = builders.write(
        builders.call(
            "large",
            participants=[builders.person(one) for one in people],
            citations=[{"source": one} for one in sources],
            readouts=[builders.account("JP", "one", "two", given_by=one) for one in people],
            topics=topics,
            links=[{"relation": "follows_up", "event": one.slug} for one in linked],
        ),
        state=State.DRAFT,
    )
    for number in range(3):
        builders.write(record.of(large) | {"place": f"Place {number}"}, state=State.DRAFT)
    few, many_rows = asked(small), asked(large)
    assert many_rows == few
