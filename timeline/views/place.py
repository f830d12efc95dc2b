"""An event's place in time and what its entry leaves open: the parts of its page that are computed."""

from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _

from timeline import contact, index, surroundings
from timeline.entry import Entry
from timeline.models import Event, Format, Kind, Participation

MOST_NAMED = 3  # silent sides; of more only their number is said


@dataclass(frozen=True)
class Place:
    """The sentence, the neighbours between the same two, and the figure. `pair_address` leads to all of them."""

    words: str
    previous: Entry | None
    next: Entry | None
    silence: contact.Silence | None
    pair_names: str
    pair_address: str
    figure: surroundings.Figure


def place(entry: Entry, statements: list[Event]) -> Place | None:
    """For a meeting or call of two named leaders on known days; None for all else. A constant number of queries."""
    sides = [one for one in entry.event.participations.all() if one.leader]
    if entry.event.kind == Kind.STATEMENT or entry.event.format == Format.MULTILATERAL or len(sides) != 2:
        return None
    days = (entry.event.latest - entry.event.earliest).days
    if entry.event.edtf.start.precision != "day" or days > surroundings.LONGEST:
        return None  # there is no day to draw it at, or no end
    one, other = sides
    pair = (min(one.leader_id or 0, other.leader_id or 0), max(one.leader_id or 0, other.leader_id or 0))
    history = contact.histories([pair])[pair]
    names = _("%(one)s and %(other)s") % {"one": _family(one), "other": _family(other)}
    standing = contact.standing(entry.event.pk, history)
    previous, following = _neighbours(entry.event, history)
    shown = Event.objects.published().in_bulk([found.event_id for found in (previous, following) if found])
    first, last = surroundings.window(entry.event, history)
    slugs = sorted(side.leader.slug for side in sides if side.leader)
    return Place(
        words=contact.long_words(standing) if standing else _without(previous, following, entry),
        previous=Entry(shown[previous.event_id]) if previous else None,
        next=Entry(shown[following.event_id]) if following else None,
        silence=contact.longest_silence(history),
        pair_names=names,
        pair_address=reverse("between", args=slugs),
        figure=surroundings.figure(entry, names, history, _around(pair, first, last), statements),
    )


def _around(leaders: contact.Pair, first: date, last: date) -> list[Event]:
    """Meetings and calls that either of the two had between two days, the oldest first; one query, by id."""
    held = index.current()
    found = held.any_of("leader", leaders) & held.any_of("kind", (Kind.MEETING, Kind.CALL))
    found &= held.since(first) & held.until(last)
    ids = list(islice(held.walk(found, falling=False), surroundings.MOST))
    events = Event.objects.in_bulk(ids)
    return [events[pk] for pk in ids]


def _family(one: Participation) -> str:
    return one.leader.family_name if one.leader else one.title


def _neighbours(event: Event, history: list[contact.Meeting]) -> tuple[contact.Meeting | None, contact.Meeting | None]:
    before = [one for one in history if one.position < event.position]
    behind = [one for one in history if one.position > event.position]
    return (before[-1] if before else None), (behind[0] if behind else None)


def _without(previous: contact.Meeting | None, following: contact.Meeting | None, entry: Entry) -> str:
    """For what was no contact: what is recorded between the two around it."""
    this = contact.Meeting(entry.event.pk, entry.event.kind, entry.event.earliest, entry.event.latest, 0)
    parts = []
    if previous and (days := contact.days_between(previous, this)) is not None:
        parts.append(_("%s after their last recorded contact") % contact.days_words(days))
    if following and (days := contact.days_between(this, following)) is not None:
        parts.append(_("%s before the next") % contact.days_words(days))
    if not previous and not following:
        return _("No contact between the two is recorded at all.")
    if not parts:
        return ""
    joined = ", ".join(parts)
    return f"{joined[:1].upper()}{joined[1:]}."


def limits(entry: Entry) -> list[str]:
    """What the entry does not say, as sentences: facts that are missing, and accounts that nobody gave."""
    event = entry.event
    kind = {Kind.MEETING: _("meeting"), Kind.CALL: _("call"), Kind.STATEMENT: _("statement")}[Kind(event.kind)]
    found = []
    if event.kind != Kind.STATEMENT:
        given = {readout.side_id for readout in entry.readouts if readout.issued}
        sides = {person.country.code: person.country for person in entry.people}
        silent = [country for code, country in sides.items() if code not in given]
        if len(silent) > MOST_NAMED:
            found.append(
                _("It holds no account of %(some)d of its %(all)d sides.") % {"some": len(silent), "all": len(sides)}
            )
        else:
            found += [_("It holds no account of %s.") % country.side for country in silent]
        if not event.initiated_by_id and entry.did_not:
            found.append(_("It does not say that a %s was ever asked for, offered or refused.") % kind)
        elif not event.initiated_by_id:
            found.append(_("It does not say who asked for the %s.") % kind)
    if entry.did_not and event.kind == Kind.MEETING and len(entry.people) == 2:
        found.append(_("It does not say that the two did not greet each other in passing."))
    if event.took_place and event.kind != Kind.STATEMENT and not event.duration_minutes:
        found.append(_("It does not say how long it lasted."))
    if event.took_place and event.edtf.is_day and not event.part_of_day:
        found.append(_("It does not say at what hour."))
    return found
