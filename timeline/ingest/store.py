"""Dossiers into the record, through the one writer: all of them, or nothing.

Running it again changes nothing. What an editor has changed since it was last ingested is kept: the event's
last ingested Version (for sources, leaders and topics: the row's own `ingested`) says what ingest itself wrote.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from timeline import record
from timeline.models import Country, Event, Leader, Origin, Post, Source, State, Topic

from .dossier import Dossier, DossierError, Fault, pointer, shown

Row = dict[str, Any]


@dataclass
class Counts:
    """What became of the events of one run."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0

    def __str__(self) -> str:
        return (
            f"Created {self.created}, updated {self.updated}, unchanged {self.unchanged}, kept as edited {self.kept}."
        )

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class _DryRun(Exception):
    pass


def store(dossiers: list[Dossier], *, dry_run: bool = False, progress: Callable[[], object] = lambda: None) -> Counts:
    """Write these dossiers; links may go across them and to what is known already.

    `progress` is called once an event. With `dry_run` everything is done and then undone. Raises DossierError
    with every fault that was found; nothing has been written then.
    """
    counts = Counts()
    try:
        with record.writing(origin=Origin.INGEST) as writer:
            run = _Run(writer, dossiers, counts)
            run.store(progress)
            if dry_run:
                raise _DryRun
    except _DryRun:
        return counts
    if counts.created + counts.updated:
        # A planner that still believes the tables to be empty walks them in loops.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return counts


class _Run:
    """One run over its dossiers."""

    def __init__(self, writer: record.Writer, dossiers: list[Dossier], counts: Counts) -> None:
        self.writer = writer
        self.dossiers = dossiers
        self.counts = counts
        self.faults: list[Fault] = []
        self.seen: set[str] = set()

    def store(self, progress: Callable[[], object]) -> None:
        self._agree()
        self._check_countries()
        self._check_topics()
        self._stop_at_faults()
        for dossier in self.dossiers:
            for row in dossier.rows("sources"):
                _store_source(row)
            for row in dossier.rows("topics"):
                _store_topic(row)
            for row in dossier.rows("leaders"):
                _store_leader(row)
        self._check_links()
        for dossier in self.dossiers:
            for place, row in enumerate(dossier.rows("events")):
                self._store_event(dossier, place, row)
                progress()
        self._stop_at_faults()

    def _stop_at_faults(self) -> None:
        if self.faults:
            raise DossierError(self.faults)

    def _agree(self) -> None:
        """The same id in two dossiers of one run must stand for the same thing."""
        for noun in ("sources", "leaders", "topics", "events"):
            seen: dict[str, tuple[str, Row]] = {}
            for dossier in self.dossiers:
                for place, row in enumerate(dossier.rows(noun)):
                    file, first = seen.setdefault(row["id"], (dossier.file, row))
                    if first != row:
                        self._fault(dossier, (noun, place, "id"), row["id"], f"{file} has another of this id.")

    def _check_countries(self) -> None:
        known = set(Country.objects.values_list("code", flat=True))
        for dossier in self.dossiers:
            for place, leader in enumerate(dossier.rows("leaders")):
                for number, post in enumerate(leader.get("posts", [])):
                    if post["country"] not in known:
                        path = ("leaders", place, "posts", number, "country")
                        self._fault(dossier, path, post["country"], "Expected a country that Readout knows.")

    def _check_topics(self) -> None:
        """A topic's name is its own."""
        names = {row["name"]: row["id"] for one in reversed(self.dossiers) for row in reversed(one.rows("topics"))}
        held = dict(Topic.objects.filter(name__in=names).values_list("name", "slug"))
        for dossier in self.dossiers:
            for place, row in enumerate(dossier.rows("topics")):
                name = row["name"]
                for slug in {held.get(name), names[name]} - {None, row["id"]}:
                    path = ("topics", place, "name")
                    self._fault(dossier, path, name, f"The topic “{slug}” has this name: expected one of its own.")

    def _check_links(self) -> None:
        """Every link leads to an event of this run or to one that is known."""
        coming = {row["id"] for dossier in self.dossiers for row in dossier.rows("events")}
        for dossier in self.dossiers:
            for place, row in enumerate(dossier.rows("events")):
                for number, link in enumerate(row.get("links", [])):
                    if link["event"] not in coming and self.writer.find(link["event"]) is None:
                        path = ("events", place, "links", number, "event")
                        self._fault(
                            dossier,
                            path,
                            link["event"],
                            "Expected an event of these dossiers or a known one.",
                        )

    def _store_event(self, dossier: Dossier, place: int, row: Row) -> None:
        if row["id"] in self.seen:
            self.counts.unchanged += 1  # another of these dossiers has said the same
            return
        self.seen.add(row["id"])
        event = self.writer.find(row["id"])
        if event and (kept := self._standing(event, row)):
            setattr(self.counts, kept, getattr(self.counts, kept) + 1)
            return
        try:
            written = self.writer.write(row, event=event, state=State.PUBLISHED)
        except record.Refused as refused:
            for problem in refused.problems:
                self._fault(dossier, ("events", place, *problem.path), _at(row, problem.path), problem.message)
            return
        if written.created:
            self.counts.created += 1
        elif written.changed:
            self.counts.updated += 1
        else:
            self.counts.unchanged += 1

    def _standing(self, event: Event, row: Row) -> str:
        """How a known event stands to the dossier's: "unchanged", "kept" as edited, or "": ours to update."""
        today = record.of(event)
        if event.state == State.PUBLISHED and today == self.writer.prepared(row):
            return "unchanged"
        ingested = event.versions.latest_from(Origin.INGEST)
        # What it links to may have got another slug since; that is no edit.
        ours = ingested is not None and self.writer.prepared(ingested.record) == today
        ours = ours and event.state == State.PUBLISHED
        return "" if ours else "kept"

    def _fault(self, dossier: Dossier, path: Iterable[str | int], value: Any, expected: str) -> None:
        self.faults.append(Fault(dossier.file, pointer(path), "" if value is None else shown(value), expected))


def _at(row: Any, path: Iterable[str | int]) -> Any:
    """The value at a path, or None where nothing stands."""
    for step in path:
        try:
            row = row[step]
        except (KeyError, IndexError, TypeError):
            return None
    return row


# Sources, topics, leaders --------------------------------------------------------------------------------


def _store_source(row: Row) -> None:
    source = Source.objects.filter(slug=row["id"]).first() or Source(slug=row["id"])
    if _is_ours(source, row, _source_row):
        source.publisher, source.title = row["publisher"], row["title"]
        for name in ("url", "published", "language", "archived_url"):
            setattr(source, name, row.get(name) or "")
        source.ingested = row
        source.save()


def _source_row(source: Source) -> Row:
    return {
        "id": source.slug,
        "publisher": source.publisher,
        "title": source.title,
        "url": source.url or None,
        "published": source.published or None,
        "language": source.language or None,
        "archived_url": source.archived_url or None,
    }


def _store_topic(row: Row) -> None:
    topic = Topic.objects.filter(slug=row["id"]).first() or Topic(slug=row["id"])
    if _is_ours(topic, row, lambda topic: {"id": topic.slug, "name": topic.name}):
        topic.name, topic.ingested = row["name"], row
        topic.save()


def _store_leader(row: Row) -> None:
    leader = Leader.objects.filter(slug=row["id"]).first() or Leader(slug=row["id"])
    if not _is_ours(leader, row, _leader_row):
        return
    leader.name, leader.family_name = row["name"], row["family_name"]
    for name in ("native_name", "native_language", "wikidata"):
        setattr(leader, name, row.get(name) or "")
    leader.other_names = row.get("other_names") or []
    leader.ingested = row
    leader.save()
    leader.posts.all().delete()
    for post in row.get("posts") or []:
        Post(
            leader=leader,
            title=post["title"],
            country_id=post["country"],
            since=post.get("since") or "",
            until=post.get("until") or "",
        ).save()


def _leader_row(leader: Leader) -> Row:
    return {
        "id": leader.slug,
        "name": leader.name,
        "family_name": leader.family_name,
        "native_name": leader.native_name or None,
        "native_language": leader.native_language or None,
        "other_names": leader.other_names,
        "wikidata": leader.wikidata or None,
        "posts": [
            {
                "title": post.title,
                "country": post.country_id,
                "since": post.since or None,
                "until": post.until or None,
            }
            for post in leader.posts.order_by("pk")
        ],
    }


def _is_ours(row: Source | Topic | Leader, new: Row, as_row: Callable[[Any], Row]) -> bool:
    """Whether ingest may write this row: it is new, or stands as ingest left it and the dossier says otherwise."""
    if row._state.adding:
        return True
    today = as_row(row)
    blank: Row = {key: [] if isinstance(value, list) else None for key, value in today.items()}
    if today == _plain({**blank, **new}):
        return False
    return row.ingested is not None and today == _plain({**blank, **row.ingested})


def _plain(row: Row) -> Row:
    if "posts" in row:
        keys = ("title", "country", "since", "until")
        row = {**row, "posts": [{key: post.get(key) for key in keys} for post in row["posts"]]}
    return row
