"""Events as a dossier: the schema that ingest reads, so that what was taken from one Readout goes into another.

What an export says of itself (where it is from, which versions, what comes next) stands under `export`, which ingest
passes over.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse

from timeline import record
from timeline.batches import in_batches
from timeline.models import Event, Leader, Source, State, Topic
from timeline.record import Record, form
from timeline.record.nouns import leader_row, source_row, topic_row

from .publication import Publication, publications

Row = dict[str, Any]


def one(event: Event, base: str) -> Row:
    """The dossier of one event, with the sources, leaders and topics that it names; `base` is the site's address."""
    (row,) = records([event.pk]).values()
    made = publications([event.pk])[event.pk]
    return {
        "$schema": base + reverse("schema"),
        "dossier": event.slug,
        "title": event.title,
        "export": about(event.slug, made, base),
        **nouns([row]),
        "events": [row],
    }


def about(slug: str, made: Publication, base: str) -> Row:
    """Where an event stands and which version of it this is."""
    return {
        "url": base + reverse("event", args=[slug]),
        "version": made.number,
        "version_date": made.at.isoformat(timespec="seconds"),
        "version_url": base + reverse("version", args=[slug, made.number]),
        "published": made.first_at.isoformat(timespec="seconds"),
    }


def records(event_ids: Iterable[int]) -> dict[int, Record]:
    """The records of these events by id, without links to what readers have never seen."""
    found = record.of_all(event_ids)
    drop_drafts(found.values())
    return found


def drop_drafts(rows: Iterable[Record]) -> None:
    """Take from these records the links to drafts: nobody outside knows that there are any."""
    rows = list(rows)
    hidden: set[str] = set()
    for batch in in_batches({link["event"] for row in rows for link in row["links"]}):
        hidden.update(Event.objects.filter(slug__in=batch, state=State.DRAFT).order_by().values_list("slug", flat=True))
    for row in rows:
        row["links"] = [link for link in row["links"] if link["event"] not in hidden]


# What records name -------------------------------------------------------------------------------------------


def nouns(rows: Iterable[Record]) -> dict[str, list[Row]]:
    """The sources, leaders and topics that these records name, by slug; four queries a thousand."""
    keys = form.named(rows)
    return {noun: rows_of(noun, keys[noun]) for noun in ("sources", "leaders", "topics")}


def rows_of(noun: str, slugs: Iterable[str]) -> list[Row]:
    """The sources, leaders or topics of these slugs as a dossier has them, in the order of the slugs."""
    held, as_row = _NOUNS[noun]
    return [as_row(row) for batch in in_batches(sorted(slugs)) for row in held.filter(slug__in=batch).order_by("slug")]


_NOUNS: dict[str, tuple[Any, Callable[[Any], Row]]] = {
    "sources": (Source.objects.all(), source_row),
    "leaders": (Leader.objects.prefetch_related("posts"), leader_row),
    "topics": (Topic.objects.all(), topic_row),
}
