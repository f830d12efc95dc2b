"""What a date means and how it is said."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from timeline import edtf


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", (2025, 1, 1), (2025, 12, 31)),
        ("2025-11", (2025, 11, 1), (2025, 11, 30)),
        ("2025-11-25", (2025, 11, 25), (2025, 11, 25)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("1900-02", (1900, 2, 1), (1900, 2, 28)),
        ("2000-02-29", (2000, 2, 29), (2000, 2, 29)),
        ("2025-21", (2025, 3, 1), (2025, 5, 31)),
        ("2025-22", (2025, 6, 1), (2025, 8, 31)),
        ("2025-23", (2025, 9, 1), (2025, 11, 30)),
        ("2027-24", (2027, 12, 1), (2028, 2, 29)),
        ("2025-11-22/2025-11-23", (2025, 11, 22), (2025, 11, 23)),
        ("2025-10-31/2025-11-01", (2025, 10, 31), (2025, 11, 1)),
        ("2025-12/2026-02", (2025, 12, 1), (2026, 2, 28)),
        ("2024/2026-03-05", (2024, 1, 1), (2026, 3, 5)),
        ("2025-11/..", (2025, 11, 1), (9999, 12, 31)),
        ("../2025-11", (1, 1, 1), (2025, 11, 30)),
        ("2026-03~", (2026, 3, 1), (2026, 3, 31)),
        ("2025-11-25?", (2025, 11, 25), (2025, 11, 25)),
        ("2025%/2026", (2025, 1, 1), (2026, 12, 31)),
        ("  2025-11-25 ", (2025, 11, 25), (2025, 11, 25)),
    ],
)
def test_it_gives_the_first_and_the_last_day(text, first, last):
    parsed = edtf.parse(text)
    assert (parsed.earliest, parsed.latest) == (date(*first), date(*last))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2025-11-25", "25 November 2025"),
        ("2025-11", "November 2025, day unknown"),
        ("2025", "2025, month unknown"),
        ("2026-03~", "about March 2026"),
        ("2025-11-25?", "perhaps 25 November 2025"),
        ("2025%", "perhaps about 2025"),
        ("2025-21", "spring 2025"),
        ("2025-24~", "about winter 2025"),
        ("2025-11-22/2025-11-23", "22–23 November 2025"),
        ("2025-11-22/2025-11-22", "22 November 2025"),
        ("2025-11-22~/2025-11-23~", "about 22–23 November 2025"),
        ("2025-11-22~/2025-11-23", "about 22 November 2025 to 23 November 2025"),
        ("2025-10-31/2025-11-01", "31 October – 1 November 2025"),
        ("2025-12-30/2026-01-02", "30 December 2025 – 2 January 2026"),
        ("2026-03/2026-04", "March–April 2026"),
        ("2025-12/2026-01", "December 2025 to January 2026"),
        ("2024/2026", "2024–2026"),
        ("2025-21/2025-22", "spring 2025 to summer 2025"),
        ("2025-11/2025-12-05", "November 2025 to 5 December 2025"),
        ("2025-11/..", "from November 2025 on"),
        ("../2025-11-25?", "until perhaps 25 November 2025"),
    ],
)
def test_it_says_a_date_in_words(text, words):
    assert edtf.words(text) == words


def test_it_leaves_out_what_is_not_known_where_asked():
    assert [edtf.words(text, unknown=False) for text in ("2025", "2025-11")] == ["2025", "November 2025"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "A date is missing"),
        ("   ", "A date is missing"),
        ("soon", "“soon” is not a date that Readout can read: expected an EDTF date, as in 2025-11-25"),
        ("25.11.2025", "is not a date"),
        ("2025-1-5", "is not a date"),
        ("2025-11-25T10:00", "is not a date"),
        ("２０２５", "is not a date"),
        ("2025-11-25\n2026", "is not a date"),
        ("2025??", "is not a date"),
        ("0000", "there is no year 0000"),
        ("2025-13", "there is no month 13"),
        ("2025-00", "there is no month 00"),
        ("2025-25", "there is no month 25"),
        ("2025-21-01", "there is no month 21"),
        ("2025-11-31", "November 2025 has no day 31"),
        ("2025-02-29", "February 2025 has no day 29"),
        ("2025-02-00", "February 2025 has no day 00"),
        ("2025/2026/2027", "is no interval"),
        ("../..", "is no interval"),
        ("2025/", "is not a date"),
        ("2025-11-23/2025-11-22", "ends before it begins"),
        ("2026/2025", "ends before it begins"),
        ("2" * 65, "is too long for a date"),
    ],
)
def test_it_refuses_what_is_no_date_in_a_sentence(text, said):
    with pytest.raises(edtf.EdtfError) as refusal:
        edtf.parse(text)
    assert said in str(refusal.value)
    assert str(refusal.value).endswith((".", "?."))


@pytest.mark.parametrize(
    "text", [" ", "soon", "9" * 65, "2025/", "../..", "0000", "2025-13", "2025-02-30", "2026/2025"]
)
def test_it_refuses_in_the_language_of_who_asks(text, monkeypatch):
    for marks in ("«%s»", "「%s」"):
        monkeypatch.setattr(edtf, "_", lambda sentence, marks=marks: marks.replace("%s", sentence))
        with pytest.raises(edtf.EdtfError) as refusal:
            edtf.parse(text)
        said = str(refusal.value)
        assert (said[0], said[-1]) == (marks[0], marks[-1])


QUALIFIERS = st.sampled_from(["", "?", "~", "%"])
DAYS = st.dates()


@given(DAYS, QUALIFIERS)
@example(date(2024, 2, 29), "")
@example(date.min, "~")
@example(date.max, "?")
def test_it_reads_every_day_there_is(day, qualifier):
    parsed = edtf.parse(day.isoformat() + qualifier)
    assert parsed.earliest == parsed.latest == day
    assert parsed.is_day
    assert str(parsed) == day.isoformat() + qualifier


@given(DAYS, QUALIFIERS)
def test_it_reads_every_month_and_year(day, qualifier):
    month = edtf.parse(f"{day:%Y-%m}".rjust(7, "0") + qualifier)
    assert (month.earliest.day, month.latest.day) == (1, calendar.monthrange(day.year, day.month)[1])
    assert month.earliest <= day <= month.latest
    year = edtf.parse(f"{day.year:04}{qualifier}")
    assert (year.earliest, year.latest) == (date(day.year, 1, 1), date(day.year, 12, 31))


@given(st.integers(1, 9999), st.sampled_from([21, 22, 23, 24]))
def test_it_gives_every_season_three_months_that_follow_the_one_before(year, season):
    parsed = edtf.parse(f"{year:04}-{season}")
    assert parsed.earliest == date(year, 3 * (season - 20), 1)
    if parsed.latest.year < 9999:
        following = f"{year:04}-{season + 1}" if season < 24 else f"{year + 1:04}-21"
        assert edtf.parse(following).earliest == parsed.latest + timedelta(days=1)


@given(DAYS, DAYS, QUALIFIERS, QUALIFIERS)
def test_it_reads_every_interval_and_refuses_every_backward_one(one, other, first_mark, last_mark):
    first, last = sorted([one, other])
    parsed = edtf.parse(f"{first}{first_mark}/{last}{last_mark}")
    assert (parsed.earliest, parsed.latest) == (first, last)
    assert parsed.is_interval
    assert parsed.is_day == (first == last)
    if first != last:
        with pytest.raises(edtf.EdtfError, match="ends before it begins"):
            edtf.parse(f"{last}/{first}")


POINTS = st.builds(
    lambda day, length, mark: day.isoformat()[:length] + mark, DAYS, st.sampled_from([4, 7, 10]), QUALIFIERS
)
WRITTEN = POINTS | st.builds("{}/{}".format, POINTS | st.just(".."), POINTS | st.just(".."))
SEASONED = st.from_regex(r"\A\d{4}-2[1-4][?~%]?\Z", fullmatch=True)


@given(WRITTEN | SEASONED)
def test_it_says_in_words_whatever_it_reads(text):
    try:
        parsed = edtf.parse(text)
    except edtf.EdtfError:
        return
    assert parsed.earliest <= parsed.latest
    assert str(int(text[:4]) if text[0] != "." else int(text[3:7])) in edtf.words(parsed)


@given(st.text() | st.text("0123456789-/.?~% \n", max_size=24))
def test_it_raises_nothing_but_its_own_error(text):
    try:
        parsed = edtf.parse(text)
    except edtf.EdtfError:
        return
    assert date.min <= parsed.earliest <= parsed.latest <= date.max
    assert edtf.words(parsed)
