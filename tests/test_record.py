"""The one writer: what it keeps in step, what it refuses, and that nothing half-written stays."""

from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import builders
from tests.builders import TAKAICHI, TRUMP, XI, account, call, meeting, person, publish, statement, write
from timeline import log, record, search
from timeline.models import (
    Change,
    Correction,
    Country,
    DataVersion,
    Discarded,
    Event,
    Former,
    Leader,
    Link,
    Origin,
    Slug,
    Source,
    State,
    Tagging,
    Topic,
)
from timeline.record.nouns import NOUNS, fill

pytestmark = pytest.mark.usefixtures("cast_all_along", "db")


def steps_since(before: int) -> int:
    """How often the data version was raised since; its numbers rise, and the last one stands."""
    steps = sorted(set(Change.objects.filter(version__gt=before).values_list("version", flat=True)))
    assert steps == [] or steps[-1] == data_version()
    return len(steps)


def data_version() -> int:
    row = DataVersion.objects.first()
    return row.number if row else 0


def numbers(event: Event) -> list[tuple[int, int | None, str]]:
    return list(event.versions.order_by("number").values_list("number", "public_number", "state"))


def changes_since(number: int) -> set[tuple[str, str, str]]:
    rows = Change.objects.filter(version__gt=number)
    assert {row.version for row in rows} <= {data_version()}
    return {(row.noun, row.key, row.what) for row in rows}


def found(words: str) -> set[str]:
    ids = search.matching(search.parse(words)).values("pk")
    return set(Event.objects.filter(pk__in=ids).values_list("slug", flat=True))


def problems(row: dict[str, Any], state: str = State.PUBLISHED, **options: Any) -> dict[str, str]:
    """What the writer says when it refuses, by JSON Pointer."""
    before = builders.dump()
    with pytest.raises(record.Refused) as refused:
        write(row, state=state, **options)
    assert builders.dump() == before
    return {problem.pointer: problem.message for problem in refused.value.problems}


# What one write does ---------------------------------------------------------------------------------------


def test_it_creates_the_rows_and_the_first_version():
    before = data_version()
    row = call(readouts=[account("JP", "They spoke of Taiwan.")], topics=["taiwan"], duration_minutes=25)
    event = write(row, state=State.PUBLISHED)
    assert [one.name for one in event.participations.all()] == ["Sanae Takaichi", "Donald Trump"]
    assert [one.country_id for one in event.participations.all()] == ["JP", "US"], "from their posts"
    assert event.readouts.get().points.get().text == "They spoke of Taiwan."
    assert list(event.topics.values_list("slug", flat=True)) == ["taiwan"]
    assert Slug.objects.get(slug="call").event == event
    assert numbers(event) == [(1, 1, "published")]
    assert steps_since(before) == 1
    assert changes_since(before) == {("event", str(event.pk), "created")}
    assert found("taiwan") == {"call"}


def test_it_makes_nothing_of_an_unchanged_write():
    write(call())
    before = builders.dump()
    with record.writing() as writer:
        written = writer.write(call(), event=builders.event("call"), state=State.PUBLISHED)
    assert (written.created, written.changed) == (False, False)
    assert builders.dump() == before


def test_it_names_who_wrote_and_where_from():
    user = User.objects.create_user("kihara")
    with record.writing(by=user, origin=Origin.EDITOR) as writer:
        event = writer.write(call()).event
    version = event.versions.get()
    assert (version.by, version.by_name, version.origin) == (user, "kihara", "editor")
    assert version.record == record.of(event)


def test_it_numbers_for_readers_only_what_readers_see():
    event = write(call(), state=State.DRAFT)
    write(call(title="They speak again"), state=State.DRAFT)
    assert numbers(event) == [(1, None, "draft"), (2, None, "draft")]
    with record.writing() as writer:
        writer.publish(builders.event("call"))
    write(call(title="They speak at last"))
    with record.writing() as writer:
        writer.withdraw(builders.event("call"), " It was another day. ")
    withdrawn = builders.event("call")
    assert (withdrawn.state, withdrawn.withdrawn_reason) == ("withdrawn", "It was another day.")
    assert withdrawn.withdrawn_at is not None
    with record.writing() as writer:
        writer.publish(withdrawn)
    assert numbers(event)[2:] == [
        (3, 1, "published"),
        (4, 2, "published"),
        (5, None, "withdrawn"),
        (6, None, "published"),
    ], "published again unchanged, it is what readers saw before"
    again = builders.event("call")
    assert (again.state, again.withdrawn_reason, again.withdrawn_at) == ("published", "", None)


def test_it_corrects_a_withdrawn_event_without_losing_the_reason():
    write(call())
    with record.writing() as writer:
        writer.withdraw(builders.event("call"), "It was another day.")
    at = builders.event("call").withdrawn_at
    with record.writing() as writer:
        writer.write(call(title="They do not speak"), event=builders.event("call"))
    event = builders.event("call")
    assert (event.state, event.withdrawn_reason, event.withdrawn_at) == ("withdrawn", "It was another day.", at)
    assert event.title == "They do not speak"


def test_it_counts_one_data_version_a_block():
    before = data_version()
    with record.writing() as writer:
        first = writer.write(call(), state=State.PUBLISHED).event
        second = writer.write(meeting(), state=State.PUBLISHED).event
        writer.write(call(title="They speak twice"), event=first)
        Topic.objects.get().save()
        Leader.objects.get(slug=builders.XI).save()
    assert steps_since(before) == 1
    assert changes_since(before) == {
        ("event", str(first.pk), "created"),
        ("event", str(second.pk), "created"),
        ("topic", str(Topic.objects.get().pk), "changed"),
        ("leader", str(Leader.objects.get(slug=builders.XI).pk), "changed"),
    }
    assert numbers(first) == [(1, 1, "published")]


def test_it_never_counts_back_when_blocks_nest():
    before = data_version()
    with record.writing() as outer:
        outer.write(call())
        for slug in ("one", "two"):
            with record.writing() as inner:
                inner.write(meeting(slug))
    assert steps_since(before) == 3
    assert Change.objects.filter(version__gt=before).count() == 3


def test_it_never_gives_a_number_again_that_was_rolled_back():
    seen = set()
    for _time in range(3):
        with suppress(ZeroDivisionError), transaction.atomic():
            write(call())
            seen.add(data_version())
            raise ZeroDivisionError
    write(call())
    assert len(seen) == 3
    assert data_version() > max(seen)


@pytest.mark.parametrize(
    ("by_hand", "where"),
    [
        (lambda event: event.participations.update(title=""), "participants"),
        (lambda event: event.citations.filter(source__slug="second").delete(), "citations"),
        (lambda event: event.readouts.get().points.update(text="They did not speak of it."), "readouts"),
        (lambda event: Event.objects.filter(pk=event.pk).update(title="They spoke"), "title"),
        (lambda event: Event.objects.bulk_update([retitled(event)], ["title"]), "title"),
        (lambda event: Tagging.objects.bulk_create([Tagging(event=event, topic=Topic.objects.get())]), "topics"),
        (lambda event: Slug.objects.create(slug="former", event=event), "id"),
    ],
)
def test_it_hears_of_rows_that_are_written_by_themselves(by_hand, where):
    builders.source("second")
    cited = [{"source": source} for source in (builders.SOURCE, "second")]
    event = write(call(readouts=[account("JP", "They spoke of Taiwan.")], citations=cited))
    first, written_at = record.of(event), event.changed_at
    before = data_version()
    with record.writing():
        by_hand(event)
    changed = record.of(event)
    assert changes_since(before) == {("event", str(event.pk), "changed")}
    if where in ("participants", "id"):  # written, and the record is the same as before
        assert changed == first
        assert numbers(event) == [(1, 1, "published")]
    else:
        assert {key for key in first if first[key] != changed[key]} == {where}
        assert numbers(event) == [(1, 1, "published"), (2, 2, "published")]
        version = event.versions.get(number=2)
        assert version.record == changed
        event.refresh_from_db()
        assert version.at == event.changed_at > written_at


@pytest.mark.parametrize(
    ("by_hand", "why"),
    [
        (lambda event: event.citations.all().delete(), "at least one citation"),
        (lambda event: event.participations.all().delete(), "two different principals"),
        (lambda event: Event.objects.filter(pk=event.pk).update(state=State.DRAFT), "can't become a draft again"),
        (lambda event: Event.objects.filter(pk=event.pk).update(slug="other"), "no slug of this event"),
        (lambda event: Event.objects.filter(pk=event.pk).update(date="soon"), "date"),
        (lambda event: copied(event).save(), "no slug of this event"),
    ],
)
@pytest.mark.parametrize("is_written_too", [False, True])
def test_it_refuses_rows_by_themselves_as_it_refuses_records(by_hand, why, is_written_too):
    event = write(call())
    first, before = record.of(event), data_version()

    def change():
        with record.writing() as writer:
            if is_written_too:
                writer.write(first | {"title": "They spoke"}, event=event)
            by_hand(event)

    with pytest.raises(record.Refused, match=why):
        change()
    assert (record.of(event), data_version()) == (first, before)
    assert Event.objects.get().state == State.PUBLISHED
    assert numbers(event) == [(1, 1, "published")]


def test_it_derives_the_days_of_a_date_that_was_written_by_itself():
    publish(meeting("later", "2025-11-27"))
    event = write(call())
    with record.writing():
        Event.objects.filter(pk=event.pk).update(date="2025-11-28")
    event.refresh_from_db()
    assert str(event.earliest) == "2025-11-28"
    assert Event.objects.published().newest_first().first() == event


def copied(event: Event) -> Event:
    return Event(slug="copied", kind=event.kind, title=event.title, date=event.date, changed_at=event.changed_at)


def retitled(event: Event) -> Event:
    event.title = "They spoke"
    return event


def test_it_writes_many_and_says_which_it_refuses():
    old = write(call("old"))
    before = data_version()
    rows = [call("new", topics=["taiwan"]), call("old", title="They spoke"), call("wrong", date="soon"), call("new")]
    with record.writing() as writer:
        known = writer.find_all(row["id"] for row in rows)
        written = writer.write_all([(row, known.get(row["id"])) for row in rows], state=State.PUBLISHED)
    assert [isinstance(one, record.Refused) for one in written] == [False, False, True, True]
    refused = [one for one in written if isinstance(one, record.Refused)]
    assert [problem.pointer for one in refused for problem in one.problems] == ["/date", "/id"]
    assert numbers(builders.event("new")) == [(1, 1, "published")]
    assert numbers(old) == [(1, 1, "published"), (2, 2, "published")]
    assert steps_since(before) == 1
    assert found("taiwan") == {"new"}


def test_it_asks_as_few_queries_for_fifteen_as_for_three():
    def rows(first, last):
        return [
            call(f"call-{n}", readouts=[account("JP", "One.", "Two.")], topics=["taiwan"]) for n in range(first, last)
        ]

    with CaptureQueriesContext(connection) as few, record.writing() as writer:
        writer.write_all([(row, None) for row in rows(0, 3)], state=State.PUBLISHED)
    with CaptureQueriesContext(connection) as many, record.writing() as writer:
        writer.write_all([(row, None) for row in rows(3, 18)], state=State.PUBLISHED)
    assert len(many) <= len(few) + 3


@pytest.mark.parametrize(
    ("noun", "make"),
    [
        ("leader", lambda: Leader(slug="li-qiang", name="Li Qiang", family_name="Li")),
        ("topic", lambda: Topic(slug="trade", name="Trade")),
        ("country", lambda: Country(code="XX", name="Nowhere")),
    ],
)
def test_it_logs_what_is_made_changed_and_deleted(noun, make):
    row = make()
    for verb, what in ((row.save, "created"), (row.save, "changed"), (row.delete, "deleted")):
        before = data_version()
        key = row.pk
        with record.writing():
            verb()
        key = key or row.pk
        assert changes_since(before) == {(noun, str(key), what)}


def test_it_tells_of_a_correction():
    event = write(call())
    before = data_version()
    with record.writing():
        Correction(event=event, date="2025-11-26", text="It lasted 25 minutes.").save()
    assert steps_since(before) == 1
    assert changes_since(before) == {("event", str(event.pk), "changed")}


def test_it_writes_nothing_when_anything_fails():
    write(call(readouts=[account("JP", "They spoke of Taiwan.")]))
    before = builders.dump()
    with suppress(ZeroDivisionError), record.writing() as writer:
        writer.write(call(title="Another"), event=builders.event("call"))
        writer.write(meeting(), state=State.PUBLISHED)
        Topic(slug="trade", name="Trade").save()
        raise ZeroDivisionError
    assert builders.dump() == before
    with pytest.raises(record.Refused):
        publish(call(title="Another"), meeting(links=[{"relation": "about", "event": "nowhere"}]))
    assert builders.dump() == before
    assert found("taiwan") == {"call"}
    assert found("another") == found("meeting") == set()


# What it refuses -------------------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no citation": (call(citations=[]), "/citations", "needs at least one citation"),
    "no title": (call(title=" "), "/title", "needs a title"),
    "a long title": (call(title="a" * 301), "/title", "at most 300 characters"),
    "a kind nobody knows": (call(kind="letter"), "/kind", "meeting, call or statement"),
    "a bad slug": (call("Call_1"), "/id", "is no slug"),
    "a long slug": (call("a" * 121), "/id", "is no slug"),
    "no date": (call(date=""), "/date", "A date is missing"),
    "a date that ends first": (call(date="2025-11-25/2025-11-24"), "/date", "ends before it begins"),
    "a bad outcome": (call(occurrence="perhaps"), "/occurrence", "is no outcome"),
    "a bad part of day": (call(part_of_day="noon"), "/part_of_day", "no part of the day"),
    "a bad time zone": (call(time_zone="Asia/Nowhere"), "/time_zone", "no IANA time zone"),
    "a directory for a time zone": (call(time_zone="America"), "/time_zone", "no IANA time zone"),
    "a bad country": (call(country="XY"), "/country", "is not known"),
    "a bad side": (call(initiated_by="XY"), "/initiated_by", "is not known"),
    "a bad topic": (call(topics=["nothing"]), "/topics/0", "is not known"),
    "a topic twice": (call(topics=["taiwan", "taiwan"]), "/topics/1", "stands here twice"),
    "a bad format": (call(format="summit"), "/format", "is no format of a call; expected one of phone, video"),
    "a statement with a duration": (statement(duration_minutes=5), "/duration_minutes", "has no duration"),
    "a statement asked for": (statement(initiated_by="US"), "/initiated_by", "not initiated by a side"),
    "words on a call": (call(words="Good."), "/words", "Only a statement has words"),
    "no minutes": (call(duration_minutes=0), "/duration_minutes", "from 1 to 20,000"),
    "about no minutes": (call(duration_approximate=True), "/duration_approximate", "needs a number of minutes"),
    "a call with one": (call(participants=[person(TRUMP)]), "/participants", "two different principals"),
    "a call with none": (call(participants=[]), "/participants", "two different principals"),
    "a call with oneself": (
        call(participants=[person(TRUMP), person(TRUMP)]),
        "/participants/1/leader",
        "stands here twice",
    ),
    "a meeting with one": (meeting(participants=[person(TRUMP)]), "/participants", "needs two participants"),
    "a meeting with a speaker": (
        meeting(participants=[person(TAKAICHI), person(TRUMP, "speaker")]),
        "/participants/1/role",
        "is no role in a meeting; expected principal or host",
    ),
    "no speaker": (statement(participants=[]), "/participants", "needs its speaker"),
    "only an addressee": (
        statement(participants=[person(TRUMP, "addressee")]),
        "/participants",
        "needs its speaker",
    ),
    "two speakers": (
        statement(participants=[person(TAKAICHI, "speaker"), person(TRUMP, "speaker")]),
        "/participants/1/role",
        "has one speaker",
    ),
    "an unknown leader": (
        call(participants=[person(TAKAICHI), person("nobody")]),
        "/participants/1/leader",
        "“nobody” is not known",
    ),
    "nobody at all": (
        call(participants=[person(TAKAICHI), person(TRUMP), {"role": "principal"}]),
        "/participants/2/leader",
        "Expected a leader, or a delegation",
    ),
    "a leader with a delegation's title": (
        call(participants=[person(TAKAICHI), person(TRUMP, title="Envoys")]),
        "/participants/1/title",
        "needs no delegation's title",
    ),
    "a delegation without a country": (
        call(participants=[person(TAKAICHI), {"role": "principal", "title": "Envoys"}]),
        "/participants/1/country",
        "needs a country",
    ),
    "a delegation from nowhere": (
        call(participants=[person(TAKAICHI), {"role": "principal", "title": "Envoys", "country": "XY"}]),
        "/participants/1/country",
        "is not known",
    ),
    "an account of no side": (call(readouts=[account("XY", "Yes.")]), "/readouts/0/side", "is not known"),
    "an account by nobody": (
        call(readouts=[account("JP", "Yes.", given_by="nobody")]),
        "/readouts/0/given_by",
        "is not known",
    ),
    "an account from nowhere": (
        call(readouts=[account("JP", "Yes.", source="nothing")]),
        "/readouts/0/source",
        "is not known",
    ),
    "an account on no day": (
        call(readouts=[account("JP", "Yes.", date="2025-02-30")]),
        "/readouts/0/date",
        "has no day 30",
    ),
    "an account that says nothing": (call(readouts=[account("JP")]), "/readouts/0/points", "says nothing yet"),
    "an account that is none": (
        call(readouts=[account("JP", "Yes.", issued=False)]),
        "/readouts/0/points",
        "not issued has no points",
    ),
    "an empty point": (call(readouts=[account("JP", " ")]), "/readouts/0/points/0/text", "needs its text"),
    "a long point": (
        call(readouts=[account("JP", "Yes.", "a" * 1001)]),
        "/readouts/0/points/1/text",
        "at most 1000 characters",
    ),
    "a certainty nobody knows": (
        call(readouts=[account("JP", "Yes.", certainty="sure")]),
        "/readouts/0/points/0/certainty",
        "no certainty",
    ),
    "one side's word for certain": (
        call(readouts=[account("JP", "Yes.", certainty="confirmed"), account("US", issued=False)]),
        "/readouts/0/points/0/certainty",
        "both sides have said so",
    ),
    "an unknown source": (call(citations=[{"source": "nothing"}]), "/citations/0/source", "is not known"),
    "a source twice": (
        call(citations=[{"source": "jiji"}, {"source": "jiji"}]),
        "/citations/1/source",
        "is cited twice",
    ),
    "support for nothing": (
        call(citations=[{"source": "jiji", "supports": ["date", "weather"]}]),
        "/citations/0/supports/1",
        "no part of an event",
    ),
    "a link to itself": (call(links=[{"relation": "about", "event": "call"}]), "/links/0/event", "linked to itself"),
    "a relation nobody knows": (
        call(links=[{"relation": "near", "event": "call-2"}]),
        "/links/0/relation",
        "is no relation",
    ),
}


def test_it_refuses():
    before = builders.dump()
    with record.writing() as writer:
        written = writer.write_all([(row, None) for row, *_ in REFUSALS.values()], state=State.PUBLISHED)
    for (fault, (_row, pointer, words)), refused in zip(REFUSALS.items(), written, strict=True):
        assert isinstance(refused, record.Refused), fault
        found = {problem.pointer: problem.message for problem in refused.problems}
        assert words in found[pointer], fault
        assert found[pointer].endswith((".", "?")), fault
        assert len(found) == (2 if fault == "a call with oneself" else 1), fault
    assert builders.dump() == before


def test_it_refuses_a_link_to_what_nobody_knows():
    row = call(links=[{"relation": "about", "event": "no"}])
    assert problems(row) == {"/links/0/event": "The event “no” is not known."}


def test_it_says_all_that_is_wrong_at_once():
    assert set(problems(call(title="", date="x", citations=[], participants=[]))) == {
        "/title",
        "/date",
        "/citations",
        "/participants",
    }


def test_it_lets_a_draft_wait_for_its_citation():
    assert write(call(citations=[]), state=State.DRAFT).state == "draft"


def test_it_knows_a_point_for_certain_when_both_sides_stand():
    accounts = [account("JP", "Yes.", certainty="confirmed"), account("US", "Yes.")]
    assert write(call(readouts=accounts)).readouts.count() == 2


def test_it_asks_whom_a_leader_spoke_for_where_no_post_says_so():
    builders.leader("shinzo-abe", country="JP", since="2012-12-26", until="2020-09-16")
    people = [person("shinzo-abe"), person(TRUMP)]
    assert "no post of theirs covers this date" in problems(call(participants=people))["/participants/0/country"]
    event = write(call(participants=[person("shinzo-abe", country="JP"), person(TRUMP)]))
    assert event.participations.get(order=0).country_id == "JP"


def test_it_keeps_what_was_published_at_its_address():
    write(call())
    assert "can't become a draft again" in problems(call(), State.DRAFT)["/state"]
    with pytest.raises(record.Refused, match="give a reason"), record.writing() as writer:
        writer.withdraw(builders.event("call"), "  ")
    assert "give a reason" in problems(call(), State.WITHDRAWN)["/reason"]
    write(meeting(), state=State.DRAFT)
    with pytest.raises(record.Refused, match="Only a published event"), record.writing() as writer:
        writer.withdraw(builders.event("meeting"), "Wrong.")
    assert "Only a published event" in problems(meeting("new"), State.WITHDRAWN, reason="Wrong.")["/state"]


# Slugs and links -------------------------------------------------------------------------------------------


def test_it_keeps_a_former_slug_for_ever():
    event = write(call("first"))
    for slug in ("second", "third"):
        with record.writing() as writer:
            writer.write(call(slug), event=builders.event(event.slug))
        event.refresh_from_db()
    with record.writing() as writer:
        assert {writer.find(slug) for slug in ("first", "second", "third")} == {event}
        assert writer.find("fourth") is None
    with (
        pytest.raises(record.Refused, match="“first” belongs to another event, now or before"),
        record.writing() as writer,
    ):
        writer.write(call("first"))
    write(meeting())
    with pytest.raises(record.Refused, match="“second” belongs"), record.writing() as writer:
        writer.write(meeting("second"), event=builders.event("meeting"))
    with record.writing() as writer:
        writer.write(call("first"), event=event)
    assert set(event.slugs.values_list("slug", flat=True)) == {"first", "second", "third"}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_it_resolves_links_within_one_block_in_any_order(order):
    rows = [
        call("one", links=[{"relation": "follows_up", "event": "two"}]),
        call("two", links=[{"relation": "prepares", "event": "three"}, {"relation": "prepares", "event": "one"}]),
        call("three", links=[]),
    ]
    publish(*[rows[place] for place in order])
    assert set(Link.objects.values_list("event__slug", "relation", "target__slug", "order")) == {
        ("one", "follows_up", "two", 0),
        ("two", "prepares", "three", 0),
        ("two", "prepares", "one", 1),
    }


def test_it_keeps_links_when_an_event_is_written_twice_in_a_block():
    write(meeting())
    linked = call(links=[{"relation": "follows_up", "event": "meeting"}])
    with record.writing() as writer:
        writer.publish(writer.write(linked).event)
    event = builders.event("call")
    assert event.versions.get().record == record.of(event)
    assert record.of(event)["links"] == linked["links"]
    with record.writing() as writer:
        writer.write({**linked, "links": [{"relation": "about", "event": "meeting"}]}, event=event)
        writer.write(call(), event=event)
    assert event.versions.get(number=2).record == record.of(event)
    assert record.of(event)["links"] == []
    with record.writing() as writer:
        writer.write(linked, event=event)
        writer.write(call(), event=event)
    assert record.of(event)["links"] == []


def test_it_takes_a_link_by_a_former_slug_for_the_same_link():
    write(meeting("first"))
    linked = call(links=[{"relation": "follows_up", "event": "first"}])
    write(linked)
    with record.writing() as writer:
        writer.write(meeting("second"), event=builders.event("first"))
    with record.writing() as writer:
        assert not writer.write(linked, event=builders.event("call")).changed
    twice = [*linked["links"], {"relation": "follows_up", "event": "second"}]
    assert "stands here twice" in problems(call(links=twice))["/links/1/event"]
    itself = meeting("second", links=[{"relation": "about", "event": "first"}])
    assert "linked to itself" in problems(itself)["/links/0/event"]


def test_it_tells_one_link_from_two_within_a_block():
    event = write(meeting("first"))
    both = [{"relation": "about", "event": slug} for slug in ("first", "second")]
    with record.writing() as writer:
        writer.write(call(links=both))
        writer.write(meeting("second"), event=event)
        with pytest.raises(record.Refused, match="stands here twice"):
            writer._close()
        writer._open_links.clear()


def test_it_does_not_discard_a_draft_that_others_link_to():
    write(meeting(), state=State.DRAFT)
    write(call(links=[{"relation": "about", "event": "meeting"}]))
    with pytest.raises(record.Refused, match="take that link away first"), record.writing() as writer:
        writer.discard(builders.event("meeting"))


def test_it_keeps_what_a_discarded_draft_held_and_makes_it_a_draft_again():
    ed = User.objects.create_user("ed")
    event = write(call(place="Tokyo"), state=State.DRAFT)
    pk = event.pk
    with record.writing(by=ed) as writer:
        writer.write(record.of(event) | {"place": "Osaka"}, event=event)
    versions = list(event.versions.order_by("number").values("number", "record", "by", "by_name", "at", "origin"))
    with record.writing(by=ed) as writer:
        writer.discard(event)
    kept = Discarded.objects.get()
    assert (kept.number, kept.slug, kept.by_name) == (pk, "call", "ed")
    assert [(one["number"], one["record"]["place"], one["by_name"]) for one in kept.versions] == [
        (1, "Tokyo", ""),
        (2, "Osaka", "ed"),
    ]
    for change in (kept.save, kept.delete, Discarded.objects.all().delete, lambda: Discarded.objects.update(kind="x")):
        with pytest.raises(TypeError, match="never changed"):
            change()
    write(call())  # has its slug meanwhile
    with record.writing(by=ed) as writer:
        again = record.bring_back(writer, kept).event
    assert (again.pk, again.slug, again.state, again.place) == (kept.number, "call-2", State.DRAFT, "Osaka")
    assert list(again.versions.order_by("number").values(*versions[0]))[:2] == versions
    assert [one.number for one in again.versions.order_by("number")] == [1, 2, 3]
    with pytest.raises(record.Refused, match="brought back already"), record.writing() as writer:
        record.bring_back(writer, kept)


def test_it_brings_back_a_draft_whose_long_slug_has_been_taken():
    slug = f"{'a' * 109}-{'b' * 4}-{'c' * 5}"  # the longest there is
    write(call(slug), state=State.DRAFT)
    with record.writing() as writer:
        writer.discard(builders.event(slug))
    write(call(slug))
    with record.writing() as writer:
        assert record.bring_back(writer, Discarded.objects.get()).event.slug == f"{'a' * 109}-2"


def test_it_gives_the_number_of_a_discarded_draft_to_no_other_event():
    event = write(call(), state=State.DRAFT)
    number = event.pk
    with record.writing() as writer:
        writer.discard(event)
    assert record.free_numbers({"call": number, "another": number + 1}) == {"another": number + 1}
    with record.writing() as writer:
        record.restore(writer, [], [])  # which sets the counter anew
    assert write(call()).pk > number


def test_what_a_noun_says_as_a_row_is_what_its_row_says():
    given = {"name": "Nippon", "native_name": "日本", "native_language": "ja", "other_names": ["Japan"], "url": "x"}
    for model, noun in NOUNS.items():
        held = model._base_manager.earliest("pk")
        row = noun.row(held)
        row |= {name: value for name, value in given.items() if name in noun.plain}
        made = model(pk=held.pk)
        fill(made, row)
        assert {**noun.row(made), noun.key: row[noun.key]} == row
        fill(made, {})
        assert not any(noun.row(made)[name] for name in noun.plain)


def test_it_knows_what_published_entries_show():
    write(call(topics=["taiwan"]))
    write(meeting(), state=State.DRAFT)
    trump, xi = (Leader.objects.get(slug=slug) for slug in (TRUMP, XI))
    japan, france, topic = Country.objects.get(pk="JP"), Country.objects.get(pk="FR"), Topic.objects.get()

    def shows(row: Any, **changes: Any) -> bool:
        model, before = type(row), NOUNS[type(row)].row(row)
        found = record.shown_otherwise(model, [(row.pk, before, before | changes)])
        return found == {row.pk}

    (post,) = NOUNS[Leader].row(trump)["posts"]
    assert shows(trump, name="Don Trump")
    assert shows(japan, name="Nippon")
    assert shows(topic, name="Formosa")
    assert not shows(xi, name="X")  # only a draft names him
    assert not shows(france, name="Gaul")
    assert not shows(trump, other_names=["Donald J. Trump"])
    # A source's address leads to the word; a first archived copy leads nowhere else, another one does.
    source = Source.objects.get()
    assert shows(source, url="https://elsewhere.example/")
    assert not shows(source, archived_url="https://archive.example/1")
    source.archived_url = "https://archive.example/1"
    assert shows(source, archived_url="https://archive.example/2")
    # The post of that day is what an entry shows.
    assert shows(trump, posts=[post | {"title": "Candidate"}])
    assert shows(trump, posts=[post | {"until": "2025-11-24"}])
    assert not shows(trump, posts=[post | {"until": "2029-01-20"}])
    assert not shows(trump, posts=[post, {**post, "title": "Candidate", "since": "2015", "until": "2016"}])


def test_it_keeps_why_a_name_was_changed():
    write(call())
    trump = Leader.objects.get(slug=TRUMP)
    for name, why in (("Donald J. Trump", {"reason": "a typing error"}), ("Donald Trump", {"correction": "No J."})):
        with record.writing(by=User.objects.create_user(name)) as writer:
            trump.name = name
            trump.save()
            writer.explain(trump, **why)
    kept = list(Former.objects.order_by("until").values_list("by_name", "correction", "reason", "row__name"))
    assert kept == [
        ("Donald J. Trump", "", "a typing error", "Donald Trump"),
        ("Donald Trump", "No J.", "", "Donald J. Trump"),
    ]
    (line,) = log.page().lines
    assert (line.text, line.named) == ("No J.", log.Named("Leader", "Donald Trump", f"/leaders/{TRUMP}/"))
    assert log.counts() == (1, 0)
    assert log.page(line.place).lines == log.page(chosen=log.Chosen(kind="call")).lines == []


# The record as JSON ----------------------------------------------------------------------------------------


def test_it_gives_back_every_bundled_event_as_it_came_and_takes_it_back(bundled):
    rows = builders.bundled_events()
    events = {event.slug: event for event in Event.objects.prefetch_related("versions")}
    given = record.of_all(event.pk for event in events.values())
    before = builders.dump()
    with record.writing() as writer:
        for row, prepared in zip(rows, writer.prepared_all(rows), strict=True):
            event = events.pop(row["id"])
            assert given[event.pk] == prepared
            assert list(given[event.pk]) == list(record.canonical({}))
            assert [version.record for version in event.versions.all()] == [prepared]
        assert events == {}
        written = writer.write_all([(given[event.pk], event) for event in Event.objects.all()])
    assert not [one for one in written if isinstance(one, record.Refused) or one.changed]
    assert builders.dump() == before


# What follows from other rows --------------------------------------------------------------------------------


def test_it_finds_an_event_by_the_new_name_of_a_leader_country_or_topic():
    event = write(call(topics=["taiwan"]))
    trump, japan, topic = Leader.objects.get(slug=TRUMP), Country.objects.get(pk="JP"), Topic.objects.get()
    for row, old, new in ((trump, "donald", "Ronald"), (japan, "japan", "Nippon"), (topic, "taiwan", "Formosa")):
        assert found(old) == {"call"}
        before = data_version()
        with record.writing():
            row.name = new
            row.save()
        assert found(old) == set()
        assert found(new) == {"call"}
        assert ("event", str(event.pk), "changed") in changes_since(before)
    assert numbers(event) == [(1, 1, "published")]
