"""An event as one of its public versions had it: not saved, and read like one that was fetched `with_entry()`.

A version names leaders, sources, topics and countries by slug and code; their names are those of today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Prefetch

from timeline.models import (
    Citation,
    Country,
    Event,
    Leader,
    Link,
    Participation,
    Point,
    Post,
    Readout,
    Slug,
    Source,
    State,
    Topic,
    Version,
)
from timeline.record import Record


@dataclass(frozen=True)
class Past:
    """The event with its participants, accounts and citations, and what its page shows beside them."""

    event: Event
    topics: list[Topic]
    links: list[Link]


def past(version: Version) -> Past:
    """The event that a version describes; a constant number of queries."""
    record = version.record
    named = _Named(record)
    event = Event(
        pk=version.event_id,
        slug=record["id"],
        kind=record["kind"],
        state=State.PUBLISHED,
        country=named.countries.get(record["country"]),
        initiated_by=named.countries.get(record["initiated_by"]),
        duration_minutes=record["duration_minutes"],
        duration_approximate=record["duration_approximate"],
        changed_at=version.at,
        **{name: record[name] or "" for name in _TEXTS},
    )
    event.derive()
    _hold(event, "participations", Participation, [_participation(event, row, named) for row in record["participants"]])
    accounts = [_readout(event, number, row, named) for number, row in enumerate(record["readouts"], start=1)]
    _hold(event, "readouts", Readout, accounts)
    _hold(event, "citations", Citation, [_citation(event, row, named) for row in record["citations"]])
    topics = [named.topics[slug] for slug in record["topics"] if slug in named.topics]
    return Past(event, topics, _links(event, record))


_TEXTS = ("title", "summary", "note", "date", "part_of_day", "time_zone", "occurrence", "format", "place", "words")


class _Named:
    """The rows that a record names, by slug or code."""

    def __init__(self, record: Record) -> None:
        people, accounts = record["participants"], record["readouts"]
        codes = [record["country"], record["initiated_by"], *(row["side"] for row in accounts)]
        codes += [row["country"] for row in people]
        self.countries = Country.objects.in_bulk([code for code in codes if code])
        leaders = Leader.objects.prefetch_related(Prefetch("posts", Post.objects.select_related("country")))
        slugs = [row["leader"] for row in people] + [row["given_by"] for row in accounts]
        self.leaders = {one.slug: one for one in leaders.filter(slug__in=[slug for slug in slugs if slug])}
        cited = [row["source"] for row in (*record["citations"], *accounts) if row["source"]]
        self.sources = {one.slug: one for one in Source.objects.filter(slug__in=cited)}
        self.topics = {one.slug: one for one in Topic.objects.filter(slug__in=record["topics"])}


def _hold(owner: models.Model, name: str, model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Let the relation give these rows, as if they had been prefetched."""
    found: Any = model._base_manager.all()
    found._result_cache, found._prefetch_done = list(rows), True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def _participation(event: Event, row: dict[str, Any], named: _Named) -> Participation:
    return Participation(
        event=event,
        leader=named.leaders.get(row["leader"]),
        role=row["role"],
        country=named.countries[row["country"]],
        title=row["title"] or "",
    )


def _readout(event: Event, number: int, row: dict[str, Any], named: _Named) -> Readout:
    readout = Readout(
        pk=number,  # without one, a row has no relations
        event=event,
        side=named.countries[row["side"]],
        given_by=named.leaders.get(row["given_by"]),
        given_as=row["given_as"] or "",
        source=named.sources.get(row["source"]),
        date=row["date"] or "",
        issued=row["issued"],
    )
    _hold(readout, "points", Point, [Point(readout=readout, **point) for point in row["points"]])
    return readout


def _citation(event: Event, row: dict[str, Any], named: _Named) -> Citation:
    source = named.sources.get(row["source"]) or Source(
        slug=row["source"], publisher=row["source"], title=row["source"]
    )
    return Citation(event=event, source=source, supports=row["supports"], excerpt=row["excerpt"] or "")


def _links(event: Event, record: Record) -> list[Link]:
    """Its links to what readers can see now."""
    slugs = {row["event"] for row in record["links"]}
    held = Slug.objects.select_related("event").filter(slug__in=slugs, event__state=State.PUBLISHED)
    targets = {one.slug: one.event for one in held}
    return [
        Link(event=event, relation=row["relation"], target=targets[row["event"]])
        for row in record["links"]
        if row["event"] in targets
    ]
