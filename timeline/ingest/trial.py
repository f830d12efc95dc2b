"""A dossier tried out: all that it would do to the record, done and then undone, or kept where it is what was agreed.

Trying is doing: what is shown before is found by the same steps that write, so nothing can come out otherwise.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models, transaction

from timeline import record
from timeline.batches import in_batches
from timeline.models import Country, Event, Leader, Slug, Source, State, Topic
from timeline.record import Record
from timeline.record.nouns import NOUNS, Row, held

from .dossier import Dossier, DossierError, Fault
from .store import Counts, Terms, store, take_stock

_PARTS: dict[type[models.Model], str] = {Country: "countries", Leader: "leaders", Source: "sources", Topic: "topics"}


@dataclass(frozen=True)
class Done:
    """What became of one event: "created", "updated" or "kept" as edited. Without `before` it is new."""

    what: str
    before: Record | None
    after: Record
    was_public: bool
    key: int


@dataclass(frozen=True)
class DoneNoun:
    """A country, leader, source or topic that is made or changed. Without `before` it is new.

    `is_shown`: an entry that readers see shows it otherwise now.
    """

    model: type[models.Model]
    name: str
    before: Row | None
    after: Row
    is_shown: bool


@dataclass(frozen=True)
class Outcome:
    """What a dossier does to events, and to the leaders, sources ... that they name."""

    counts: Counts
    events: list[Done]
    nouns: list[DoneNoun]

    @property
    def writes(self) -> bool:
        return bool(self.nouns or self.counts.created or self.counts.updated)

    @property
    def changes_public(self) -> bool:
        """Whether readers have seen something that would be different."""
        events = any(one.what == "updated" and one.was_public for one in self.events)
        return events or any(one.is_shown for one in self.nouns)

    @cached_property
    def digest(self) -> str:
        """A short text that is another where anything else would be written, or something else stood before it."""
        told = [[one.what, one.before, one.after] for one in self.events]
        nouns = [[NOUNS[one.model].name, one.before, one.after] for one in self.nouns]
        return hashlib.sha256(json.dumps([told, nouns], sort_keys=True).encode()).hexdigest()


def attempt(dossier: Dossier, terms: Terms) -> Outcome:
    """What this dossier would do; nothing of it stays. Raises DossierError with its faults."""
    with transaction.atomic():
        outcome = carry_out(dossier, terms)
        transaction.set_rollback(True)
    return outcome


def carry_out(dossier: Dossier, terms: Terms) -> Outcome:
    """Store this dossier and tell what it did; inside a transaction that the caller may let fall."""
    if dossier.rows("history"):
        message = "This is a site's own dump, with its history: “manage.py ingest” reads it."
        raise DossierError([Fault(dossier.file, "/history", "", message)])
    stood = {
        model: held(model, (row[NOUNS[model].key] for row in dossier.rows(part))) for model, part in _PARTS.items()
    }
    nouns: list[DoneNoun] = []
    slugs = [row["id"] for row in dossier.rows("events")]
    known = _events(slugs)
    before = record.of_all(event.pk for event in known.values())
    became: dict[str, str] = {}

    def explain(writer: record.Writer) -> None:
        for instance, one in _nouns(dossier, stood):
            nouns.append(one)
            if one.is_shown:
                writer.explain(instance, correction=terms.correction, reason="" if terms.correction else terms.reason)

    try:
        counts = store([dossier], analyze=False, terms=terms, became=became, at_the_end=explain)
    except record.Refused as refused:
        raise DossierError(Fault(dossier.file, "", "", one.message) for one in refused.problems) from refused
    now = _events(slugs)
    after = record.of_all(event.pk for event in now.values())
    events = [
        Done(
            became[slug],
            before[known[slug].pk] if slug in known else None,
            after[now[slug].pk],
            slug in known and known[slug].state == State.PUBLISHED,
            now[slug].pk,
        )
        for slug in slugs
        if became.get(slug) in ("created", "updated", "kept")
    ]
    return Outcome(counts, events, nouns)


def finish(outcome: Outcome) -> None:
    """When it has been kept: let the database know how much its tables hold now."""
    if outcome.counts.created + outcome.counts.updated:
        take_stock()


def _events(slugs: Iterable[str]) -> dict[str, Event]:
    """The events that have, or ever had, these slugs, as they stand."""
    found: dict[str, Event] = {}
    for batch in in_batches(slugs):
        found.update({row.slug: row.event for row in Slug.objects.select_related("event").filter(slug__in=batch)})
    return found


def _nouns(
    dossier: Dossier, stood: dict[type[models.Model], dict[str, tuple[Any, Row]]]
) -> Iterator[tuple[Any, DoneNoun]]:
    """The rows of this dossier's nouns that are others than they `stood`, each with its instance."""
    for model, part in _PARTS.items():
        was = {key: row for key, (_instance, row) in stood[model].items()}
        now = held(model, (row[NOUNS[model].key] for row in dossier.rows(part)))
        moved = {key: (instance, row) for key, (instance, row) in now.items() if row != was.get(key)}
        changed = [(instance.pk, was[key], row) for key, (instance, row) in moved.items() if key in was]
        shown = record.shown_otherwise(model, changed)
        for key, (instance, row) in sorted(moved.items()):
            yield instance, DoneNoun(model, str(instance), was.get(key), row, instance.pk in shown)
