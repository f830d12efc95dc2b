"""Small multiples: entries per year, one chart a kind, all of them on one scale.

Contacts and statements that took place are solid and counted; what did not take place, or not yet, is an outline
and no part of the number. Multilateral meetings are no contact and are left out.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.filters import TimelineFilter
from timeline.models import Kind, Occurrence

MOST_CELLS = 12  # one cell an entry up to so many, then solid bars
_PITCH, _CELL = 8.5, 7.0
_FEWEST_SLOTS = 7  # so that two years don't fill the width
_MOST_NUMBERED = 12
_STILL_LIVE = 5  # years after the last entry that the axis still runs on to today


@dataclass(frozen=True)
class Rect:
    """What is drawn in a column: `y` and `height` in pixels; `css` is empty, `last`, `not` or `plan`."""

    y: str
    height: str
    css: str


@dataclass(frozen=True)
class Column:
    """A year: `x`, `width` and `middle` in per cent."""

    x: str
    width: str
    middle: str
    rects: list[Rect]
    number: str
    number_y: str
    name: str
    is_last: bool


@dataclass(frozen=True)
class Chart:
    """One kind's years; `label` says the figures in words."""

    kind: str
    name: str
    label: str
    columns: list[Column]


@dataclass(frozen=True)
class Multiples:
    """The charts, with what they share: heights in pixels."""

    charts: list[Chart]
    base: str
    height: str
    names_y: str
    by_unit: bool
    has_outlines: bool


@dataclass
class _Count:
    solid: int = 0
    did_not: int = 0
    planned: int = 0

    @property
    def all(self) -> int:
        return self.solid + self.did_not + self.planned


_Counts = dict[str, dict[int, _Count]]


def multiples(asked: TimelineFilter, today: date) -> Multiples | None:
    """The charts of a view, whatever kind it is narrowed to, or None where there is nothing."""
    index = asked.index
    found = asked.ids(without="kind") - index.of("flag", "multilateral")
    counts: _Counts = {kind: defaultdict(_Count) for kind in Kind.values}
    for kind in Kind.values:
        those = found & index.of("kind", kind)
        took, did_not = (
            those & index.of("occurrence", one) for one in (Occurrence.TOOK_PLACE, Occurrence.DID_NOT_TAKE_PLACE)
        )
        for year, of_year in index.years:
            if number := those.intersection_cardinality(of_year):
                count = counts[kind][year]
                count.solid = took.intersection_cardinality(of_year)
                count.did_not = did_not.intersection_cardinality(of_year)
                count.planned = number - count.solid - count.did_not
    years = sorted({year for by_year in counts.values() for year in by_year})
    if not years:
        return None
    last = max(years[-1], today.year) if today.year - years[-1] <= _STILL_LIVE else years[-1]
    return _drawn(counts, range(years[0], last + 1))


def _drawn(counts: _Counts, years: range) -> Multiples:
    highest = max(count.all for by_year in counts.values() for count in by_year.values())
    by_unit = highest <= MOST_CELLS
    base = _PITCH * max(min(highest, MOST_CELLS), 3) + 29.5
    names = {Kind.MEETING: _("Meetings"), Kind.CALL: _("Calls"), Kind.STATEMENT: _("Statements")}
    charts = [
        Chart(str(kind), name, _label(name, counts[kind], years), _columns(counts[kind], years, highest, base))
        for kind, name in names.items()
    ]
    outlines = any(count.did_not or count.planned for by_year in counts.values() for count in by_year.values())
    return Multiples(charts, f"{base:g}", f"{base + 22:g}", f"{base + 16:g}", by_unit, outlines)


def _columns(by_year: dict[int, _Count], years: range, highest: int, base: float) -> list[Column]:
    slot = 100 / max(len(years), _FEWEST_SLOTS)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 10000) if len(years) / step <= 8)
    most = max((count.solid for count in by_year.values()), default=0)
    columns = []
    for place, year in enumerate(years):
        count = by_year.get(year) or _Count()
        is_last = year == years[-1]
        rects, top = _rects(count, highest, base, is_last=is_last)
        numbered = count.all and (len(years) <= _MOST_NUMBERED or count.solid == most or is_last)
        named = step == 1 or is_last or (year % step == 0 and years[-1] - year >= step)
        if not (rects or named):
            continue  # a record may reach over millennia, and most of their years show nothing
        columns.append(
            Column(
                x=f"{(place + 0.12) * slot:.2f}%",
                width=f"{0.6 * slot:.2f}%",
                middle=f"{(place + 0.42) * slot:.2f}%",
                rects=rects,
                number=str(count.solid) if numbered else "",
                number_y=f"{top - 5.5:.1f}",
                name=(str(year) if not place or step > 1 else f"’{year % 100:02}") if named else "",
                is_last=is_last,
            )
        )
    return columns


def _rects(count: _Count, highest: int, base: float, *, is_last: bool) -> tuple[list[Rect], float]:
    """What is drawn for one year, from the base up, and where it ends."""
    groups = (("last" if is_last else "", count.solid), ("not", count.did_not), ("plan", count.planned))
    if highest <= MOST_CELLS:
        css = [name for name, number in groups for _cell in range(number)]
        tops = [base - 9 - place * _PITCH for place in range(len(css))]
        rects = [Rect(f"{top:.1f}", f"{_CELL:g}", name) for top, name in zip(tops, css, strict=True)]
        return rects, (tops[-1] if tops else base)
    rects, top = [], base - 2
    for name, number in groups:
        if number:
            height = max(number * _PITCH * MOST_CELLS / highest, 1.5)
            top -= height
            rects.append(Rect(f"{top:.1f}", f"{height:.1f}", name))
            top -= 1.5
    return rects, top


def _label(name: str, by_year: dict[int, _Count], years: range) -> str:
    """“Meetings per year: 2024: 3; 2025: 2, and 1 that did not take place or not yet”."""
    parts = []
    for year in years:
        count = by_year.get(year)
        if not count or not count.all:
            continue
        words = f"{year}: {count.solid}"
        if hollow := count.all - count.solid:
            words += (
                ngettext(
                    ", and %d that did not take place or not yet", ", and %d that did not take place or not yet", hollow
                )
                % hollow
            )
        parts.append(words)
    return _("%(name)s per year: %(years)s") % {"name": name, "years": "; ".join(parts) or _("none")}
