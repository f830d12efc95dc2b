"""What hangs from what, and the one order of the timeline."""

import random
from datetime import date, timedelta

import pytest
from django.db import transaction

from tests import builders
from tests.builders import call, meeting, publish, statement, write
from tests.rounds import seeds
from timeline import index, position, record
from timeline.models import Change, DataVersion, Event, State
from timeline.paging import page
from timeline.record.threads import _Graph, put_in_order

pytestmark = pytest.mark.usefixtures("cast_all_along", "db")


def head_of(slug: str = "statement") -> str | None:
    head = builders.event(slug).hangs_from
    return head.slug if head else None


def in_order() -> list[str]:
    return list(Event.objects.newest_first().values_list("slug", flat=True))


# What hangs ------------------------------------------------------------------------------------------------


def test_it_hangs_a_statement_by_the_days_between():
    days = [
        ("2025-11-10", "2025-11-10", True),
        ("2025-11-10", "2025-11-17", True),
        ("2025-11-10", "2025-11-18", False),
        ("2025-11-10", "2025-11-09", False),
        ("2025-11-30", "2025-12-01", False),
        ("2025-11-10", "2026-11-12", False),
        ("2025-11-10/2025-11-20", "2025-11-10", True),
        ("2025-11-10/2025-11-20", "2025-11-27", True),
        ("2025-11-10/2025-11-20", "2025-11-28", False),
        ("2025-10-31/2025-11-01", "2025-11-01", False),
        ("2025-11-10", "2025-11-12/2025-11-30", True),
        ("2025-11-10~", "2025-11-12?", True),
        ("2025-11", "2025-11-25", True),
        ("2025-11", "2025-11", True),
        ("2025-11-02", "2025-11", False),
        ("2025", "2025-01-03", False),
        ("2025-01-01", "2025", False),
        ("../2025-01-01", "2025-01-01", False),
    ]
    publish(
        *(call(f"call-{n}", held) for n, (held, _said, _hangs) in enumerate(days)),
        *(statement(f"said-{n}", said, about=f"call-{n}") for n, (_held, said, _hangs) in enumerate(days)),
    )
    for n, (held, said, hangs) in enumerate(days):
        assert head_of(f"said-{n}") == (f"call-{n}" if hangs else None), (held, said)


def test_it_hangs_a_statement_only_from_what_it_is_about():
    relations = ("about", "reacts_to", "follows_up", "on_margins_of", "prepares")
    publish(call(), *(statement(name.replace("_", "-"), about="call", relation=name) for name in relations))
    heads = {name: head_of(name.replace("_", "-")) for name in relations}
    assert heads == {**dict.fromkeys(relations), "about": "call", "reacts_to": "call"}


def test_it_hangs_nothing_but_statements():
    publish(call(), meeting(links=[{"relation": "about", "event": "call"}]))
    assert head_of("meeting") is None


def test_it_hangs_a_statement_from_the_first_that_it_is_about():
    links = [{"relation": "follows_up", "event": "one"}, {"relation": "about", "event": "two"}]
    publish(call("one"), call("two"), call("three"), statement(links=[*links, {"relation": "about", "event": "three"}]))
    assert head_of() == "two"


def test_it_leaves_a_statement_alone_where_the_first_does_not_carry_it():
    publish(
        call("far", "2025-01-01"), call("near"), statement(about="far", links=[{"relation": "about", "event": "near"}])
    )
    assert head_of() is None


def test_it_joins_the_thread_of_what_hangs_itself():
    publish(
        call(date="2025-11-10"),
        statement("first", "2025-11-11", about="call"),
        statement("second", "2025-11-12", about="first", relation="reacts_to"),
        statement("third", "2025-11-18", about="second", relation="reacts_to"),
        statement("fourth", "2025-11-18", about="third", relation="reacts_to"),
    )
    assert head_of("first") == head_of("second") == "call"
    assert head_of("third") is None, "eight days after the call"
    assert head_of("fourth") == "third"


def test_it_lets_statements_in_a_circle_stand_alone():
    publish(
        statement("one", about="two"),
        statement("two", about="three"),
        statement("three", about="one"),
        statement("outside", about="two", relation="reacts_to"),
        statement("farther", about="outside"),
    )
    assert [head_of(slug) for slug in ("one", "two", "three")] == [None] * 3
    assert head_of("outside") == head_of("farther") == "two"


def test_it_follows_a_chain_of_any_length():
    publish(call(), *[statement(f"s{n}", about=f"s{n - 1}" if n else "call") for n in range(6)])
    assert {head_of(f"s{n}") for n in range(6)} == {"call"}
    # Past what recursion would bear.
    graph = _Graph()
    day = date(2025, 11, 25)
    for key in range(1500):
        kind = "statement" if key else "call"
        graph.events[key] = Event(pk=key, kind=kind, state="published", date=str(day), earliest=day, latest=day)
        if key:
            graph.first_target[key] = key - 1
    assert graph.head_of(graph.events[1499]) is graph.events[0]


def test_it_hangs_nothing_from_what_readers_cannot_see():
    write(call(), state=State.DRAFT)
    publish(statement(about="call"))
    assert head_of() is None
    with record.writing() as writer:
        writer.publish(builders.event("call"))
    assert head_of() == "call"
    with record.writing() as writer:
        writer.withdraw(builders.event("call"), "Wrong.")
    assert head_of() is None
    with record.writing() as writer:
        writer.publish(builders.event("call"))
    assert head_of() == "call"


def test_it_moves_a_statement_when_its_head_moves():
    publish(call(date="2025-11-10"), statement(date="2025-11-12", about="call"), meeting(date="2025-11-11"))
    assert in_order() == ["meeting", "call", "statement"]
    write(call(date="2025-11-12"))
    assert in_order() == ["call", "statement", "meeting"]
    write(call(date="2025-11-13"))
    assert head_of() is None
    assert in_order() == ["call", "statement", "meeting"]
    write(call(date="2025-10-13"))
    assert in_order() == ["statement", "meeting", "call"]


def test_it_moves_a_statement_when_its_link_goes():
    publish(call(), meeting(), statement(about="call"))
    write(statement(about="meeting"))
    assert head_of() == "meeting"
    write(statement())
    assert head_of() is None


def test_it_logs_what_moved():
    publish(call(date="2025-11-10"), statement(date="2025-11-12", about="call"))
    write(call(date="2025-11-11"))
    changes = Change.objects.filter(version=DataVersion.objects.get().number, noun="event")
    assert set(changes.values_list("key", flat=True)) == {
        str(builders.event("call").pk),
        str(builders.event("statement").pk),
    }


# The order -------------------------------------------------------------------------------------------------


def test_it_puts_the_newest_day_first_and_what_is_less_exact_last():
    dates = [
        ("2025", ""),
        ("2025-01", ""),
        ("2025-01-01", ""),
        ("2025-01-01", "morning"),
        ("2025-01-01", "midday"),
        ("2025-01-01", "afternoon"),
        ("2025-01-01", "evening"),
        ("2025-01-01", "night"),
        ("2025-01-02/2025-01-05", ""),
        ("2025-01-03", ""),
        ("2025-02", ""),
        ("2025-21", ""),
        ("2026", ""),
    ]
    rows = [meeting(f"m{place:02}", date=text, part_of_day=part) for place, (text, part) in enumerate(dates)]
    shuffled = rows[:]
    random.Random(1).shuffle(shuffled)
    publish(*shuffled)
    assert in_order() == [row["id"] for row in reversed(rows)]
    assert list(Event.objects.oldest_first().values_list("slug", flat=True)) == [row["id"] for row in rows]


def test_it_puts_what_hangs_under_its_head_by_day_part_and_id():
    said = [
        ("2025-11-20", ""),
        ("2025-11-20", "evening"),
        ("2025-11-21", "morning"),
        ("2025-11-22", ""),
        ("2025-11-29", "night"),
    ]
    ties = [("2025-11-22", "evening")] * 40
    rows = [
        statement(f"s{place:02}", day, about="summit", part_of_day=part)
        for place, (day, part) in enumerate([*said[:4], *ties, said[4]])
    ]
    publish(meeting("summit", "2025-11-20/2025-11-22"), *rows)
    publish(meeting("later", "2025-11-21"), meeting("earlier", "2025-11-19"))
    held = index.current()
    later, thread, earlier = page(held, held.published, size=100).threads
    slugs = dict(Event.objects.values_list("pk", "slug"))
    assert [slugs[one] for one in thread.hanging] == [row["id"] for row in rows]
    assert [one.head and slugs[one.head] for one in (later, thread, earlier)] == ["later", "summit", "earlier"]


def test_it_packs_positions_that_can_be_read_back():
    write(call(date="2025-11-25", part_of_day="night"))
    thread = position.thread_of(builders.event("call").position)
    assert position.day_of(thread) == date(2025, 11, 25)
    assert not position.is_year_only(thread)
    assert position.last_of(thread) == builders.event("call").position
    assert position.is_sound(thread)
    highest = position.of_head(date.max, 7, position.MAX_HEAD)
    assert highest < 2**63
    assert position.thread_of(highest) == position.MAX_THREAD
    lowest = position.of_hanging(highest, 30, 7)
    assert position.first_of(position.MAX_THREAD) <= lowest < highest
    with pytest.raises(OverflowError):
        position.of_head(date.max, 7, position.MAX_HEAD + 1)


# Whatever the order of writing -------------------------------------------------------------------------------


def _some_records(chance: random.Random) -> list[builders.Record]:
    slugs = [f"e{number}" for number in range(chance.randint(2, 9))]
    rows = []
    for slug in slugs:
        day = date(2025, 11, 24) + timedelta(chance.randint(0, 10))
        text = chance.choice([str(day), str(day), str(day), f"{day}/{day + timedelta(3)}", f"{day:%Y-%m}", f"{day:%Y}"])
        make = chance.choice([call, meeting, statement, statement, statement])
        links = [
            {"relation": chance.choice(["about", "reacts_to", "follows_up"]), "event": other}
            for other in chance.sample(slugs, min(len(slugs), chance.randint(0, 2)))
            if other != slug
        ]
        rows.append(make(slug, text, links=links))
    return rows


def _shape() -> dict[str, tuple]:
    return {
        event.slug: (
            event.hangs_from.slug if event.hangs_from else None,
            position.day_of(position.thread_of(event.position)),
            event.position & 1023,
        )
        for event in Event.objects.select_related("hangs_from")
    }


def _written(rows: list[builders.Record], states: dict[str, State]) -> dict[str, tuple]:
    """The shape that writing these one after the other gives; undone again."""
    with transaction.atomic():
        with record.writing() as writer:
            for row in rows:
                writer.write({**row, "links": []})
        for row in rows:
            write(row, state=states[row["id"]])
        shape = _shape()
        with record.writing():
            put_in_order(Event.objects.values_list("pk", flat=True))
        assert _shape() == shape, "what the last write left is what putting all in order gives"
        transaction.set_rollback(True)
    return shape


@seeds(0, 90, long=4)
def test_it_puts_in_the_same_order_whatever_was_written_first(seed):
    chance = random.Random(seed)
    rows = _some_records(chance)
    states = {row["id"]: chance.choice([State.PUBLISHED] * 4 + [State.DRAFT]) for row in rows}
    first = _written(rows, states)
    assert _written(chance.sample(rows, len(rows)), states) == first
