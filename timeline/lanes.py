"""Contacts drawn on a line of days: where the marks stand, and which stretches hold nothing.

All places across are per cent, written as SVG wants them; a place down is pixels. Days run left to right.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS_ABBR
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import edtf
from timeline.contact import GAP_DAYS, Meeting
from timeline.models import Kind, Occurrence
from timeline.pattern import each

MIDDLE = 14  # pixels down to the line
_WIDE, _HIGH = 24, 18  # a mark's frame
_APART, _APART_IN_ROWS = 6.0, 2.5  # per cent that marks need between them, on one line and on two
_ROW = 7  # pixels that calls stand above the line and meetings below it
_CELL = 1.0  # per cent: what a stroke gathers where there is no room for marks
_MOST_TICKS = 13
_MOST_NAMED = 6
STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000)  # months between two ticks


@dataclass(frozen=True)
class Hollow:
    """A meeting or call that did not take place, or not yet; never counted."""

    event_id: int
    kind: str
    occurrence: str
    earliest: date
    latest: date


@dataclass(frozen=True)
class Axis:
    """The days from the left end to the right end, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def at(self, day: date) -> float:
        """Where the middle of a day stands."""
        return (self._inside(day) + 0.5) * 100 / self.days

    def start_of(self, day: date) -> float:
        """Where a day begins."""
        return self._inside(day) * 100 / self.days

    def of(self, one: Meeting | Hollow) -> float:
        """Where what may have lasted some days stands: in the middle of them."""
        first, last = known_days(one)
        return self.at(first + (last - first) // 2)

    def holds(self, one: Meeting | Hollow) -> bool:
        first, last = known_days(one)
        return last >= self.first and first <= self.last

    def _inside(self, day: date) -> int:
        return min(max((day - self.first).days, 0), self.days - 1)


@dataclass(frozen=True)
class Line:
    """A stretch of the line: `hair` where contacts follow closely, `mute` where nothing is recorded."""

    css: str
    start: str
    end: str


@dataclass(frozen=True)
class Mark:
    """One event: the frame of its symbol stands around `x` and `y`."""

    symbol: str
    css: str
    x: str
    y: str
    left: str
    top: str
    width: str
    height: str


@dataclass(frozen=True)
class Stroke:
    """Several contacts of one kind in one cell: above the line for calls, below it for meetings."""

    x: str
    start: str
    end: str


@dataclass(frozen=True)
class Lane:
    """One line with all that stands on it; `label` says the same in words."""

    label: str
    lines: list[Line]
    ticks: list[str]
    marks: list[Mark]
    strokes: list[Stroke] = field(default_factory=list)
    form: str = "marks"

    @property
    def drawn(self) -> SafeString:
        """The lines and the strokes on them as SVG."""
        return each("timeline/_lane_line.html", "line", self.lines) + each(
            "timeline/_lane_stroke.html", "stroke", self.strokes
        )


def known_days(one: Meeting | Hollow) -> tuple[date, date]:
    """The first and the last day that one is drawn at: where an end is open, both are the end that is known."""
    first = one.latest if one.earliest == date.min else one.earliest
    return first, (first if one.latest == date.max else one.latest)


def moved(day: date, days: int) -> date:
    """So many days later, or earlier where negative; never beyond the first and the last day that there is."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def draw(axis: Axis, contacts: Sequence[Meeting], hollow: Sequence[Hollow] = (), *, scale: float = 1.0) -> Lane:
    """The lane of some contacts, the oldest first.

    Marks stand on the line while they have room; where they don't, calls stand above it and meetings below it,
    small; and where those don't either, strokes as long as they are many. What did not take place stays on the line.
    """
    shown = [one for one in contacts if axis.holds(one)]
    outlined = [one for one in hollow if axis.holds(one)]
    form = _form(axis, shown, outlined)
    marks = [_mark(axis, one, form, scale) for one in outlined]
    if form != "strokes":
        marks += [_mark(axis, one, form, scale) for one in shown]
    return Lane(
        label=label(contacts, hollow),
        lines=_lines(axis, shown),
        ticks=[per_cent(axis.start_of(day)) for day in ticks(axis)],
        marks=marks,
        strokes=_strokes(axis, shown) if form == "strokes" else [],
        form=form,
    )


def per_cent(place: float) -> str:
    return f"{place:.2f}%"


def _form(axis: Axis, contacts: Sequence[Meeting], hollow: Sequence[Hollow]) -> str:
    both: list[Meeting | Hollow] = [*contacts, *hollow]
    if _stand_apart([axis.of(one) for one in both], _APART):
        return "marks"
    rows = [[axis.of(one) for one in contacts if one.kind == kind] for kind in (Kind.CALL, Kind.MEETING)]
    return "rows" if all(_stand_apart(row, _APART_IN_ROWS) for row in rows) else "strokes"


def _stand_apart(places: list[float], needed: float) -> bool:
    places = sorted(places)
    return all(later - earlier >= needed for earlier, later in itertools.pairwise(places))


def _mark(axis: Axis, one: Meeting | Hollow, form: str, scale: float) -> Mark:
    size = scale if form == "marks" else 0.6
    drawn, css, y = "", "", MIDDLE
    if isinstance(one, Hollow):
        drawn = {Occurrence.CANCELLED: "-cancelled", Occurrence.POSTPONED: "-postponed"}.get(
            Occurrence(one.occurrence), ""
        )
        css = "not" if one.occurrence == Occurrence.DID_NOT_TAKE_PLACE else "plan"
    elif form == "rows":
        y += -_ROW if one.kind == Kind.CALL else _ROW
    return Mark(
        symbol=f"mk-{one.kind}{drawn}",
        css=css,
        x=per_cent(axis.of(one)),
        y=str(y),
        left=f"{-_WIDE / 2 * size:g}",
        top=f"{-_HIGH / 2 * size:g}",
        width=f"{_WIDE * size:g}",
        height=f"{_HIGH * size:g}",
    )


def _strokes(axis: Axis, contacts: Sequence[Meeting]) -> list[Stroke]:
    cells = Counter((int(axis.of(one) / _CELL), one.kind) for one in contacts)
    strokes = []
    for (cell, kind), number in sorted(cells.items()):
        height = min(5 + 1.5 * number, MIDDLE - 1)
        strokes.append(
            Stroke(
                x=per_cent((cell + 0.5) * _CELL),
                start=f"{MIDDLE - 1 if kind == Kind.CALL else MIDDLE + 1:g}",
                end=f"{MIDDLE - 1 - height if kind == Kind.CALL else MIDDLE + 1 + height:g}",
            )
        )
    return strokes


def _lines(axis: Axis, contacts: Sequence[Meeting]) -> list[Line]:
    """From one end to the other: dotted where a fortnight and more is without contact."""
    if not contacts:
        return [Line("mute", per_cent(0), per_cent(100))]
    stops: list[tuple[str, float, float]] = []
    # Counted in numbers of days: before the first day of all stands none.
    reached, at = axis.first.toordinal() - 1, 0.0
    for one in contacts:
        stops.append(("mute" if one.earliest.toordinal() - reached > GAP_DAYS else "hair", at, axis.of(one)))
        reached, at = max(reached, one.latest.toordinal()), axis.of(one)
    stops.append(("mute" if axis.last.toordinal() - reached >= GAP_DAYS else "hair", at, 100.0))
    merged: list[tuple[str, float, float]] = []
    for css, start, end in stops:
        if merged and merged[-1][0] == css == "hair":
            merged[-1] = (css, merged[-1][1], end)
        else:
            merged.append((css, start, end))
    return [Line(css, per_cent(start), per_cent(end)) for css, start, end in merged if end > start]


def ticks(axis: Axis, most: int = _MOST_TICKS) -> list[date]:
    """The first days of months (or of every n months) inside, as many as there is room for."""
    return month_starts(axis, step_of(axis, most))


def step_of(axis: Axis, most: int) -> int:
    """Every how many months a tick may stand."""
    return next((step for step in STEPS if axis.days / 30.44 / step <= most), STEPS[-1])


def month_starts(axis: Axis, step: int) -> list[date]:
    """Each first day of every `step` months, without the axis's own first day."""
    first = axis.first.year * 12 + axis.first.month - 1
    last = axis.last.year * 12 + axis.last.month - 1
    months = range(first + (-first) % step, last + 1, step)
    days = [date(month // 12, month % 12 + 1, 1) for month in months if month >= 12]
    return [day for day in days if axis.first < day <= axis.last]


# In words ------------------------------------------------------------------------------------------------


def label(contacts: Sequence[Meeting], hollow: Sequence[Hollow] = ()) -> str:
    """“Call on 25 October 2025, meeting on 28 October 2025; a meeting on 22 November 2025 did not take place”."""
    if not contacts:
        words = _("No contact recorded")
    elif len(contacts) <= _MOST_NAMED:
        words = ", ".join(_one(one) for one in contacts)
    else:
        words = ngettext(
            "%(count)d contact from %(first)s to %(last)s",
            "%(count)d contacts from %(first)s to %(last)s",
            len(contacts),
        ) % {
            "count": len(contacts),
            "first": days_words(contacts[0].earliest, contacts[0].latest),
            "last": days_words(contacts[-1].earliest, contacts[-1].latest),
        }
    return capfirst("; ".join([words, *(_hollow(one) for one in hollow[:_MOST_NAMED])]))


def _one(one: Meeting) -> str:
    words = _("call %s") if one.kind == Kind.CALL else _("meeting %s")
    return words % _when(one)


def _hollow(one: Hollow) -> str:
    what = _("a call") if one.kind == Kind.CALL else _("a meeting")
    return _("%(what)s %(when)s: %(outcome)s") % {
        "what": what,
        "when": _when(one),
        "outcome": Occurrence(one.occurrence).label,
    }


def _when(one: Meeting | Hollow) -> str:
    """“on 25 October 2025”, “until 25 October 2025”."""
    words = days_words(one.earliest, one.latest)
    return words if one.earliest == date.min or one.latest == date.max else _("on %s") % words


def days_words(first: date, last: date) -> str:
    """“25 October 2025”, “22–23 November 2025”; a whole month or year by its name, an open end as one."""
    for text in (f"{first.year:04}", f"{first.year:04}-{first.month:02}"):
        whole = edtf.parse(text)
        if (whole.earliest, whole.latest) == (first, last):
            return edtf.words(whole, unknown=False)
    if first == last:
        return edtf.words(first.isoformat())
    if first == date.min < last < date.max:
        return edtf.words(f"../{last}")
    return edtf.words(f"{first}/{'..' if last == date.max else last}")


def short_day(day: date, *, year: bool = True, weekday: bool = False) -> str:
    """“Tue 25 Nov 2025”, “25 Nov”."""
    parts = [str(WEEKDAYS_ABBR[day.weekday()])] if weekday else []
    parts += [str(day.day), str(MONTHS_3[day.month]).capitalize()]
    return " ".join([*parts, str(day.year)] if year else parts)


def short_date(text: str) -> str:
    """An EDTF date for a margin: “21 Oct 2025”, “Aug 2022”; in full words what has no short form."""
    when = edtf.parse(text)
    point = when.start
    if when.is_interval or point.qualifier:
        return edtf.words(when, unknown=False)
    if point.precision == "day":
        return short_day(point.earliest)
    if point.precision == "month":
        return f"{str(MONTHS_3[point.earliest.month]).capitalize()} {point.earliest.year}"
    return edtf.words(when, unknown=False)


def month_name(day: date, *, year: bool) -> str:
    """“November”, “Nov 2025”."""
    return f"{str(MONTHS_3[day.month]).capitalize()} {day.year}" if year else str(MONTHS[day.month])


def first_and_last(lists: Iterable[Sequence[Meeting | Hollow]]) -> tuple[date, date] | None:
    """The first and the last day that is known of all that stands in some lists."""
    known = [known_days(one) for some in lists for one in some]
    if not known:
        return None
    return min(first for first, _last in known), max(last for _first, last in known)
