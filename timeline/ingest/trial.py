"""A dossier tried out: all that it would do to the record, done and then undone, or kept where it is what was agreed.

Trying is doing: what is shown before is found by the same steps that write, so nothing can come out otherwise.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction

from timeline import record
from timeline.models import Change, Country, DataVersion, Event, Leader, Slug, Source, State, Topic, What
from timeline.record import Record
from timeline.record.batches import in_batches

from .dossier import Dossier, DossierError, Fault
from .store import Counts, Terms, store, take_stock

NOUNS: dict[str, Any] = {"country": Country, "leader": Leader, "source": Source, "topic": Topic}


@dataclass(frozen=True)
class Done:
    """What became of one event: "created", "updated" or "kept" as edited. Without `before` it is new."""

    what: str
    before: Record | None
    after: Record
    was_public: bool
    key: int


@dataclass(frozen=True)
class Outcome:
    """What a dossier does. `nouns` are the leaders, sources ... that it makes or changes: (noun, what, name)."""

    counts: Counts
    events: list[Done]
    nouns: list[tuple[str, str, str]]

    @property
    def writes(self) -> bool:
        return bool(self.nouns or self.counts.created or self.counts.updated)

    @property
    def changes_public(self) -> bool:
        """Whether readers have seen something that would be different."""
        return any(one.what == "updated" and one.was_public for one in self.events)

    @cached_property
    def digest(self) -> str:
        """A short text that is another where anything else would be written, or something else stood before it."""
        told = [[one.what, one.before, one.after] for one in self.events]
        return hashlib.sha256(json.dumps([told, self.nouns], sort_keys=True).encode()).hexdigest()


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
    version = DataVersion.objects.values_list("number", flat=True).first() or 0
    slugs = [row["id"] for row in dossier.rows("events")]
    known = _events(slugs)
    before = record.of_all(event.pk for event in known.values())
    became: dict[str, str] = {}
    try:
        counts = store([dossier], analyze=False, terms=terms, became=became)
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
    return Outcome(counts, events, _nouns(version))


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


def _nouns(since: int) -> list[tuple[str, str, str]]:
    """The people, countries, topics and sources that were written after this data version, by noun and name."""
    rows = Change.objects.filter(version__gt=since, noun__in=NOUNS).exclude(what=What.DELETED)
    named: list[tuple[str, str, str]] = []
    for noun, model in NOUNS.items():
        what = {row.key: row.what for row in rows if row.noun == noun}
        for batch in in_batches(what):
            named += [(noun, what[str(one.pk)], str(one)) for one in model.objects.filter(pk__in=batch)]
    return sorted(named)
