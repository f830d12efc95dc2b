"""Dossiers into the record, through the one writer: all of them, or nothing.

Running it again changes nothing. What an editor has changed since it was last ingested is kept: the event's
last ingested Version (for sources, leaders and topics: the row's own `ingested`) says what ingest itself wrote.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from timeline import record
from timeline.batches import in_batches
from timeline.models import Country, Event, Origin, State, Topic, tables

from . import nouns
from .dossier import KEYS, Dossier, DossierError, Fault, pointer, shown
from .history import Pasts
from .nouns import Row

_AT_A_TIME = 500  # events


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


@dataclass(frozen=True)
class Terms:
    """On what terms events come in: their record state, who brings them, and why what readers see is changed.

    `correction` is what readers are told of it. As drafts, they touch nothing that readers see or saw: what is public
    already is kept as it is.
    """

    state: str = State.PUBLISHED
    by: AbstractBaseUser | None = None
    reason: str = ""
    correction: str = ""


PUBLISHED = Terms()


class _DryRun(Exception):
    pass


def store(
    dossiers: list[Dossier],
    *,
    dry_run: bool = False,
    progress: Callable[[], object] = lambda: None,
    analyze: bool = True,
    terms: Terms = PUBLISHED,
    became: dict[str, str] | None = None,
    at_the_end: Callable[[record.Writer], object] = lambda _writer: None,
) -> Counts:
    """Write these dossiers; links may go across them and to what is known already.

    `progress` is called once an event. With `dry_run` everything is done and then undone. Raises DossierError
    with every fault that was found; nothing has been written then. Whoever stores many pieces passes
    `analyze=False` and calls `take_stock` at the end. In `became` it says of each event, by id, which of the counts
    it is in. `at_the_end` is given the writer when all is in and its block is still open.
    """
    counts = Counts()
    try:
        with record.writing(origin=Origin.INGEST, by=terms.by) as writer:
            run = _Run(writer, dossiers, counts, terms)
            run.store(progress)
            if became is not None:
                became.update(run.became)
            at_the_end(writer)
            if dry_run:
                raise _DryRun
    except _DryRun:
        return counts
    if analyze and counts.created + counts.updated:
        take_stock()
    return counts


def take_stock() -> None:
    """Have the database count our tables: a planner that still believes them to be empty walks them in loops."""
    ours = ""
    if connection.vendor == "postgresql":  # its own tables take longer than ours
        names = sorted(model._meta.db_table for model in tables())
        ours = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {ours}")


class _Run:
    """One run over its dossiers."""

    def __init__(self, writer: record.Writer, dossiers: list[Dossier], counts: Counts, terms: Terms) -> None:
        self.writer = writer
        self.terms = terms
        self.dossiers = dossiers
        self.counts = counts
        self.faults: list[Fault] = []
        self.seen: set[str] = set()
        self.became: dict[str, str] = {}
        self.pasts = Pasts(dossiers)

    def store(self, progress: Callable[[], object]) -> None:
        if not self.pasts:
            self._store(progress)
            return
        outer = self.writer
        # The past is put in the place of the versions that the inner block makes of this moment.
        with record.writing(origin=Origin.INGEST, by=self.terms.by) as self.writer:
            self._store(progress)
        record.restore(outer, self.pasts.restored, self.pasts.formers)

    def _store(self, progress: Callable[[], object]) -> None:
        self._agree()
        for dossier in self.dossiers:
            if "export" in dossier.content:
                self._drop_unknown_links(dossier)
        countries = self._countries()
        self._check_posts()
        self._check_topics()
        self._stop_at_faults()
        nouns.store_countries(countries)
        for dossier in self.dossiers:
            nouns.store_sources(dossier.rows("sources"))
            nouns.store_topics(dossier.rows("topics"))
            nouns.store_leaders(dossier.rows("leaders"))
        self._check_links()
        for dossier in self.dossiers:
            for batch in in_batches(enumerate(dossier.rows("events")), _AT_A_TIME):
                self._store_events(dossier, batch)
                for _event in batch:
                    progress()
        self._stop_at_faults()

    def _stop_at_faults(self) -> None:
        if self.faults:
            raise DossierError(self.faults)

    def _agree(self) -> None:
        """The same id in two dossiers of one run must stand for the same thing."""
        for noun, key in KEYS.items():
            seen: dict[str, tuple[str, Row]] = {}
            for dossier in self.dossiers:
                for place, row in enumerate(dossier.rows(noun)):
                    file, first = seen.setdefault(row[key], (dossier.file, row))
                    if first != row:
                        self._fault(dossier, (noun, place, key), row[key], f"{file} has another of this {key}.")

    def _countries(self) -> list[Row]:
        """The countries that this run writes, in their order; a country's name is its own at every step."""
        places: dict[str, tuple[Dossier, int, Row]] = {}
        for dossier in self.dossiers:
            for place, row in enumerate(dossier.rows("countries")):
                places.setdefault(row["code"], (dossier, place, row))
        if not places:
            return []
        ours = nouns.our_countries([row for _dossier, _place, row in places.values()])
        names = dict(Country.objects.values_list("code", "name"))
        holders = {name: code for code, name in names.items()}
        for row in ours:
            code, name = row["code"], row["name"]
            if (holder := holders.get(name, code)) != code:
                dossier, place, _row = places[code]
                expected = f"The country “{holder}” has this name: expected one of its own."
                self._fault(dossier, ("countries", place, "name"), name, expected)
            else:
                holders.pop(names.get(code, ""), None)
                holders[name] = code
        return ours

    def _check_posts(self) -> None:
        """Every post is one for a country that is known, or comes with these dossiers."""
        known = set(Country.objects.values_list("code", flat=True))
        known |= {row["code"] for dossier in self.dossiers for row in dossier.rows("countries")}
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
        links = [
            (dossier, ("events", place, "links", number, "event"), link["event"])
            for dossier in self.dossiers
            for place, row in enumerate(dossier.rows("events"))
            for number, link in enumerate(row.get("links", []))
            if link["event"] not in coming
        ]
        known = self.writer.find_all(slug for _dossier, _path, slug in links)
        for dossier, path, slug in links:
            if slug not in known:
                self._fault(dossier, path, slug, "Expected an event of these dossiers or a known one.")

    def _drop_unknown_links(self, dossier: Dossier) -> None:
        """An export is cut out of a whole: a link that leads out of it holds where the other event is known."""
        rows = dossier.rows("events")
        coming = {row["id"] for one in self.dossiers for row in one.rows("events")}
        linked = {link["event"] for row in rows for link in row.get("links", [])} - coming
        known = coming | self.writer.find_all(linked).keys()
        for row in rows:
            if "links" in row:
                row["links"] = [link for link in row["links"] if link["event"] in known]

    def _store_events(self, dossier: Dossier, places: list[tuple[int, Row]]) -> None:
        # Where another of these dossiers has said the same, that is enough.
        new = [(place, row) for place, row in places if row["id"] not in self.seen]
        self.counts.unchanged += len(places) - len(new)
        self.seen.update(row["id"] for _place, row in new)
        there = self.pasts.taken_back_already(row["id"] for _place, row in new)
        self._count("unchanged", *there)
        new = [(place, row) for place, row in new if row["id"] not in there]
        events = self.writer.find_all(row["id"] for _place, row in new)
        standing = self._standing([(events[row["id"]], row) for _place, row in new if row["id"] in events])
        ours = [(place, row) for place, row in new if not standing.get(row["id"])]
        for slug, kept in standing.items():
            if kept:
                self._count(kept, slug)
        made = [(place, row) for place, row in ours if row["id"] not in events]
        self._write(dossier, made, events, "")
        self._write(dossier, [one for one in ours if one[1]["id"] in events], events, self.terms.reason)

    def _write(self, dossier: Dossier, places: list[tuple[int, Row]], events: dict[str, Event], reason: str) -> None:
        pairs = [(row, events.get(row["id"])) for _place, row in places]
        numbers = self.pasts.numbers(row["id"] for row, event in pairs if event is None)
        results = self.writer.write_all(pairs, state=self.terms.state, reason=reason, numbers=numbers)
        for (place, row), written in zip(places, results, strict=True):
            if isinstance(written, record.Refused):
                for problem in written.problems:
                    self._fault(dossier, ("events", place, *problem.path), _at(row, problem.path), problem.message)
            elif written.created:
                self._count("created", row["id"])
                self.pasts.add(row["id"], written.event)
            else:
                self._count("updated" if written.changed else "unchanged", row["id"])

    def _standing(self, pairs: list[tuple[Event, Row]]) -> dict[str, str]:
        """How known events stand to the dossier's: "unchanged", "kept" as edited, or "": ours to update."""
        if not pairs:
            return {}
        ids = [event.pk for event, _row in pairs]
        today, last = record.of_all(ids), record.latest(ids, origin=Origin.INGEST)
        prepared = self.writer.prepared_all(row for _event, row in pairs)
        # What it links to may have got another slug since; that is no edit.
        ingested = dict(zip(last, self.writer.prepared_all(one.record for one in last.values()), strict=True))
        found = {}
        for (event, row), ours in zip(pairs, prepared, strict=True):
            now = today[event.pk]
            if now == ours and event.state in (self.terms.state, State.PUBLISHED):
                found[row["id"]] = "unchanged"
            else:
                # Where editors have merged two entries, the one's address leads to the other: both are kept as edited.
                stands = event.state == self.terms.state and now["id"] == row["id"]
                is_ours = stands and ingested.get(event.pk) == now
                found[row["id"]] = "" if is_ours else "kept"
        return found

    def _count(self, what: str, *slugs: str) -> None:
        setattr(self.counts, what, getattr(self.counts, what) + len(slugs))
        self.became.update(dict.fromkeys(slugs, what))

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
