"""What can be said of two sides from their contacts: the kinds, the silences, the figure of the last of them."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import contact, lanes
from timeline.contact import Meeting, Silence
from timeline.lanes import Axis, Hollow, Lane, per_cent
from timeline.models import Kind
from timeline.since import grouped

SILENCES = 5  # the longest that are listed
_DRAWN = 8  # the last contacts that the figure shows
_NARROW, _DIGIT, _WORDED = 1.5, 2.2, 14.0  # per cent that a bracket needs, one digit of its number, its words


def contacts_words(contacts: Sequence[Meeting]) -> str:
    """“3: two calls, one meeting”; the more frequent kind first."""
    counts = Counter(one.kind for one in contacts)
    parts = []
    for kind, number in counts.most_common():
        words = (
            ngettext("%s call", "%s calls", number)
            if kind == Kind.CALL
            else ngettext("%s meeting", "%s meetings", number)
        )
        parts.append(words % apnumber(number))
    return _("%(count)s: %(kinds)s") % {"count": grouped(len(contacts)), "kinds": ", ".join(parts)}


@dataclass(frozen=True)
class Silences:
    """The longest silences, and how many more there are."""

    longest: list[Silence]
    more: int


def silences(contacts: Sequence[Meeting]) -> Silences:
    """The silences between two contacts that follow one another, the longest first."""
    found = sorted(contact.silences(list(contacts)), key=lambda one: (-one.days, one.first))
    return Silences(found[:SILENCES], max(len(found) - SILENCES, 0))


# The figure ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bracket:
    """The days between two contacts: where it stands, and its number or nothing."""

    x: str
    width: str
    middle: str
    words: str


@dataclass(frozen=True)
class Name:
    """A month or year below the axis."""

    x: str
    words: str


@dataclass(frozen=True)
class Figure:
    """The last contacts on a line of days; `now` is where today stands, or empty where the axis ends before."""

    lane: Lane
    brackets: list[Bracket]
    names: list[Name]
    first_words: str
    now: str
    label: str
    span: str
    number: int
    is_cut: bool


def figure(contacts: Sequence[Meeting], hollow: Sequence[Hollow], today: date) -> Figure | None:
    """The last contacts of two sides up to today, with the days between them; None where there are none."""
    drawn = contacts[-_DRAWN:]
    known = lanes.first_and_last([drawn])
    if known is None:
        return None
    first, last = known
    # A silence far longer than all that is drawn would press it together at the edge.
    to_today = (today - last).days <= 3 * max((last - first).days, 120)
    end = max(today, last) if to_today else last
    margin = max((end - first).days // 20, 4)
    axis = Axis(lanes.moved(first, -margin), lanes.moved(end, margin))
    lane = lanes.draw(axis, drawn, [one for one in hollow if first <= one.earliest <= end], scale=0.85)
    stops = [(axis.of(one), one) for one in drawn]
    brackets = [
        _bracket(start, stop, contact.days_between(one, other))
        for (start, one), (stop, other) in itertools.pairwise(stops)
    ]
    now = axis.at(today)
    if to_today:
        since = max((today - drawn[-1].latest).days, 0) if drawn[-1].is_exact else None
        brackets.append(_bracket(stops[-1][0], now, since))
    return Figure(
        lane=lane,
        brackets=[one for one in brackets if one],
        names=_names(axis, to_today=to_today),
        first_words=lanes.short_day(axis.first, year=axis.days > 300),
        now=per_cent(now) if to_today else "",
        label=_label(drawn, hollow, today if to_today else None),
        span=_("%(first)s to %(last)s")
        % {"first": lanes.days_words(axis.first, axis.first), "last": lanes.days_words(axis.last, axis.last)},
        number=len(drawn),
        is_cut=len(contacts) > len(drawn),
    )


def _bracket(start: float, stop: float, days: int | None) -> Bracket | None:
    width = stop - start
    if width < _NARROW:
        return None
    words = ""
    if days is not None and width >= _WORDED:
        words = ngettext("%s day", "%s days", days) % grouped(days)
    elif days is not None and width >= _DIGIT * (len(grouped(days)) + 1):
        words = grouped(days)
    return Bracket(per_cent(start), per_cent(width), per_cent(start + width / 2), words)


def _names(axis: Axis, *, to_today: bool) -> list[Name]:
    """At most four months or years by name, clear of what stands at both ends."""
    step = lanes.step_of(axis, 4)
    end = 80 if to_today else 88
    return [
        Name(per_cent(axis.start_of(day)), lanes.month_name(day, year=axis.days > 300) if step < 12 else str(day.year))
        for day in lanes.month_starts(axis, step)
        if (26 if axis.days > 300 else 14) <= axis.start_of(day) <= end
    ]


def _label(drawn: Sequence[Meeting], hollow: Sequence[Hollow], today: date | None) -> str:
    words = lanes.label(drawn, [one for one in hollow if one.latest >= drawn[0].earliest])
    if today is None or not drawn[-1].is_exact:
        return words
    days = max((today - drawn[-1].latest).days, 0)
    return ngettext("%(words)s; %(days)d day before today", "%(words)s; %(days)d days before today", days) % {
        "words": words,
        "days": days,
    }
