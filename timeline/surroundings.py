"""“Its place in time”: an event among those around it, on a day axis, one lane below the other.

All x are per cent as text for SVG, y are pixels; time runs from left to right in every language.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import contact, lanes
from timeline.entry import Entry
from timeline.models import Event, Kind, Occurrence

BEFORE = 90  # days that are looked back at the most
AFTER = 30
MARGIN = 5
SHORTEST = 42
LONGEST = 366  # days of an event; on the axis of a longer one weeks say nothing
MOST = 120  # marks in one lane
_TOP, _STEP = 36, 54


@dataclass(frozen=True)
class Line:
    """A stretch of a lane: hair where contact follows contact, mute where nothing is recorded, guide elsewhere."""

    x1: str
    x2: str
    style: str


@dataclass(frozen=True)
class Mark:
    """An event in a lane: cur is the event itself, not and plan as its outcome has it, dim what others did."""

    x: str
    symbol: str
    style: str


@dataclass
class Lane:
    """A named row of the figure."""

    name: str
    y: int
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    @property
    def label_y(self) -> int:
        return self.y - 15


@dataclass(frozen=True)
class Label:
    """A text under the axis."""

    x: str
    words: str


@dataclass
class Figure:
    """The whole drawing, with a sentence that says what it shows."""

    lanes: list[Lane]
    weeks: list[str]
    months: list[Label]
    start: str
    here: Label
    here_x: str
    here_width: str
    words: str
    caption: str
    bracket: tuple[str, str, str, str] | None = None  # x, width, middle, words

    @property
    def axis_y(self) -> int:
        return self.lanes[-1].y + 34

    @property
    def height(self) -> int:
        return self.axis_y + 24

    @property
    def week_y(self) -> int:
        return self.axis_y - 5

    @property
    def month_y(self) -> int:
        return self.axis_y + 16

    @property
    def label_y(self) -> int:
        return self.axis_y + 17

    @property
    def here_height(self) -> int:
        return self.axis_y - 4


class _Axis:
    """Days to per cent."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.days = (last - first).days + 1

    def at(self, day: date, *, part: float = 0.5) -> float:
        return min(max(((day - self.first).days + part) / self.days * 100, 0.0), 100.0)

    def middle(self, first: date, last: date) -> float:
        return (self.at(first) + self.at(last)) / 2

    def holds(self, one: contact.Meeting) -> bool:
        return self.first <= one.latest and one.earliest <= self.last


def window(event: Event, history: list[contact.Meeting]) -> tuple[date, date]:
    """The days that are shown: from the last two contacts before the event to a little after it."""
    first, last = event.earliest, event.latest
    before = [one for one in history if one.latest <= first and one.event_id != event.pk][-2:]
    recent = [one.earliest for one in before if (first - one.earliest).days <= BEFORE]
    after = [one for one in history if one.earliest > last and (one.earliest - last).days <= AFTER][:1]
    begin = lanes.moved(min([first, *recent]), -MARGIN)
    # Of a neighbour that goes on for long, or nobody knows how long, the beginning is enough.
    end = lanes.moved(max([last, *(min(one.latest, lanes.moved(last, AFTER)) for one in after)]), MARGIN)
    short = SHORTEST - (end - begin).days
    return lanes.moved(begin, -max(short, 0)), end


def figure(
    entry: Entry, names: str, history: list[contact.Meeting], around: Iterable[Event], statements: Iterable[Event]
) -> Figure:
    """Draw an event between the contacts of its pair, what its people did with others, and statements about it."""
    event = entry.event
    axis = _Axis(*window(event, history))
    inside = [one for one in history if axis.holds(one)]
    own = Lane(names, _TOP, _stretches(axis, inside), [_meeting_mark(axis, one, event) for one in inside])
    if event.pk not in {one.event_id for one in inside}:
        own.marks.append(_mark(axis, event, current=True))
    others = Lane(_("Others"), _TOP + _STEP, [Line("0%", "100%", "guide")])
    known = {one.event_id for one in inside} | {event.pk}
    others.marks += [_mark(axis, one) for one in list(around)[:MOST] if one.pk not in known]
    said = Lane(_("Statements"), _TOP + 2 * _STEP, [Line("0%", "100%", "guide")])
    said.marks += [_mark(axis, one) for one in list(statements)[:MOST] if axis.first <= one.earliest <= axis.last]
    drawn = Figure(
        lanes=[lane for lane in (own, others, said) if lane is own or lane.marks],
        weeks=[_cent(axis.at(day, part=0)) for day in _mondays(axis)],
        months=_months(axis, event),
        start=_short(axis.first),
        here=Label(_cent(axis.middle(event.earliest, event.latest)), _short(event.earliest)),
        here_x=_cent(max(axis.at(event.earliest, part=-0.4), 0)),
        here_width=_cent(axis.at(event.latest, part=1.4) - max(axis.at(event.earliest, part=-0.4), 0)),
        words=_words(names, inside, event, len(others.marks), len(said.marks)),
        caption=_("%(since)s to %(until)s, one tick a week. The shaded days are this entry.")
        % {"since": _long(axis.first), "until": _long(axis.last)},
        bracket=_bracket(axis, inside, event),
    )
    for place, lane in enumerate(drawn.lanes):
        lane.y = _TOP + place * _STEP
    return drawn


def _stretches(axis: _Axis, inside: list[contact.Meeting]) -> list[Line]:
    if not inside:
        return [Line("0%", "100%", "mute")]
    lines = [Line("0%", _cent(axis.at(inside[0].earliest)), "hair")]
    for one, other in pairwise(inside):
        style = "mute" if contact.silence(one, other) else "hair"
        lines.append(Line(_cent(axis.at(one.latest)), _cent(axis.at(other.earliest)), style))
    return [*lines, Line(_cent(axis.at(inside[-1].latest)), "100%", "hair")]


def _bracket(axis: _Axis, inside: list[contact.Meeting], event: Event) -> tuple[str, str, str, str] | None:
    """From the last contact of the same kind to this one, with the days between them."""
    this = next((one for one in inside if one.event_id == event.pk), None)
    before = [one for one in inside if this and one.kind == this.kind and one.position < this.position]
    if not this or not before:
        return None
    days = contact.days_between(before[-1], this)
    start, end = axis.at(before[-1].latest), axis.at(this.earliest)
    if days is None or end - start < 12:
        return None
    words = {
        Kind.CALL: ngettext("%d day, call to call", "%d days, call to call", days),
        Kind.MEETING: ngettext("%d day, meeting to meeting", "%d days, meeting to meeting", days),
    }[Kind(this.kind)]
    return _cent(start), _cent(end - start), _cent((start + end) / 2), words % days


def _meeting_mark(axis: _Axis, one: contact.Meeting, event: Event) -> Mark:
    style = "cur" if one.event_id == event.pk else ""
    return Mark(_cent(axis.middle(one.earliest, one.latest)), f"mk-{one.kind}", style)


def _mark(axis: _Axis, event: Event, *, current: bool = False) -> Mark:
    entry = Entry(event)
    style = {Occurrence.TOOK_PLACE: "cur" if current else "dim", Occurrence.DID_NOT_TAKE_PLACE: "not"}.get(
        Occurrence(event.occurrence), "plan"
    )
    first, last = max(event.earliest, axis.first), min(event.latest, axis.last)
    return Mark(_cent(axis.middle(first, last)), entry.mark, style)


def _mondays(axis: _Axis) -> list[date]:
    first = axis.first.toordinal() + -axis.first.weekday() % 7
    return [date.fromordinal(day) for day in range(first, axis.last.toordinal() + 1, 7)]


def _months(axis: _Axis, event: Event) -> list[Label]:
    """The first of each month, unless its name would touch the label of the event or the edge."""
    here = axis.middle(event.earliest, event.latest)
    labels = []
    for day in lanes.month_starts(lanes.Axis(axis.first, axis.last), 1):
        x = axis.at(day, part=0)
        if 9 < x < 92 and not -14 < x - here < 6:
            labels.append(Label(_cent(x), str(MONTHS[day.month])))
    return labels


def _words(names: str, inside: list[contact.Meeting], event: Event, others: int, said: int) -> str:
    count = len([one for one in inside if one.event_id != event.pk])
    around = ngettext(
        "%(names)s: %(count)d other contact between them in these weeks",
        "%(names)s: %(count)d other contacts between them in these weeks",
        count,
    ) % {"names": names, "count": count}
    parts = [around]
    if others:
        parts.append(ngettext("%d entry of theirs with others", "%d entries of theirs with others", others) % others)
    if said:
        parts.append(ngettext("%d statement about it", "%d statements about it", said) % said)
    return f"{', '.join(parts)}."


def _cent(value: float) -> str:
    return f"{value:.2f}%"


def _short(day: date) -> str:
    return f"{day.day} {str(MONTHS_3[day.month]).capitalize()}"


def _long(day: date) -> str:
    return f"{day.day} {MONTHS[day.month]} {day.year}"
