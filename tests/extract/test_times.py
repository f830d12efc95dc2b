"""Expressions of time and the days that they mean, for an article of Tuesday 25 November 2025."""

from datetime import date

import pytest

from timeline import edtf
from timeline.ingest.extract.days import resolve
from timeline.ingest.extract.times import find

DAY = date(2025, 11, 25)


def one(text, *, ahead=False, anchor=""):
    """The only expression in a text, as EDTF, and its part of the day."""
    times = find(text, 0, len(text))
    assert len(times) == 1, [text[time.start : time.end] for time in times]
    dated = resolve(times[0], DAY, ahead=ahead, anchor=anchor)
    return (dated.edtf, dated.part) if dated else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Tuesday", ("2025-11-25", "")),
        ("late on Monday", ("2025-11-24", "")),
        ("Monday evening", ("2025-11-24", "evening")),
        ("on the morning of Nov. 24", ("2025-11-24", "morning")),
        ("at 9 p.m. on Monday", ("2025-11-24", "night")),
        ("last Tuesday", ("2025-11-18", "")),
        ("Tuesday (Nov. 25)", ("2025-11-25", "")),
        ("Tuesday, November 25, 2025", ("2025-11-25", "")),
        ("25 November 2025", ("2025-11-25", "")),
        ("the 3rd of March", ("2025-03-03", "")),
        ("Dec. 12", ("2024-12-12", "")),
        ("on the 20th", ("2025-11-20", "")),
        ("on the 28th", ("2025-10-28", "")),
        ("2025-11-02", ("2025-11-02", "")),
        ("yesterday", ("2025-11-24", "")),
        ("last night", ("2025-11-24", "night")),
        ("this morning", ("2025-11-25", "morning")),
        ("the day before yesterday", ("2025-11-23", "")),
        ("three days ago", ("2025-11-22", "")),
        ("two weeks ago", ("2025-11-10/2025-11-16", "")),
        ("last week", ("2025-11-17/2025-11-23", "")),
        ("earlier this week", ("2025-11-24/2025-11-25", "")),
        ("over the weekend", ("2025-11-22/2025-11-23", "")),
        ("Nov. 22-23", ("2025-11-22/2025-11-23", "")),
        ("Monday and Tuesday", ("2025-11-24/2025-11-25", "")),
        ("from 30 October to 2 November", ("2025-10-30/2025-11-02", "")),
        ("in April", ("2025-04", "")),
        ("in December", ("2024-12", "")),
        ("last month", ("2025-10", "")),
        ("this fall", ("2025-23", "")),
        ("last year", ("2024", "")),
        ("in 2019", ("2019", "")),
    ],
)
def test_it_dates_what_has_happened(text, expected):
    assert one(text) == expected
    edtf.parse(expected[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Friday", "2025-11-28"),
        ("on Tuesday", "2025-11-25"),
        ("next Monday", "2025-12-01"),
        ("Dec. 12", "2025-12-12"),
        ("Jan. 5", "2026-01-05"),
        ("in April", "2026-04"),
        ("next month", "2025-12"),
        ("next week", "2025-12-01/2025-12-07"),
        ("tomorrow", "2025-11-26"),
        ("on the 3rd", "2025-12-03"),
    ],
)
def test_it_dates_what_is_planned(text, expected):
    assert one(text, ahead=True) == (expected, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the same day", "2025-11-20"),
        ("the following day", "2025-11-21"),
        ("the previous day", "2025-11-19"),
        ("two days earlier", "2025-11-18"),
        ("hours later", "2025-11-20"),
        ("a week later", "2025-11-27~"),
        ("a month earlier", "2025-10"),
    ],
)
def test_what_hangs_from_another_event_says_so(text, expected):
    (time,) = find(text, 0, len(text))
    dated = resolve(time, DAY, anchor="2025-11-20")
    assert dated
    assert (dated.edtf, bool(dated.basis)) == (expected, True)


def test_without_an_event_to_hang_from_there_is_no_date():
    assert one("two days earlier") is None


@pytest.mark.parametrize("text", ["he may 3 times", "they march on", "the 40th of them", "he sat. down"])
def test_it_takes_no_other_word_for_a_time(text):
    assert not [time for time in find(text, 0, len(text)) if resolve(time, DAY)]


def test_a_day_that_the_month_does_not_have_gives_no_date():
    assert one("Feb. 30") is None
