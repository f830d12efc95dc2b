"""Dates as people know them: a small subset of EDTF (ISO 8601-2, the Library of Congress's profile).

What it reads, always as text:

    2025  2025-11  2025-11-25      a year, a month, a day
    2025-21 .. 2025-24             spring, summer, autumn, winter (northern; winter ends in the next year)
    2025-11-22/2025-11-23          an interval; each end may be any of the above
    2025-11/..  ../2025-11         an open end
    2025-11-25?  ~  %              uncertain, approximate, both; behind a date or behind an interval's end

Years run from 0001 to 9999. Everything else is refused with a sentence that says what was expected.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

Precision = Literal["year", "season", "month", "day", "open"]

_EXPECTED = gettext_lazy(
    "an EDTF date, as in 2025-11-25, 2025-11, 2025, 2025-11-22/2025-11-23, 2026-03~ or 2025-11-25?"
)

_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?P<qualifier>[?~%]?)\Z", re.ASCII)
_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}


class EdtfError(ValueError):
    """The text is no date of the subset; the message says what is wrong and what was expected."""


@dataclass(frozen=True, slots=True)
class Point:
    """One end of an interval, or the whole of a simple date: first and last day that it can mean."""

    precision: Precision
    earliest: date
    latest: date
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Edtf:
    """A parsed date. `earliest` and `latest` are the first and the last day that it can mean, inclusive.

    An open start reaches back to 0001-01-01, an open end on to 9999-12-31.
    """

    text: str
    start: Point
    end: Point

    @property
    def earliest(self) -> date:
        return self.start.earliest

    @property
    def latest(self) -> date:
        return self.end.latest

    @property
    def is_interval(self) -> bool:
        return "/" in self.text

    @property
    def is_day(self) -> bool:
        """Whether it names one single day, however surely."""
        return self.earliest == self.latest

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def parse(text: str) -> Edtf:
    """The date that `text` stands for; raises EdtfError, in words, where it stands for none."""
    if not text.strip():
        raise EdtfError(_("A date is missing: expected %(expected)s.") % {"expected": _EXPECTED})
    text = text.strip()
    if len(text) > 64:
        raise EdtfError(
            _("“%(text)s…” is too long for a date: expected %(expected)s.") % {"text": text[:24], "expected": _EXPECTED}
        )
    if "/" not in text:
        point = _point(text, text)
        return Edtf(text, point, point)
    ends = text.split("/")
    if len(ends) != 2 or ends == ["..", ".."]:
        raise EdtfError(_("“%s” is no interval: expected two dates with one / between them.") % text)
    start = Point("open", date.min, date.min) if ends[0] == ".." else _point(ends[0], text)
    end = Point("open", date.max, date.max) if ends[1] == ".." else _point(ends[1], text)
    if start.earliest > end.earliest or start.latest > end.latest:
        raise EdtfError(_("“%s” ends before it begins: the earlier date stands first.") % text)
    return Edtf(text, start, end)


def _point(part: str, whole: str) -> Point:
    match = _DATE.match(part)
    if not match:
        raise EdtfError(
            _("“%(text)s” is not a date that Readout can read: expected %(expected)s.")
            % {"text": whole, "expected": _EXPECTED}
        )
    year, qualifier = int(match["year"]), match["qualifier"]
    if year == 0:
        raise EdtfError(_("“%s”: there is no year 0000; years run from 0001 to 9999.") % whole)
    if match["month"] is None:
        return Point("year", date(year, 1, 1), date(year, 12, 31), qualifier)
    month = int(match["month"])
    if match["day"] is None and month in _SEASON_MONTHS:
        first, last = _SEASON_MONTHS[month]
        last_year = min(year + (last < first), 9999)
        last_day = date(last_year, last, calendar.monthrange(last_year, last)[1])
        return Point("season", date(year, first, 1), max(last_day, date(year, first, 1)), qualifier)
    if not 1 <= month <= 12:
        raise EdtfError(
            _("“%(text)s”: there is no month %(month)s; expected 01 to 12, or 21 to 24 for a season.")
            % {"text": whole, "month": match["month"]}
        )
    last_of_month = calendar.monthrange(year, month)[1]
    if match["day"] is None:
        return Point("month", date(year, month, 1), date(year, month, last_of_month), qualifier)
    day = int(match["day"])
    if not 1 <= day <= last_of_month:
        raise EdtfError(
            _("“%(text)s”: %(month)s %(year)s has no day %(day)s.")
            % {"text": whole, "month": MONTHS[month], "year": year, "day": match["day"]}
        )
    return Point("day", date(year, month, day), date(year, month, day), qualifier)


# In words ------------------------------------------------------------------------------------------------


def words(value: Edtf | str, *, unknown: bool = True) -> str:
    """The date as a reader says it: “22–23 November 2025”, “about March 2026”, “2025, month unknown”.

    `unknown=False` leaves out what is not known: “since 2025” needs no “month unknown”.
    """
    edtf = parse(value) if isinstance(value, str) else value
    if not edtf.is_interval:
        return _point_words(edtf.start, unknown=unknown)
    start, end = edtf.start, edtf.end
    if start.precision == "open":
        return _("until %(date)s") % {"date": _point_words(end)}
    if end.precision == "open":
        return _("from %(date)s on") % {"date": _point_words(start)}
    if start.qualifier == end.qualifier and (compact := _compact_interval(start, end)):
        return _qualified(compact, start.qualifier)
    return _("%(start)s to %(end)s") % {"start": _point_words(start), "end": _point_words(end)}


def _compact_interval(start: Point, end: Point) -> str:
    """“22–23 November 2025”, “31 October – 1 November 2025”, “March–April 2026”, “2024–2026”; or nothing."""
    if start.precision != end.precision or start.precision == "season":
        return ""
    if start == end:
        return _plain(start)
    first, last = start.earliest, end.earliest
    same_year = first.year == last.year
    month = _("%(month)s %(year)s") % {"month": MONTHS[last.month], "year": last.year}
    if start.precision == "year":
        return f"{first.year}–{last.year}"
    if start.precision == "month":
        return f"{MONTHS[first.month]}–{month}" if same_year else ""
    if same_year and first.month == last.month:
        return _("%(days)s %(month)s") % {"days": f"{first.day}–{last.day}", "month": month}
    if same_year:
        return _("%(start)s – %(end)s") % {"start": f"{first.day} {MONTHS[first.month]}", "end": _plain(end)}
    return f"{_plain(start)} – {_plain(end)}"


def _point_words(point: Point, *, unknown: bool = False) -> str:
    plain = _qualified(_plain(point), point.qualifier)
    if unknown and not point.qualifier and point.precision == "year":
        return _("%(date)s, month unknown") % {"date": plain}
    if unknown and not point.qualifier and point.precision == "month":
        return _("%(date)s, day unknown") % {"date": plain}
    return plain


def _plain(point: Point) -> str:
    day = point.earliest
    match point.precision:
        case "year":
            return f"{day.year}"
        case "season":
            seasons = {3: _("spring"), 6: _("summer"), 9: _("autumn"), 12: _("winter")}
            return _("%(season)s %(year)s") % {"season": seasons[day.month], "year": day.year}
        case "month":
            return _("%(month)s %(year)s") % {"month": MONTHS[day.month], "year": day.year}
        case _:
            return _("%(day)s %(month)s %(year)s") % {
                "day": day.day,
                "month": MONTHS[day.month],
                "year": day.year,
            }


def _qualified(plain: str, qualifier: str) -> str:
    match qualifier:
        case "~":
            return pgettext("approximate date", "about %(date)s") % {"date": plain}
        case "?":
            return pgettext("uncertain date", "perhaps %(date)s") % {"date": plain}
        case "%":
            return pgettext("uncertain and approximate date", "perhaps about %(date)s") % {"date": plain}
    return plain
