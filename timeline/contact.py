"""Context that follows from the record: the how-manieth contact, how long after the last, the silences.

Only contact counts (`timeline.models.Contact`): what did not take place never does, and two people on the list of
one crowded summit have not met. All of it is about what is *recorded*.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pyroaring import BitMap

from timeline import edtf, index
from timeline.index import Index
from timeline.models import Event, Kind

GAP_DAYS = 14  # from so many days without recorded contact on, a silence is shown

Pair = tuple[int, int]  # two leaders' ids, the lower first


@dataclass(frozen=True)
class Meeting:
    """One contact of a pair, as far as counting needs it."""

    event_id: int
    kind: str
    earliest: date
    latest: date
    position: int

    @property
    def is_exact(self) -> bool:
        """Whether its days are known closely enough to count days from it."""
        return (self.latest - self.earliest).days < GAP_DAYS


@dataclass(frozen=True)
class Standing:
    """Where one contact stands among those of its pair."""

    meeting: Meeting
    of_kind: int
    of_any: int
    previous: Meeting | None
    previous_of_kind: Meeting | None
    next: Meeting | None


class Side(Protocol):
    """One who took part: a Participation, or what was read of one."""

    @property
    def role(self) -> str: ...
    @property
    def country_id(self) -> str: ...
    @property
    def leader_id(self) -> int | None: ...


def pair_of(event: Event, those: Iterable[Side]) -> Pair | None:
    """The two leaders of a contact among all who took part, or None where it isn't one or doesn't have just two."""
    if not event.is_contact:
        return None
    sides = [one for one in those if one.role in ("principal", "host")]
    if len(sides) != 2 or sides[0].country_id == sides[1].country_id:
        return None
    ids = [one.leader_id for one in sides if one.leader_id]
    return (min(ids), max(ids)) if len(ids) == 2 else None


def of_event(event: Event) -> Meeting:
    """An event that is a contact, as one."""
    return Meeting(event.pk, event.kind, event.earliest, event.latest, event.position)


def of_id(held: Index, event_id: int) -> Meeting:
    """The same of an event that the index knows as a contact."""
    return Meeting(
        event_id,
        Kind.CALL if event_id in held.of("kind", Kind.CALL) else Kind.MEETING,
        date.fromordinal(held.earliest[event_id]),
        date.fromordinal(held.latest[event_id]),
        held.positions[event_id],
    )


def histories(pairs: Iterable[Pair]) -> dict[Pair, list[Meeting]]:
    """All contacts of each pair of leaders, the oldest first; one query at most."""
    held = index.current()
    return {pair: [of_id(held, one) for one in held.history(*pair)] for pair in pairs}


def between_countries(code: str, other: str) -> list[Meeting]:
    """All contacts between two countries, the oldest first, each once; one query at most."""
    held = index.current()
    return [of_id(held, one) for one in held.in_order(held.between_countries(code, other))]


def standing_of(held: Index, event_id: int, pair: Pair) -> Standing | None:
    """Where an event stands in the history of its pair, however long; None where it is none of them."""
    contacts = held.between_leaders(*pair)
    if event_id not in contacts:
        return None
    this = of_id(held, event_id)
    before = held.earlier(contacts, event_id)
    same = before & held.of("kind", this.kind)
    behind = contacts - before
    behind.discard(event_id)
    return Standing(
        this,
        of_kind=len(same) + 1,
        of_any=len(before) + 1,
        previous=_nearest(held, before, this.position + 1, falling=True),
        previous_of_kind=_nearest(held, same, this.position + 1, falling=True),
        next=_nearest(held, behind, this.position - 1, falling=False),
    )


def _nearest(held: Index, contacts: BitMap, beyond: int, *, falling: bool) -> Meeting | None:
    found = next(held.walk(contacts, falling=falling, beyond=beyond), None)
    return of_id(held, found) if found is not None else None


def standing(event_id: int, history: list[Meeting]) -> Standing | None:
    """Where an event stands in the history of its pair; None where it is none of them."""
    place = next((place for place, one in enumerate(history) if one.event_id == event_id), None)
    if place is None:
        return None
    this, before = history[place], history[:place]
    same = [one for one in before if one.kind == this.kind]
    return Standing(
        this,
        of_kind=len(same) + 1,
        of_any=place + 1,
        previous=before[-1] if before else None,
        previous_of_kind=same[-1] if same else None,
        next=history[place + 1] if place + 1 < len(history) else None,
    )


def days_between(earlier: Meeting, later: Meeting) -> int | None:
    """Days from one contact's end to another's beginning; None where a date is too vague to say."""
    if not (earlier.is_exact and later.is_exact):
        return None
    return max((later.earliest - earlier.latest).days, 0)


@dataclass(frozen=True)
class Silence:
    """Days without recorded contact, from the first to the last of them, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        """“29 October to 23 November 2025”."""
        until = edtf.words(self.last.isoformat())
        since = edtf.words(self.first.isoformat())
        if self.first.year == self.last.year:
            since = since.removesuffix(f" {self.first.year}")
        return _("%(since)s to %(until)s") % {"since": since, "until": until}


def silence(earlier: Meeting, later: Meeting) -> Silence | None:
    """The silence between two neighbours, where it is long enough to be shown."""
    days = days_between(earlier, later)
    if days is None or days - 1 < GAP_DAYS:
        return None
    one_day = date.resolution
    return Silence(earlier.latest + one_day, later.earliest - one_day)


def longest_silence(history: list[Meeting]) -> Silence | None:
    """The longest silence between two contacts that follow one another; None where there is none to speak of."""
    return max(silences(history), key=lambda one: one.days, default=None)


def silences(history: list[Meeting]) -> list[Silence]:
    """The silences in a history, the oldest first; a contact of several days reaches over those within it."""
    found: list[Silence] = []
    reach: Meeting | None = None
    for one in history:
        if reach and (between := silence(reach, one)):
            found.append(between)
        reach = further(reach, one)
    return found


def further(reach: Meeting | None, one: Meeting) -> Meeting:
    """Of two contacts, the one that ends last."""
    return reach if reach and reach.latest > one.latest else one


# In words ------------------------------------------------------------------------------------------------


def short_words(standing: Standing) -> str:
    """Under an entry: “2nd phone call between the two, 31 days after the first.”"""
    if standing.of_any == 1:
        return _("1st recorded contact between the two.")
    words = _("%(nth)s between the two") % {"nth": _nth_of_kind(standing)}
    after = _after(standing.meeting, standing.previous_of_kind or standing.previous, standing.of_kind)
    return f"{words}{after}."


def long_words(standing: Standing) -> str:
    """On the event's page: “The 2nd phone call between them, 31 days after the first; the 3rd contact of any kind.”"""
    if standing.of_any == 1:
        return _("The 1st recorded contact between them.")
    words = _("The %(nth)s between them") % {"nth": _nth_of_kind(standing)}
    if standing.of_kind == standing.of_any:
        return f"{words}{_after(standing.meeting, standing.previous_of_kind, standing.of_kind)}."
    if standing.previous_of_kind:
        words += _after(standing.meeting, standing.previous_of_kind, standing.of_kind)
    words += _("; the %(nth)s contact of any kind") % {"nth": ordinal(standing.of_any)}
    if standing.previous and standing.previous != standing.previous_of_kind:
        words += _after(standing.meeting, standing.previous, standing.of_any)
    return f"{words}."


def _nth_of_kind(standing: Standing) -> str:
    if standing.of_kind == 1:
        return _("%(nth)s recorded %(kind)s") % {"nth": ordinal(1), "kind": _kind_words(standing.meeting.kind)}
    return _("%(nth)s %(kind)s") % {
        "nth": ordinal(standing.of_kind),
        "kind": _kind_words(standing.meeting.kind),
    }


def _after(this: Meeting, previous: Meeting | None, of_kind: int) -> str:
    """“, 31 days after the first”; nothing where there is none before or its days are vague."""
    days = days_between(previous, this) if previous else None
    if previous is None or days is None:
        return ""
    if previous.kind != this.kind:
        which = _("their last %s") % _kind_words(previous.kind)
    else:
        which = _("the first") if of_kind == 2 else _("the one before")
    if not days:
        return _(", on the same day as %s") % which
    return _(", %(days)s after %(which)s") % {"days": days_words(days), "which": which}


def days_words(days: int) -> str:
    """“31 days”, “1 day”."""
    return ngettext("%d day", "%d days", days) % days


def _kind_words(kind: str) -> str:
    return _("call") if kind == Kind.CALL else _("meeting")
