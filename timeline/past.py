"""An event as one of its public versions had it: not saved, and read like one that was fetched `with_entry()`.

A version names leaders, sources, topics and countries by slug and code; they are called as they were when it was made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from timeline.models import (
    Citation,
    Country,
    Event,
    Former,
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
from timeline.record import Record, form
from timeline.record.nouns import fill, post_of


@dataclass(frozen=True)
class Past:
    """The event with its participants, accounts and citations, and what its page shows beside them."""

    event: Event
    topics: list[Topic]
    links: list[Link]


def past(version: Version) -> Past:
    """The event that a version describes; a constant number of queries."""
    record = version.record
    named = _Named(record, version.at)
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
    return Past(event, topics, _links(event, record, version.at))


_TEXTS = ("title", "summary", "note", "date", "part_of_day", "time_zone", "occurrence", "format", "place", "words")


class _Named:
    """The rows that a record names, by slug or code, as they were at a moment; seven queries."""

    def __init__(self, record: Record, at: datetime) -> None:
        keys = form.named([record])
        leaders = Leader.objects.prefetch_related("posts").filter(slug__in=keys["leaders"])
        self.leaders = {one.slug: one for one in leaders}
        self.sources = {one.slug: one for one in Source.objects.filter(slug__in=keys["sources"])}
        self.topics = {one.slug: one for one in Topic.objects.filter(slug__in=keys["topics"])}
        then = _formers(at, keys["leaders"] | keys["sources"] | keys["topics"])
        self.leaders |= {row["id"]: _leader(row, self.leaders) for row in then["leader"]}
        self.sources |= {row["id"]: _row(Source, row, self.sources) for row in then["source"]}
        # A topic that is there no longer has no page to lead to.
        self.topics |= {row["id"]: _row(Topic, row, self.topics) for row in then["topic"] if row["id"] in self.topics}
        posts = [post for leader in self.leaders.values() for post in leader.posts.all()]
        codes = keys["countries"] | {post.country_id for post in posts}
        self.countries = Country.objects.in_bulk(list(codes))
        for row in _formers(at, codes)["country"]:
            self.countries[row["code"]] = Country(**row)
        for post in posts:
            post.country = self.countries[post.country_id]


def _formers(at: datetime, keys: set[str]) -> dict[str, list[dict[str, Any]]]:
    """What has changed since, as it was then, by noun."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    rows = Former.objects.filter(key__in=keys, until__gt=at).order_by("until")
    for noun, key, row in rows.values_list("noun", "key", "row"):
        found.setdefault((noun, key), row)
    by_noun: dict[str, list[dict[str, Any]]] = {"country": [], "leader": [], "source": [], "topic": []}
    for (noun, _key), row in found.items():
        by_noun[noun].append(row)
    return by_noun


Named = TypeVar("Named", Leader, Source, Topic)


def _row(model: type[Named], row: dict[str, Any], today: Mapping[str, Named]) -> Named:
    """A former row, under the key that it has today; 0 where it is there no longer."""
    held = today.get(row["id"])
    noun = model(pk=held.pk if held else 0, slug=row["id"])
    fill(noun, row)
    return noun


def _leader(row: dict[str, Any], today: Mapping[str, Leader]) -> Leader:
    leader = _row(Leader, row, today)
    posts = [post_of(leader, one, number) for number, one in enumerate(row.get("posts", []), start=1)]
    _hold(leader, "posts", Post, posts)
    return leader


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


def _links(event: Event, record: Record, at: datetime) -> list[Link]:
    """Its links to what readers can see now, under the titles and dates of that moment."""
    slugs = {row["event"] for row in record["links"]}
    held = Slug.objects.select_related("event").filter(slug__in=slugs, event__state=State.PUBLISHED)
    targets = {one.slug: one.event for one in held}
    then = Version.objects.public().filter(event__in=targets.values(), at__lte=at).order_by("number")
    records = dict(then.values_list("event_id", "record"))  # the last of each event stands
    for target in targets.values():
        if was := records.get(target.pk):
            target.title, target.date = was["title"], was["date"]
            target.derive()
    return [
        Link(event=event, relation=row["relation"], target=targets[row["event"]])
        for row in record["links"]
        if row["event"] in targets
    ]
