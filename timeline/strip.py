"""The density strip: how many entries each month holds under a filter, whatever its dates.

Whole calendar years from the first entry to the last; months as long as they fit, years when the range is long.
Where it is so long that nobody could point at a year, only those stand in it that hold anything.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.dates import MONTHS
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import edtf
from timeline.filters import TimelineFilter
from timeline.models import Occurrence
from timeline.pattern import Text, filled_each

MOST_MONTHS = 72
MOST_YEARS = 500
MOST_CELLS = 12  # one cell an entry up to so many, then solid bars
_TOP, _BASE = 23.0, 98.0
_PITCH, _GAP = 8.5, 1.5


@dataclass(frozen=True)
class Rect:
    """One drawn unit: y and height in pixels, as text for SVG."""

    y: str
    height: str
    outlined: bool


@dataclass(frozen=True)
class Cell:
    """A month or a year: a link that sets the dates, and what is drawn in it. `x` and `width` in per cent."""

    written: str
    address: str
    label: str
    x: str
    width: str
    unit_x: str
    unit_width: str
    units: list[Rect]
    chosen: bool


@dataclass(frozen=True)
class Year:
    """A year's tick and link."""

    name: str
    address: str
    label: str
    x: str


@dataclass(frozen=True)
class Strip:
    """The whole chart. `chosen_*` mark the range of the filter's dates, in per cent, where one is set."""

    cells: list[Cell]
    years: list[Year]
    by_year: bool
    by_unit: bool
    label: str
    chosen_x: str = ""
    chosen_end: str = ""
    chosen_width: str = ""
    chosen_label: str = ""
    chosen_on_left: bool = False

    @property
    def drawn(self) -> SafeString:
        """All cells as SVG."""
        return filled_each("timeline/_strip_cell.html", map(_cell, self.cells))


def _cell(cell: Cell) -> tuple[dict[str, Text], dict[str, Any]]:
    texts: dict[str, Text] = {
        "cell.written": cell.written,
        "cell.address": cell.address,
        "cell.label": cell.label,
        "cell.x": cell.x,
        "cell.width": cell.width,
        "units": filled_each("timeline/_strip_unit.html", (_unit(cell, unit) for unit in cell.units)),
    }
    return texts, {"cell.chosen": cell.chosen}


def _unit(cell: Cell, unit: Rect) -> tuple[dict[str, Text], dict[str, Any]]:
    texts: dict[str, Text] = {
        "cell.unit_x": cell.unit_x,
        "cell.unit_width": cell.unit_width,
        "unit.y": unit.y,
        "unit.height": unit.height,
    }
    return texts, {"unit.outlined": unit.outlined}


@dataclass
class _Count:
    solid: int = 0
    outlined: int = 0

    @property
    def all(self) -> int:
        return self.solid + self.outlined


_Slot = tuple[int, int]  # year and month; month 0: the year


def strip(asked: TimelineFilter) -> Strip | None:
    """The strip for a filter, or None where nothing matches it at any date."""
    index, found = asked.index, asked.but(since="", until="").ids()
    if not found:
        return None
    took = found & index.of("occurrence", Occurrence.TOOK_PLACE)
    years = [year for year, bitmap in index.years if bitmap.intersect(found)]
    by_year = (years[-1] - years[0] + 1) * 12 > MOST_MONTHS
    parts = (
        (((year, 0), bitmap) for year, bitmap in index.years)
        if by_year
        else (((month // 12, month % 12 + 1), bitmap) for month, bitmap in index.months)
    )
    counts: dict[_Slot, _Count] = {}
    for slot, bitmap in parts:
        if number := found.intersection_cardinality(bitmap):
            solid = took.intersection_cardinality(bitmap)
            counts[slot] = _Count(solid, number - solid)
    slots = [(year, month) for year in range(years[0], years[-1] + 1) for month in ([0] if by_year else range(1, 13))]
    return _drawn(asked, slots, counts, by_year=by_year)


def _drawn(asked: TimelineFilter, slots: list[_Slot], counts: dict[_Slot, _Count], *, by_year: bool) -> Strip:
    width = 100 / len(slots)
    pad = min(0.4, width * 0.14)
    highest = max(count.all for count in counts.values())
    since = edtf.parse(asked.since).earliest if asked.since else date.min
    until = edtf.parse(asked.until).latest if asked.until else date.max
    dated = bool(asked.since or asked.until)
    cells, chosen = [], []
    for place, slot in enumerate(slots):
        count = counts.get(slot, _Count())
        first, last = _days(slot)
        inside = dated and first <= until and last >= since
        if inside:
            chosen.append((place, count.all))
        if slot not in counts and len(slots) > MOST_YEARS:
            continue
        cells.append(
            Cell(
                written=_written(slot),
                address=asked.but(since=_written(slot), until=_written(slot)).address,
                label=_label(slot, count),
                x=f"{place * width:.3f}%",
                width=f"{width:.3f}%",
                unit_x=f"{place * width + pad:.3f}%",
                unit_width=f"{width - 2 * pad:.3f}%",
                units=_units(count, highest),
                chosen=inside,
            )
        )
    years = _years(asked, slots, counts, width)
    whole = Strip(cells, years, by_year, highest <= MOST_CELLS, _name(slots))
    return _marked(whole, chosen, width) if chosen else whole


def _marked(whole: Strip, chosen: list[tuple[int, int]], width: float) -> Strip:
    start, end = chosen[0][0] * width, (chosen[-1][0] + 1) * width
    entries = sum(count for _, count in chosen)
    return replace(
        whole,
        chosen_x=f"{start:.3f}%",
        chosen_end=f"{end:.3f}%",
        chosen_width=f"{end - start:.3f}%",
        chosen_label=ngettext("%d entry in the chosen dates", "%d entries in the chosen dates", entries) % entries,
        chosen_on_left=end < 50,
    )


def _units(count: _Count, highest: int) -> list[Rect]:
    if highest <= MOST_CELLS:
        pitch = min(_PITCH, (_BASE - _TOP + _GAP) / highest)
        drawn = [False] * count.solid + [True] * count.outlined
        return [
            Rect(f"{_BASE - (place + 1) * pitch + _GAP:.1f}", f"{pitch - _GAP:.1f}", outlined)
            for place, outlined in enumerate(drawn)
        ]
    scale = (_BASE - _TOP) / highest
    bars, top = [], _BASE
    for number, outlined in ((count.solid, False), (count.outlined, True)):
        if number:
            height = max(number * scale, 1.5)
            top -= height
            bars.append(Rect(f"{top:.1f}", f"{height:.1f}", outlined))
            top -= 1
    return bars


def _years(asked: TimelineFilter, slots: list[_Slot], counts: dict[_Slot, _Count], width: float) -> list[Year]:
    by_year: Counter[int] = Counter()
    for (year, _month), count in counts.items():
        by_year[year] += count.all
    starts: dict[int, int] = {}
    for place, (year, _month) in enumerate(slots):
        starts.setdefault(year, place)
    step = _step(len(starts))
    return [
        Year(
            str(year),
            asked.but(since=f"{year:04}", until=f"{year:04}").address,
            ngettext("All of %(year)s: %(count)s entry", "All of %(year)s: %(count)s entries", by_year[year])
            % {"year": year, "count": by_year[year]},
            f"{place * width:.3f}%",
        )
        for number, (year, place) in enumerate(starts.items())
        if number % step == 0
    ]


def _step(years: int) -> int:
    """Every how many years one is named, so that the names don't touch."""
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if years / step <= 12)


def _days(slot: _Slot) -> tuple[date, date]:
    when = edtf.parse(_written(slot))
    return when.earliest, when.latest


def _written(slot: _Slot) -> str:
    year, month = slot
    return f"{year:04}-{month:02}" if month else f"{year:04}"


def _label(slot: _Slot, count: _Count) -> str:
    year, month = slot
    words = {
        "when": f"{MONTHS[month]} {year}" if month else str(year),
        "count": count.all,
        "not": count.outlined,
    }
    if not count.outlined:
        return ngettext("%(when)s: %(count)d entry", "%(when)s: %(count)d entries", count.all) % words
    return (
        ngettext(
            "%(when)s: %(count)d entry, %(not)d of which did not take place or not yet",
            "%(when)s: %(count)d entries, %(not)d of which did not take place or not yet",
            count.all,
        )
        % words
    )


def _name(slots: Iterable[_Slot]) -> str:
    years = sorted({year for year, _month in slots})
    if len(years) == 1:
        return _("Entries in %d") % years[0]
    return _("Entries from %(first)d to %(last)d") % {"first": years[0], "last": years[-1]}
