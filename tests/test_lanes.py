"""Contacts drawn on a line of days: whatever dates the record takes can be drawn, and are said as they are."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.rounds import fewer
from tests.test_edtf import WRITTEN
from timeline import contact, counterparts, edtf, lanes, pairs, surroundings
from timeline.contact import Meeting
from timeline.entry import Entry
from timeline.lanes import Axis, Hollow
from timeline.models import Event, Kind, Occurrence, Post

TODAY = date(2025, 11, 27)
EXTREMES = ("2025-11-25/..", "../2025-11-25", "0001", "0001-01-01/..", "0001-01-03", "9999-12", "9999-12-30")


def contacts(dates: list[str]) -> list[Meeting]:
    """A call on each of these dates, the oldest first."""
    days = sorted((edtf.parse(text).earliest, edtf.parse(text).latest) for text in dates)
    return [Meeting(number, Kind.CALL, *those, number) for number, those in enumerate(days)]


def hollow(text: str) -> Hollow:
    when = edtf.parse(text)
    return Hollow(99, Kind.MEETING, Occurrence.PLANNED, when.earliest, when.latest)


def readable(text: str) -> bool:
    try:
        edtf.parse(text)
    except edtf.EdtfError:
        return False
    return True


DATES = (st.sampled_from(EXTREMES) | WRITTEN).filter(readable)


def stand_inside(*places: str) -> None:
    """Per cent of the width: from its left end to its right one."""
    for place in places:
        assert 0 <= float(place.removesuffix("%")) <= 100, places


@fewer
@given(st.lists(DATES, min_size=1, max_size=4), DATES, st.dates(), st.none() | DATES)
@example(["../2025-11-25"], "2025-11-25/..", TODAY, None)
@example(["2025-11-25/.."], "0001", TODAY, "9999-12-30")
@example(["0500"], "0001-01-03", TODAY, "2025")
def test_whatever_the_record_holds_is_drawn(dates: list[str], plan: str, today: date, since: str | None) -> None:
    known, planned = contacts(dates), [hollow(plan)]
    figure = pairs.figure(known, planned, today)
    assert figure
    stand_inside(*(mark.x for mark in figure.lane.marks), *(name.x for name in figure.names))
    post = Post(since=since, since_earliest=edtf.parse(since).earliest, until_latest=date.max) if since else None
    for one in (post, Post(since="", since_earliest=date.min, until_latest=date(1, 2, 3)), None):
        axis, _took_office = counterparts.axis_of([known, planned], one, today)
        assert axis.first <= axis.last
        lane = lanes.draw(axis, known, planned)
        stand_inside(*(mark.x for mark in lane.marks), *(end for line in lane.lines for end in (line.start, line.end)))


@fewer
@given(DATES, st.lists(DATES, max_size=4))
@example("9999-12-30", ["2025-11-25/.."])
@example("0001-01-03", ["../2025-11-25"])
@example("2025-11-20", ["2025-11-25/.."])
def test_an_event_is_drawn_among_whatever_is_around_it(text: str, others: list[str]) -> None:
    when = edtf.parse(text)
    event = Event(
        pk=0, kind=Kind.CALL, occurrence="took_place", date=text, earliest=when.earliest, latest=when.latest, position=0
    )
    history = contacts([text, *others])
    first, last = surroundings.window(event, history)
    assert first <= event.earliest <= event.latest <= last
    around = surroundings.BEFORE + surroundings.AFTER + surroundings.SHORTEST + 2 * surroundings.MARGIN
    assert (last - first).days <= (event.latest - event.earliest).days + around
    if (event.latest - event.earliest).days <= surroundings.LONGEST:
        figure = surroundings.figure(Entry(event), "The two", history, [event], [event])
        stand_inside(figure.here_x, *figure.weeks, *(mark.x for lane in figure.lanes for mark in lane.marks))


@pytest.mark.parametrize(
    ("text", "words", "where"),
    [
        ("2025-11-25", "Call on 25 November 2025", "50.00%"),
        ("2025-11-23/2025-11-27", "Call on 23–27 November 2025", "50.00%"),
        ("2025-11-25/..", "Call from 25 November 2025 on", "50.00%"),
        ("../2025-11-25", "Call until 25 November 2025", "50.00%"),
    ],
)
def test_an_open_end_stands_at_the_end_that_is_known(text: str, words: str, where: str) -> None:
    lane = lanes.draw(Axis(date(2025, 11, 20), date(2025, 11, 30)), contacts([text]))
    assert lane.label == words
    assert [mark.x for mark in lane.marks] == [where]


def test_a_silence_is_no_longer_for_an_open_start() -> None:
    """What may have been at any time before a day says nothing of a silence before it."""
    lane = lanes.draw(Axis(date(2025, 1, 1), date(2025, 12, 31)), contacts(["../2025-06-30", "2025-12-30"]))
    assert [line.css for line in lane.lines] == ["hair", "mute", "hair"]
    assert contact.silences(contacts(["../2025-06-30", "2025-12-30"])) == []
