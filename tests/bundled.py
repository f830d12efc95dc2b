"""The bundled dossiers in the test database, quickly: ingested once a run, copied row by row after that."""

from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from timeline import search
from timeline.ingest import dossier, store
from timeline.models import (
    Change,
    Citation,
    Contact,
    DataVersion,
    Event,
    Leader,
    Link,
    Participation,
    Point,
    Post,
    Readout,
    SearchText,
    Slug,
    Source,
    Tagging,
    Topic,
    Version,
)
from timeline.models.guard import unlocked

# In an order in which no row points at one that is still to come.
MODELS: list[type[models.Model]] = [
    Source,
    Topic,
    Leader,
    Post,
    Event,
    Slug,
    Participation,
    Tagging,
    Readout,
    Point,
    Citation,
    Link,
    Contact,
    Version,
    SearchText,
    Change,
    DataVersion,
]
_rows: dict[type[models.Model], list[dict[str, Any]]] = {}


def load() -> None:
    """Fill an empty database with the bundled dossiers."""
    if not _rows:
        store.store([dossier.read(path) for path in dossier.bundled()])
        for model in MODELS:
            _rows[model] = list(model._default_manager.order_by("pk").values())
        return
    DataVersion.objects.all().delete()
    Change.objects.all().delete()
    with unlocked(lambda row, what: None):
        for model in MODELS:
            # A head may have a higher id than what hangs from it: such references are put in at the end.
            rows = [{**row, "hangs_from_id": None} if model is Event else row for row in _rows[model]]
            model._default_manager.bulk_create(model(**row) for row in rows)
        hanging = [row for row in _rows[Event] if row["hangs_from_id"]]
        Event.objects.bulk_update([Event(**row) for row in hanging], ["hangs_from"])
    search._index({row["event_id"]: row["tokens"] for row in _rows[SearchText]})
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), MODELS):
            cursor.execute(statement)
