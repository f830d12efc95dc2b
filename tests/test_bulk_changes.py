"""What was done to many entries at once is one thing in the desk, and is put back as a whole."""

from functools import partial
from threading import Event as Signal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from tests import builders
from tests.builders import call, statement
from tests.desk import unshown
from timeline import record, roles
from timeline.admin import at_work
from timeline.models import BulkChange, Correction, Country, Doing, Event, Former, Leader, State, Topic
from timeline.record.bulk import as_one
from timeline.record.nouns import NOUNS, Row
from timeline.record.putting_back import Result, Words, look, put_back

pytestmark = pytest.mark.django_db
NOTE = Words(correction="They did speak of Taiwan.", reason="Entered by mistake.")


@pytest.fixture(autouse=True)
def _cast(cast_all_along, db):
    pass


def one_bulk(*pairs: tuple[dict[str, Any], Event | None], state: str | None = None, reason: str = "") -> BulkChange:
    """These records written as one bulk change."""
    with as_one(Doing.TABLE, words="my.csv") as bulk, record.writing() as writer:
        assert not any(isinstance(one, record.Refused) for one in writer.write_all(pairs, state=state, reason=reason))
    assert bulk.row is not None
    return bulk.row


def written(*rows: tuple[dict[str, Any], str]) -> list[Event]:
    """These records in these states, in one block."""
    with record.writing() as writer:
        return [writer.write(row, state=state).event for row, state in rows]


def stands(*slugs: str) -> dict[str, tuple[str, str]]:
    """The title and record state of these entries that there are."""
    return {one.slug: (one.title, one.state) for one in Event.objects.filter(slug__in=slugs)}


def put(bulk: BulkChange | None, words: Words = NOTE) -> Result:
    assert bulk is not None
    return put_back(bulk, words)


def told(result: Result) -> dict[str, str]:
    return {title.partition(": ")[2] or title: why for title, why in result.left}


def test_each_entry_is_what_it_was_before_and_nothing_of_its_history_goes():
    public, draft = written((call("public"), State.PUBLISHED), (call("draft", "2025-12-01"), State.DRAFT))
    before, numbers = stands("public", "draft"), (public.versions.count(), draft.versions.count())
    bulk = one_bulk(
        (call("public", title="Changed"), public),
        (call("draft", "2025-12-01", title="Changed"), draft),
        (call("new", "2025-12-02"), None),
        (statement("about", "2025-12-03", about="new"), None),
        (statement("back", "2025-12-04", about="about"), None),
    )
    assert (bulk.size, bulk.words, str(bulk)) == (5, "my.csv", "a table was imported: my.csv")
    result = put(bulk)
    assert result.left == []
    assert stands("public", "draft", "new", "about", "back") == before
    assert (public.versions.count(), draft.versions.count()) == (numbers[0] + 2, numbers[1] + 2)
    note = Correction.objects.get()
    assert (note.text, note.event, note.version) == (NOTE.correction, public, public.versions.latest("number"))
    # And that is a bulk change again, which can be put back like any other.
    assert put(result.row).left == []
    assert {slug: title for slug, (title, _state) in stands("public", "draft", "new").items()} == {
        "public": "Changed",
        "draft": "Changed",
        "new": "They speak: new",
    }
    assert [record.of(builders.event(slug))["links"][0]["event"] for slug in ("about", "back")] == ["new", "about"]


def test_what_somebody_has_changed_since_stays_and_is_named():
    public = builders.publish(call("one"), call("two", "2025-12-01"), call("three", "2025-12-02"))
    bulk = one_bulk(*((record.of(event) | {"title": f"Changed: {event.slug}"}, event) for event in public))
    with record.writing() as writer:
        writer.write(record.of(public[1]) | {"place": "Tokyo"}, event=public[1])
    result = put(bulk)
    assert told(result) == {"two": "Somebody has changed it since."}
    assert {title for title, _state in stands("one", "two", "three").values()} == {
        "They speak: one",
        "Changed: two",
        "They speak: three",
    }
    # Nothing is done twice.
    assert len(told(put(bulk))) == 3


def test_what_became_public_is_withdrawn_and_what_was_withdrawn_comes_back():
    drafts = written(*((call(slug, f"2025-12-0{day}"), State.DRAFT) for day, slug in ((1, "a"), (2, "b"))))
    published = one_bulk(*((record.of(event), event) for event in drafts), state=State.PUBLISHED)
    events = [builders.event("a"), builders.event("b")]
    withdrawn = one_bulk(*((record.of(one), one) for one in events), state=State.WITHDRAWN, reason="No.")
    assert told(put(published)) == {"a": "Somebody has changed it since.", "b": "Somebody has changed it since."}
    steps = look(withdrawn.entries.all())
    assert not any(step.changes_public for step in steps)  # readers see what they saw before
    again = put(withdrawn, Words())
    assert {state for _title, state in stands("a", "b").values()} == {State.PUBLISHED}
    assert again.row is not None
    put(again.row)
    assert {event.withdrawn_reason for event in Event.objects.all()} == {"No."}
    new = one_bulk((call("c", "2025-12-03"), None), state=State.PUBLISHED)
    put(new)
    assert builders.event("c").withdrawn_reason == NOTE.reason


def test_a_draft_that_others_are_linked_to_stays():
    bulk = one_bulk((call("new"), None), (call("other", "2025-12-01"), None))
    builders.write(statement("about", "2025-12-02", about="new"), state=State.DRAFT)
    assert told(put(bulk)) == {"new": "“They speak: about” is linked to it: take that link away first."}
    assert stands("new", "other").keys() == {"new"}


def rows(model: Any, **keys: str) -> tuple[Any, Row]:
    held = model.objects.get(**keys)
    return held, NOUNS[model].row(held)


def test_people_and_topics_are_put_back_too():
    builders.publish(call())
    held, before = rows(Leader, slug=builders.TAKAICHI)
    with as_one(Doing.TABLE) as bulk:
        with record.writing():
            held.name = "S. Takaichi"
            held.save()
            Topic(slug="new", name="New").save()
        bulk.add(Leader, before, rows(Leader, slug=builders.TAKAICHI)[1])
        bulk.add(Topic, None, rows(Topic, slug="new")[1])
    result = put(bulk.row)
    assert result.left == []
    assert rows(Leader, slug=builders.TAKAICHI)[1] == before
    assert not Topic.objects.filter(slug="new").exists()
    assert Former.objects.filter(noun="leader").latest("pk").correction == NOTE.correction
    put(result.row)
    assert Topic.objects.get(slug="new").name == "New"
    builders.publish(call(topics=["new"]))
    assert told(put(BulkChange.objects.latest("pk")))["New"] == "Entries rest on it: it can't be deleted."


def named(*rows: tuple[Any, str]) -> BulkChange:
    """These topics given these names, in this order, as one bulk change; one that is new is made in it."""
    with as_one(Doing.DOSSIER) as bulk, record.writing():
        for topic, name in rows:
            before = None if topic._state.adding else NOUNS[Topic].row(topic)
            topic.name = name
            topic.save()
            bulk.add(Topic, before, NOUNS[Topic].row(topic))
    assert bulk.row is not None
    return bulk.row


def test_a_former_name_that_another_has_by_now_stays_with_that():
    trade = builders.topic("trade", "Trade")
    bulk = named((Topic.objects.get(slug="taiwan"), "Taiwan Strait"))
    named((trade, "Taiwan"))
    why = "Another has its former name by now: “Taiwan”."
    assert [step.why_not for step in look(bulk.entries.all())] == [why]
    assert told(put(bulk)) == {"Taiwan Strait": why}
    named((trade, "Trade"))
    assert put(bulk).left == []
    assert Topic.objects.get(slug="taiwan").name == "Taiwan"


def test_a_former_name_is_free_where_it_was_given_to_another_in_the_same_go():
    both = (Topic.objects.get(slug="taiwan"), "Taiwan Strait"), (Topic(slug="island"), "Taiwan")
    assert put(named(*both)).left == []
    assert dict(Topic.objects.values_list("slug", "name")) == {"taiwan": "Taiwan"}
    bulk = named((Topic.objects.get(slug="taiwan"), "Taiwan Strait"), (Topic(slug="island"), "Taiwan"))
    builders.publish(call(topics=["island"]))
    assert told(put(bulk)) == {
        "Taiwan": "Entries rest on it: it can't be deleted.",
        "Taiwan Strait": "Another has its former name by now: “Taiwan”.",
    }


def test_a_country_goes_with_the_leader_who_came_with_it_and_no_post_comes_back_without_its_country():
    with as_one(Doing.DOSSIER) as bulk, record.writing():
        country = Country(code="XQ", name="Somewhere")
        country.save()
        bulk.add(Country, None, NOUNS[Country].row(country))
        bulk.add(Leader, None, NOUNS[Leader].row(builders.leader("a-leader", country="XQ")))
    away = put(bulk.row)
    assert away.left == []
    assert away.row is not None
    again = put(away.row)
    assert again.left == []
    held, before = rows(Leader, slug="a-leader")
    with as_one(Doing.TABLE) as bulk, record.writing():
        held.posts.all().delete()
        bulk.add(Leader, before, NOUNS[Leader].row(held))
    with record.writing():
        Country.objects.get(code="XQ").delete()
    assert told(put(bulk.row)) == {"A Leader": "The country of a former post is not there any more: XQ."}


def test_a_changed_person_is_shown_in_the_words_of_the_form(admin_client):
    held, before = rows(Leader, slug=builders.TAKAICHI)
    with as_one(Doing.TABLE) as bulk:
        with record.writing():
            held.posts.all().delete()
            held.posts.create(title="Minister", country_id="JP", since="2022-08", until="2024-10-01")
        bulk.add(Leader, before, rows(Leader, slug=builders.TAKAICHI)[1] | {"native_name": "高市早苗"})
    assert bulk.row is not None
    with unshown():
        there = reverse("admin:timeline_bulkchange_change", args=[bulk.row.pk])
        (one,) = admin_client.get(there).context_data["shown"]
    after = {change.label: "".join(text for text, _is_new in change.lines[0].after) for change in one.changes}
    assert after == {
        "name in the native script": "高市早苗",
        "posts": "Minister, Japan, since August 2022, until 1 October 2024",
    }


def test_what_is_published_from_a_list_is_one_thing_and_who_may_not_withdraw_leaves_it(client):
    drafts = written(*((call(slug, f"2025-12-0{day}"), State.DRAFT) for day, slug in ((1, "a"), (2, "b"))))
    user = User.objects.create_user("ed")
    roles.give(user, roles.Role.EDITOR)
    client.force_login(user)
    chosen = {"action": "publish_selected", "_selected_action": [event.pk for event in drafts]}
    with unshown():
        done = client.post("/admin/timeline/call/", chosen)
        bulk = BulkChange.objects.get()
        there = reverse("admin:timeline_bulkchange_put_back", args=[bulk.pk])
        asked = client.get(there).context_data
    assert (bulk.what, bulk.size, bulk.by_name) == (Doing.PUBLISHED, 2, "ed")
    (message,) = get_messages(done.wsgi_request)
    assert reverse("admin:timeline_bulkchange_change", args=[bulk.pk]) in str(message)
    assert asked["left"] == [
        ("They speak: a", "You may not withdraw it."),
        ("They speak: b", "You may not withdraw it."),
    ]
    assert not asked["going"]


def test_what_stays_is_told_with_its_reason_on_the_page_that_answers(admin_client):
    public = builders.publish(call("one"), call("two", "2025-12-01"))
    bulk = one_bulk(*((record.of(event) | {"title": f"Changed: {event.slug}"}, event) for event in public))
    with record.writing() as writer:
        writer.write(record.of(public[1]) | {"place": "Tokyo"}, event=public[1])
    there = reverse("admin:timeline_bulkchange_put_back", args=[bulk.pk])

    def sent() -> Any:
        with unshown():
            seen = admin_client.get(there).context_data["seen"]
        return admin_client.post(there, {"seen": seen, "not_correction": "the wrong file"})

    done = sent()
    assert "1 entry was put back." in done.text
    row = BulkChange.objects.latest("pk")
    assert reverse("admin:timeline_bulkchange_change", args=[row.pk]) in done.text
    nothing = sent()
    assert "Nothing was put back." in nothing.text
    assert BulkChange.objects.latest("pk") == row
    for answer in (done, nothing):
        assert "Somebody has changed it since." in answer.text
        # Where it takes its time, the same is read at the end of the page.
        pieces = list(at_work.answer(page_of(at_work.HERE), partial(lambda found: found, answer)))
        assert "Somebody has changed it since." in bytes(pieces[-2]).decode()


# Pages that take their time ----------------------------------------------------------------------------------


def page_of(content: str) -> Any:
    page = TemplateResponse(None, "")  # type: ignore[arg-type]
    page.content = content
    return page


@pytest.mark.parametrize(
    ("work", "shown"),
    [
        (
            lambda: HttpResponse('<h1>x</h1><div id="content-main">All of it</div><!-- end of content --></body>'),
            "All of",
        ),
        (lambda: HttpResponseRedirect("/admin/x/"), 'content="0; url=/admin/x/"'),
        (lambda: 1 / 0, "was not written: try again"),
    ],
)
def test_a_page_is_sent_while_the_work_is_done(monkeypatch, work, shown):
    monkeypatch.setattr(at_work, "_SECONDS", 0.01)

    enough = Signal()

    def slow() -> Any:
        assert enough.wait(20)
        return work()

    pieces = []
    for piece in at_work.answer(page_of(f"<p>At work{at_work.HERE}</body>"), slow):
        pieces.append(bytes(piece).decode())
        if len(pieces) == 4:
            enough.set()
    assert pieces[0] == "<p>At work"
    assert pieces[-1] == "</body>"
    assert pieces[1:4] == 3 * ["<!-- at work -->\n"]
    assert shown in pieces[-2]
    assert "<h1>" not in pieces[-2]
