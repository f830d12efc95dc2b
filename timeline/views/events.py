"""An event's permanent page."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import capitals, corrected, edtf
from timeline.entry import Entry, Said, giver
from timeline.models import Country, Event, Kind, Link, Occurrence, Readout, Relation, State, Version
from timeline.models.events import EventQuerySet
from timeline.past import Past
from timeline.position import PARTS, first_of, last_of, thread_of
from timeline.site import absolute
from timeline.views import share
from timeline.views.found import Moved, Withdrawn, gone_page, of_event, published
from timeline.views.place import limits, place


@of_event(gone_page)
def event(request: HttpRequest, found: Event) -> HttpResponse:
    """Everything on record about one event. A former slug redirects; a withdrawn event says why; a draft is 404."""
    response = render(request, "timeline/event.html", {**shown(request, found), **share.panel(request, found)})
    response["Link"] = share.link_header(request, found)
    return response


@require_safe
def unclosed(request: HttpRequest, slug: str) -> HttpResponse:
    """An address whose closing slash was lost leads to the entry as it is called now, in one step."""
    try:
        published(slug)
    except Moved as moved:
        slug = moved.slug
    except Withdrawn:
        pass  # its page says why
    return HttpResponsePermanentRedirect(reverse("event", args=[slug]))


@dataclass(frozen=True)
class Account:
    """One readout: who gave it, in which source, and its points."""

    readout: Readout
    giver: str
    when: str
    points: list[Said]
    source_number: int | None


@dataclass(frozen=True)
class Side:
    """All the accounts of one side."""

    country: Country
    accounts: list[Account]


def shown(request: HttpRequest, found: Event) -> dict[str, object]:
    """What an event's page shows; `found` comes from `with_entry()`."""
    entry, statements = Entry(found), _statements(found)
    return {
        **_told(entry),
        "topics": [tagging.topic for tagging in found.taggings.select_related("topic")],
        "statements": [Entry(one) for one in statements],
        "place": place(entry, statements),
        "links": [*onward(found.links.filter(target__state=State.PUBLISHED).select_related("target")), *_back(found)],
        "versions": _versions(found),
        "corrections": corrected.corrections(found),
        "address": absolute(request, found.get_absolute_url()),
        **_neighbours(found),
    }


def as_told(then: Past) -> dict[str, object]:
    """What the page of a former version shows: what the entry said itself, and nothing that was found out since."""
    return {**_told(Entry(then.event)), "topics": then.topics, "links": onward(then.links)}


def as_card(entry: Entry) -> dict[str, object]:
    """What the event's card shows of it; no query."""
    return {"entry": entry, "event": entry.event, **_figure(entry)}


def _told(entry: Entry) -> dict[str, object]:
    """What the entry says itself; no query."""
    found = entry.event
    citations = list(found.citations.all())
    # By slug: a source that a former version named may be there no longer.
    numbers = {one.source.slug: number for number, one in enumerate(citations, start=1)}
    return {
        "entry": entry,
        "event": found,
        "not_recorded": _("not recorded"),
        "hollow_words": _hollow_words(found),
        "zone_city": found.time_zone.rpartition("/")[2].replace("_", " "),
        **_spell(found),
        **_figure(entry),
        "sides": _sides(entry, numbers),
        "citations": citations,
        "limits": limits(entry),
        "capitals": _capitals(entry),
    }


def _capitals(entry: Entry) -> str:
    """What day it was in each participant's capital, where that can be known."""
    event = entry.event
    if not event.edtf.is_day:
        return ""
    countries = [person.country for person in entry.people]
    return capitals.days(event.earliest, event.part_of_day, event.time_zone, countries)


def _spell(found: Event) -> dict[str, str]:
    """The month that the event stands in, or its year where no more is known, as a date filter and in words."""
    precise = found.edtf.start.precision in ("day", "month")
    written = f"{found.earliest.year:04}-{found.earliest.month:02}" if precise else f"{found.earliest.year:04}"
    return {"spell": written, "spell_words": edtf.words(written, unknown=False)}


def _hollow_words(found: Event) -> str:
    """What stands on the frame of an event that did not happen, or not yet."""
    kind = {Kind.MEETING: _("meeting"), Kind.CALL: _("call"), Kind.STATEMENT: _("statement")}[Kind(found.kind)]
    words = {
        Occurrence.DID_NOT_TAKE_PLACE: _("This %s did not take place"),
        Occurrence.PLANNED: _("This %s is planned"),
        Occurrence.POSTPONED: _("This %s was postponed"),
        Occurrence.CANCELLED: _("This %s was cancelled"),
        Occurrence.TOOK_PLACE: _("This %s took place"),
    }
    return words[Occurrence(found.occurrence)] % kind


def _figure(entry: Entry) -> dict[str, object]:
    """Who stands at the two ends of the figure: the side that began it first, else as listed; a speaker alone."""
    people = [person for person in entry.people if person.role != "addressee"]
    if entry.event.kind == Kind.STATEMENT:
        return {"pair": people[:1], "arrow": False}
    if len(people) != 2:
        return {"pair": [], "arrow": False}
    began = entry.event.initiated_by_id
    if began and people[1].country.code == began != people[0].country.code:
        people.reverse()
    return {"pair": people, "arrow": began == people[0].country.code}


def _sides(entry: Entry, numbers: dict[str, int]) -> list[Side]:
    """The accounts by side, in the order in which the sides first stand; points numbered down the page."""
    by_side: dict[str, list[Readout]] = {}
    for readout in entry.readouts:
        by_side.setdefault(readout.side_id, []).append(readout)
    number = itertools.count(1)
    return [
        Side(
            readouts[0].side,
            [
                Account(
                    readout,
                    giver(readout),
                    edtf.words(readout.date, unknown=False) if readout.date else "",
                    [Said(next(number), point) for point in readout.points.all()],
                    numbers.get(readout.source.slug if readout.source else ""),
                )
                for readout in readouts
            ],
        )
        for readouts in by_side.values()
    ]


def _statements(found: Event) -> list[Event]:
    """Published statements about this event or in answer to it, the earliest first."""
    about = Link.objects.filter(target=found, relation__in=(Relation.ABOUT, Relation.REACTS_TO))
    statements = Event.objects.published().of_kind(Kind.STATEMENT).filter(pk__in=about.values("event"))
    return sorted(statements.with_entry(), key=lambda one: (one.earliest, PARTS[one.part_of_day], one.pk))


@dataclass(frozen=True)
class Linked:
    """Another event and how it stands to this one, in words."""

    words: str
    entry: Entry


def onward(links: Iterable[Link]) -> list[Linked]:
    """Links from this event, with their targets."""
    words = {
        Relation.ABOUT: _("Is about"),
        Relation.FOLLOWS_UP: _("Follows up"),
        Relation.REACTS_TO: _("Reacts to"),
        Relation.ON_MARGINS_OF: _("On the margins of"),
        Relation.PREPARES: _("Prepares"),
    }
    return [Linked(words[Relation(link.relation)], Entry(link.target)) for link in links]


def _back(found: Event) -> list[Linked]:
    """The links to this event but for statements about it."""
    words = {
        Relation.ABOUT: _("Taken up in"),
        Relation.FOLLOWS_UP: _("Followed up by"),
        Relation.REACTS_TO: _("Answered by"),
        Relation.ON_MARGINS_OF: _("On its margins"),
        Relation.PREPARES: _("Prepared by"),
    }
    incoming = found.linked_from.filter(event__state=State.PUBLISHED).select_related("event")
    return [
        Linked(words[Relation(link.relation)], Entry(link.event))
        for link in incoming.order_by("event__earliest", "event_id")
        if not (link.event.kind == Kind.STATEMENT and link.relation in (Relation.ABOUT, Relation.REACTS_TO))
    ]


def _versions(found: Event) -> list[Version]:
    """The newest public versions, each with the `citations` of its record and without the rest of it."""
    versions = found.versions.public().annotate(citations=F("record__citations")).defer("record")
    return list(versions.order_by("-number")[:20])


def _neighbours(found: Event) -> dict[str, Entry | None]:
    """The published entries before and after this one: thread by thread, and in a thread as the timeline has them."""
    thread = thread_of(found.position)
    published = Event.objects.published()
    own = _in_thread(thread)
    before_it = own.filter(_beyond("gt", "lt", found)).reverse().first()
    behind_it = own.filter(_beyond("lt", "gt", found)).first()
    earlier = before_it or _end_of(published.filter(position__lt=first_of(thread)).newest_first().first(), last=True)
    later = behind_it or _end_of(published.filter(position__gt=last_of(thread)).oldest_first().first(), last=False)
    return {"earlier": Entry(earlier) if earlier else None, "later": Entry(later) if later else None}


def _in_thread(thread: int) -> EventQuerySet:
    """A thread's published entries: the head, then what hangs from it; of one position the lowest id first."""
    members = Event.objects.published().filter(position__gte=first_of(thread), position__lte=last_of(thread))
    return members.order_by("-position", "id")


def _beyond(position: str, key: str, found: Event) -> Q:
    return Q(**{f"position__{position}": found.position}) | Q(position=found.position, **{f"pk__{key}": found.pk})


def _end_of(member: Event | None, *, last: bool) -> Event | None:
    """The first or the last published entry of the thread that `member` belongs to."""
    if member is None:
        return None
    members = _in_thread(thread_of(member.position))
    return (members.reverse() if last else members).first()
