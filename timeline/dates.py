"""Dates as people write them, into EDTF: “25 Nov 2025”, “22–23 Nov 2025”, “about March 2026”, “spring 2026”.

    25 Nov 2025, Nov 25th, 2025, Tuesday 25 November 2025, 25-Nov-2025    2025-11-25
    25.11.2025, 11/25/2025, 2025/11/25, 20251125, 2025年11月25日           2025-11-25
    Nov 2025, 11/2025, spring 2026, 2025                                  2025-11, 2025-11, 2026-21, 2025
    22-23 Nov 2025, 31 Oct to 1 Nov 2025, March-April 2026                two days or months with / between them
    22/23 Nov 2025, 22 and 23 Nov 2025, between 22 and 25 Nov 2025        the same; “and” only of a day and the next
    since 2025, from 2025 on, until Nov 2025                              2025/.., ../2025-11
    about, perhaps, perhaps about; a question mark behind it              ~ ? %

EDTF itself is read as it stands, and so are the words that `edtf.words` makes. Month names may be English or
those of the active language. In figures, the year stands first, or the day and the month can be told apart: one of
them is more than 12, they are the same, or the weekday is named. What can be read in two ways, as 03/04/2025, is
refused with both: nothing is guessed. Of two such dates, 30.11.-1.12.2025, either may settle which comes first.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS
from django.utils.translation import gettext as _

from timeline import edtf

_ENGLISH_MONTHS = "january february march april may june july august september october november december"
_ENGLISH_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_FILLING = {"of", "the", "in", "on"}
_LONGEST = 100  # characters; nobody writes more for a date

_YEAR_FIRST = re.compile(r"(\d{4})\s*[-./年년]\s*(\d{1,2})(?:\s*[-./月월]\s*(\d{1,2}))?\s*[日月일월.]?\Z")
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})(\s*[./-]\s*|\s+)(\d{1,2})\2(\d{4})\Z")
_MONTH_AND_YEAR = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{4})\Z")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{2}\Z")
# 25-Nov-2025, Nov-25, 2025, Nov/2025: what stands between the parts is no dash.
_JOINED = re.compile(r"(?:(\d{1,2})[-/.])?([^\W\d_]{3,})[-/.,\s]\s*(?:(\d{1,2})[-/.,\s]\s*)?(\d{4})\Z")
_WEEKDAY_FIRST = re.compile(r"([^\W\d_]+)\.?,?\s+(?=\d)")
_UNKNOWN = re.compile(r",\s*(?:month|day) unknown\Z")
_ABOUT = re.compile(r"(?:about|around|approximately|approx\.?|circa|ca\.?|c\.|~)\s*")
_PERHAPS = re.compile(r"(?:perhaps|possibly|probably|maybe|presumably)\s+")
_SINCE = re.compile(r"(?:since\s+(?P<since>.+)|from\s+(?P<on>.+?)\s+(?:on|onwards?))\Z")
_UNTIL = re.compile(r"(?:until|till|up to)\s+(?P<until>.+)\Z")
_SPELT = re.compile(r"\s+(?:to|till|until|through)\s+")
_BETWEEN = re.compile(r"\Abetween\s+(.+?)\s+and\s+")
_AND = re.compile(r"\s+(?:and|&)\s+")
_SLASH = re.compile(r"(?<=\d)/(?=\d{1,2},?\s)")
_FIGURES = re.compile(r"(\d{1,2})\s*([./-])\s*(\d{1,2})(?:\s*\2\s*(\d{4})|\.)?\Z")
_DASH = re.compile(r"\s+-\s+|(?<!\d)-|-(?!\d)|(?<=\d)-(?=\d)")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?\Z")


def read(text: str) -> edtf.Edtf:
    """The date that `text` means, in EDTF or in words; raises EdtfError with what was expected."""
    try:
        return edtf.parse(text)
    except edtf.EdtfError as error:
        if not text.strip():
            raise
        refused = error
    if len(text) > _LONGEST:
        raise refused
    plain = _plain(text)
    if _SHORT_YEAR.match(plain):
        raise edtf.EdtfError(_("“%s” has two figures for the year: write all four, as in 2025-11-25.") % text.strip())
    written = _written(plain, text)
    if written:
        return edtf.parse(written)
    if re.fullmatch(r"[\d?~%.-]*(?:/[\d?~%.-]*)?", text.strip()):
        raise refused  # it was meant as EDTF, whose own words are the best
    raise edtf.EdtfError(
        _(
            "“%s” is not a date that Readout can read: expected an EDTF date, as in 2025-11-25, or words, as in"
            " 25 Nov 2025, Nov 2025, 22-23 Nov 2025, about March 2026 or spring 2026."
        )
        % text.strip()[:60]
    )


def _plain(text: str) -> str:
    """In lower case, with one sort of blank and of dash, and without what says nothing."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"\s*[–—−]\s*", " - ", text)
    return _UNKNOWN.sub("", " ".join(text.split()))


def _written(text: str, whole: str) -> str:
    """The date as EDTF, or “” where it can't be read; raises EdtfError where it is clear what is wrong."""
    if match := _SINCE.match(text):
        start = _written(match["since"] or match["on"], whole)
        return f"{start}/.." if start and "/" not in start else ""
    if match := _UNTIL.match(text):
        end = _written(match["until"], whole)
        return f"../{end}" if end and "/" not in end else ""
    text = _BETWEEN.sub(r"\1 to ", re.sub(r"\Afrom\s+", "", text))
    single = _end(text)
    if single:
        return single.edtf(whole) if single.month or not (single.day and single.year) else ""
    for separator in (_SPELT, _DASH, _SLASH, _AND):
        for match in separator.finditer(text):
            interval = _interval(text[: match.start()], text[match.end() :], whole, spelt=separator is _SPELT)
            if interval and (separator is not _AND or _are_two_days(edtf.parse(interval))):
                return interval
    return ""


def _are_two_days(interval: edtf.Edtf) -> bool:
    return (interval.latest - interval.earliest).days == 1


@dataclass(frozen=True)
class _End:
    """A date, or one end of an interval, as far as it was written."""

    year: int = 0
    month: int = 0  # 21 to 24: a season
    day: int = 0
    weekday: int = -1  # 0: Monday
    qualifier: str = ""

    def edtf(self, whole: str) -> str:
        """As EDTF; raises EdtfError where the year is missing or the weekday is another."""
        if not self.year:
            raise edtf.EdtfError(
                _("“%s” does not say which year: expected one, as in 25 November 2025.") % whole.strip()[:60]
            )
        written = f"{self.year:04}"
        if self.month:
            written += f"-{self.month:02}"
        if self.day:
            written += f"-{self.day:02}"
        point = edtf.parse(written)
        if self.weekday >= 0 and point.is_day and point.earliest.weekday() != self.weekday:
            raise edtf.EdtfError(
                _("%(date)s is a %(weekday)s: one of the two is wrong.")
                % {"date": edtf.words(point), "weekday": WEEKDAYS[point.earliest.weekday()]}
            )
        return written + self.qualifier


def _interval(first: str, second: str, whole: str, *, spelt: bool) -> str:
    """Two dates, each of which may leave to the other what both share: “22-23 Nov 2025”."""
    start, end = _in_one_order(first, second) or (_end(first), _end(second))
    if start is None or end is None or (not start.year and not end.year):
        return ""
    # What one leaves to the other, both have to share: “1-Nov 2025” is one day, not a day and a month.
    if not (start.year or end.month or end.day) or _lends_no_day(start, end) or _lends_no_day(end, start):
        return ""
    if not start.year:
        start = replace(start, year=end.year)
    if not start.month and start.day and end.month:
        start = replace(start, month=end.month)
    if not end.month and end.day and start.month:
        end = replace(end, month=start.month)
    if not end.year:
        return ""
    if not spelt and start.qualifier and not end.qualifier:
        end = replace(end, qualifier=start.qualifier)  # “about 22–23 November” is about both days
    elif not spelt and end.qualifier and not start.qualifier:
        start = replace(start, qualifier=end.qualifier)
    if (start.day and not start.month) or (end.day and not end.month):
        return ""
    return f"{start.edtf(whole)}/{end.edtf(whole)}"


def _in_one_order(first: str, second: str) -> tuple[_End, _End] | None:
    """Two dates in figures, of which one says for both whether the day or the month stands first."""
    start, end = _FIGURES.match(first.strip()), _FIGURES.match(second.strip())
    if not start or not end or start[2] != end[2] or "0000" in (start[4], end[4]):
        return None
    firsts, seconds = [int(start[1]), int(end[1])], [int(start[3]), int(end[3])]
    if (max(firsts) > 12) == (max(seconds) > 12) or not all(firsts + seconds):
        return None
    days, months = (firsts, seconds) if max(firsts) > 12 else (seconds, firsts)
    years = int(start[4] or 0), int(end[4] or 0)
    return _End(years[0], months[0], days[0]), _End(years[1], months[1], days[1])


def _lends_no_day(lender: _End, other: _End) -> bool:
    return bool(other.day and not other.month and not lender.day)


def _end(text: str) -> _End | None:
    """One date in words, year first in figures, or as EDTF; None where it is none."""
    text, qualifier = _qualifier(text.strip(" ,"))
    if figures := _in_figures(text):
        return replace(figures, qualifier=qualifier)
    if match := _JOINED.match(text):
        text = " ".join(part for part in match.groups() if part)
    months, found = _months(), _End(qualifier=qualifier)
    words = [word for word in re.split(r"[\s,]+", text.strip(" ,")) if word and word not in _FILLING]
    if not words:
        return None
    for word in words:
        name = word.rstrip(".")
        if name in months and not found.month:
            found = replace(found, month=months[name])
        elif name in _SEASONS and not found.month:
            found = replace(found, month=_SEASONS[name])
        elif re.fullmatch(r"[0-9]{4}", word) and not found.year:
            found = replace(found, year=int(word))
        elif (number := _ORDINAL.match(word)) and int(number[1]) and not found.day:
            found = replace(found, day=int(number[1]))
        elif (weekday := _weekday(name)) is not None and found.weekday < 0:
            found = replace(found, weekday=weekday)
        else:
            return None
    has_day_of_season = found.day and found.month > 12
    return None if has_day_of_season or found == _End(qualifier=qualifier) else found


def _in_figures(text: str) -> _End | None:
    """A date in figures, perhaps behind a weekday; raises EdtfError where it can be read in two ways."""
    weekday = -1
    if (match := _WEEKDAY_FIRST.match(text)) and (named := _weekday(match[1])) is not None:
        text, weekday = text[match.end() :], named
    if match := _YEAR_FIRST.match(text) or _TOGETHER.match(text):
        year, month, day = (None if part is None else int(part) for part in match.groups())
        return _End(year or 0, month or 0, day or 0, weekday) if 0 not in (month, day) else None
    if (match := _MONTH_AND_YEAR.match(text)) and 1 <= int(match[1]) <= 12:
        return _End(int(match[2]), int(match[1]))
    if match := _YEAR_LAST.match(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        return _End(year, *_month_and_day(first, second, year, weekday, text), weekday) if first and second else None
    return None


def _month_and_day(first: int, second: int, year: int, weekday: int, text: str) -> tuple[int, int]:
    """Which of the two figures before a year is the month; raises EdtfError where either may be."""
    if first == second or max(first, second) > 12 or not year:
        return (first, second) if second > 12 >= first else (second, first)
    readings = [(second, first), (first, second)]
    if fitting := [one for one in readings if date(year, *one).weekday() == weekday]:
        readings = fitting
    if len(readings) > 1:
        days = [edtf.parse(f"{year:04}-{month:02}-{day:02}") for month, day in readings]
        raise edtf.EdtfError(
            _("“%(text)s” can be read in two ways: %(one)s (%(one_edtf)s) or %(other)s (%(other_edtf)s). Write which.")
            % {
                "text": text,
                "one": edtf.words(days[0]),
                "one_edtf": days[0].text,
                "other": edtf.words(days[1]),
                "other_edtf": days[1].text,
            }
        )
    return readings[0]


def _qualifier(text: str) -> tuple[str, str]:
    """The text without “about” and “perhaps”, and EDTF's sign for them."""
    perhaps = about = False
    if text.endswith("?"):
        text, perhaps = text[:-1].rstrip(), True
    elif text.endswith(("~", "%")):
        text, about, perhaps = text[:-1].rstrip(), True, text.endswith("%")
    if match := _PERHAPS.match(text):
        text, perhaps = text[match.end() :], True
    if match := _ABOUT.match(text):
        text, about = text[match.end() :], True
    return text, {(True, True): "%", (True, False): "~", (False, True): "?"}.get((about, perhaps), "")


def _months() -> dict[str, int]:
    """Months by name and by its first letters, in English and in the active language."""
    found: dict[str, int] = {"sept": 9}
    for number, name in enumerate(_ENGLISH_MONTHS.split(), start=1):
        found |= {name: number, name[:3]: number}
    for names in (MONTHS, MONTHS_3):
        for number, translated in names.items():
            found.setdefault(str(translated).casefold().rstrip("."), number)
    return found


def _weekday(word: str) -> int | None:
    for number, name in enumerate(_ENGLISH_DAYS.split()):
        if word in {name, name[:3], name[:4], str(WEEKDAYS[number]).casefold()}:
            return number
    return None
