"""Dates as people write them become EDTF, or are refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import speaking
from timeline import dates, edtf

READ = [
    ("25 Nov 2025", "2025-11-25"),
    ("25 november 2025", "2025-11-25"),
    ("25th of November, 2025", "2025-11-25"),
    ("November 25, 2025", "2025-11-25"),
    ("Nov. 5 2025", "2025-11-05"),
    ("Tuesday, 25 November 2025", "2025-11-25"),
    ("Tue 25 Nov 2025", "2025-11-25"),
    ("2025 Nov 25", "2025-11-25"),
    ("2025/11/25", "2025-11-25"),
    ("2025-11-5", "2025-11-05"),
    ("25.11.2025", "2025-11-25"),
    ("25. 11. 2025", "2025-11-25"),
    ("25/11/2025", "2025-11-25"),
    ("11/25/2025", "2025-11-25"),
    ("25 11 2025", "2025-11-25"),
    ("11.11.2025", "2025-11-11"),
    ("Thu 03/04/2025", "2025-04-03"),
    ("Tuesday, 25.11.2025", "2025-11-25"),
    ("20251125", "2025-11-25"),
    ("25. November 2025", "2025-11-25"),
    ("25-Nov-2025", "2025-11-25"),
    ("25.Nov.2025", "2025-11-25"),
    ("1-Nov 2025", "2025-11-01"),
    ("Nov/25/2025", "2025-11-25"),
    ("Jan-2025", "2025-01"),
    ("11/2025", "2025-11"),
    ("2025년 11월 25일", "2025-11-25"),
    ("about 25.11.2025", "2025-11-25~"),
    ("22.11.2025 - 23.11.2025", "2025-11-22/2025-11-23"),
    ("22-23.11.2025", "2025-11-22/2025-11-23"),
    ("25 Nov 2025 to 2026", "2025-11-25/2026"),
    ("2025年11月25日", "2025-11-25"),
    ("2025年11月", "2025-11"),
    ("２０２５-１１-２５", "2025-11-25"),
    ("Nov 2025", "2025-11"),
    ("Sept 2025", "2025-09"),
    ("2025", "2025"),
    ("22-23 Nov 2025", "2025-11-22/2025-11-23"),
    ("22–23 Nov 2025", "2025-11-22/2025-11-23"),
    ("22 to 23 Nov 2025", "2025-11-22/2025-11-23"),
    ("from 22 to 23 November 2025", "2025-11-22/2025-11-23"),
    ("Nov 22-23, 2025", "2025-11-22/2025-11-23"),
    ("31 Oct - 1 Nov 2025", "2025-10-31/2025-11-01"),
    ("30 December 2025 – 2 January 2026", "2025-12-30/2026-01-02"),
    ("2025-11-22 to 2025-11-23", "2025-11-22/2025-11-23"),
    ("2025-11-22 - 2025-11-23", "2025-11-22/2025-11-23"),
    ("30.11.-1.12.2025", "2025-11-30/2025-12-01"),
    ("30.11.2025 – 1.12.2025", "2025-11-30/2025-12-01"),
    ("11/30-12/1/2025", "2025-11-30/2025-12-01"),
    ("3.12. - 13.12.2025", "2025-12-03/2025-12-13"),
    ("22/23 Nov 2025", "2025-11-22/2025-11-23"),
    ("Nov 22/23, 2025", "2025-11-22/2025-11-23"),
    ("25 and 26 Nov 2025", "2025-11-25/2025-11-26"),
    ("30 November and 1 December 2025", "2025-11-30/2025-12-01"),
    ("between 3 and 5 March 2026", "2026-03-03/2026-03-05"),
    ("March-April 2026", "2026-03/2026-04"),
    ("2024-2026", "2024/2026"),
    ("about March 2026", "2026-03~"),
    ("c. 2026", "2026~"),
    ("~ March 2026", "2026-03~"),
    ("perhaps 25 Nov 2025", "2025-11-25?"),
    ("25 Nov 2025?", "2025-11-25?"),
    ("perhaps about March 2026", "2026-03%"),
    ("about 22-23 Nov 2025", "2025-11-22~/2025-11-23~"),
    ("spring 2026", "2026-21"),
    ("fall of 2025", "2025-23"),
    ("about winter 2025", "2025-24~"),
    ("since 2025", "2025/.."),
    ("from Nov 2025 on", "2025-11/.."),
    ("until November 2025", "../2025-11"),
    ("2026-03~", "2026-03~"),
]


@pytest.mark.parametrize(("typed", "meant"), READ)
def test_it_reads_what_people_write(typed, meant):
    assert dates.read(typed).text == meant


REFUSED = [
    ("", "A date is missing"),
    ("03/04/2025", r"two ways: 3 April 2025 \(2025-04-03\) or 4 March 2025 \(2025-03-04\)"),
    ("3-4-2025", "two ways"),
    ("3.4.2025 - 5.4.2025", "“3.4.2025” can be read in two ways"),
    ("Fri 03/04/2025", "two ways"),
    ("3.4.-13.14.2025", "is not a date|there is no month"),
    ("22 and 25 Nov 2025", "is not a date that Readout can read"),
    ("25 and 26 2025", "is not a date that Readout can read"),
    ("3-4-25", "write all four"),
    ("31/11/2025", "November 2025 has no day 31"),
    ("Mon 25.11.2025", "25 November 2025 is a Tuesday"),
    ("25.13.2025", "there is no month"),
    ("00/11/2025", "is not a date that Readout can read"),
    ("2025/11/00", "is not a date that Readout can read"),
    ("0 Nov 2025", "is not a date that Readout can read"),
    ("21/2025", "is no interval|is not a date that Readout can read"),
    ("25 November", "does not say which year"),
    ("spring", "does not say which year"),
    ("Tuesday", "does not say which year"),
    ("Monday 25 November 2025", "25 November 2025 is a Tuesday"),
    ("31 November 2025", "November 2025 has no day 31"),
    ("23-22 Nov 2025", "ends before it begins"),
    ("30 Dec - 2 Jan 2026", "ends before it begins"),
    ("2025-13", "there is no month 13"),
    ("25 Nov Dec 2025", "is not a date that Readout can read"),
    ("25 2025", "is not a date that Readout can read"),
    ("5 spring 2025", "is not a date that Readout can read"),
    ("early March 2026", "is not a date that Readout can read"),
    ("last week", "is not a date that Readout can read"),
    ("since 22-23 Nov 2025", "is not a date that Readout can read"),
    ("1 Nov " * 40, "too long"),
]


@pytest.mark.parametrize(("typed", "told"), REFUSED)
def test_it_refuses_in_words(typed, told):
    with pytest.raises(edtf.EdtfError, match=told):
        dates.read(typed)


def test_months_may_be_named_in_the_language_of_the_page():
    with speaking("de"):
        assert dates.read("25. Dezember 2025").text == "2025-12-25"
        assert dates.read("25 December 2025").text == "2025-12-25"


DAYS = st.dates(min_value=edtf.parse("1000").earliest)
POINTS = st.one_of(
    DAYS.map(lambda day: day.isoformat()),
    DAYS.map(lambda day: day.isoformat()[:7]),
    DAYS.map(lambda day: day.isoformat()[:4]),
    st.builds(lambda day, season: f"{day.year}-{season}", DAYS, st.integers(21, 24)),
)
QUALIFIED = st.builds(str.__add__, POINTS, st.sampled_from(["", "?", "~", "%"]))
INTERVALS = st.builds(lambda start, end: f"{start}/{end}", QUALIFIED | st.just(".."), QUALIFIED | st.just(".."))


@given(QUALIFIED | INTERVALS)
def test_it_reads_back_the_words_that_readout_writes(text):
    try:
        date = edtf.parse(text)
    except edtf.EdtfError:
        return
    if not date.is_interval or date.start != date.end:
        assert dates.read(edtf.words(date)).text == text
    assert dates.read(edtf.words(date, unknown=False)).earliest == date.earliest


@given(st.text(max_size=30) | st.text("0123456789 -/.?~novembrt", max_size=24))
def test_any_text_is_a_date_or_is_refused(text):
    try:
        found = dates.read(text)
    except edtf.EdtfError:
        return
    assert edtf.parse(found.text) == found
