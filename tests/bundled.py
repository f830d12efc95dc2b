"""The bundled dossiers in the test database, quickly: ingested once a run, their rows copied as they are after that."""

from typing import Any

from django.db import connection, models, transaction

from timeline import search
from timeline.ingest import dossier, store
from timeline.models import Country, SearchText, tables

ROWS_A_STATEMENT = 200
# Table -> its columns and its rows, as the database gives and takes them: no model stands between.
_rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}


def load() -> None:
    """Fill the database with the bundled dossiers alone; there may be people, sources and topics, but no events."""
    if not _rows:
        with transaction.atomic(), connection.cursor() as cursor:
            for model in _models():
                cursor.execute(f"DELETE FROM {_quoted(model._meta.db_table)}")
        store.store([dossier.read(path) for path in dossier.bundled()])
        _rows.update({model._meta.db_table: _read(model) for model in _models()})
        return
    # Rows may point at others that come later: both databases ask about that at the end of the transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (columns, rows) in _rows.items():
            cursor.execute(f"DELETE FROM {_quoted(table)}")
            names = ", ".join(map(_quoted, columns))
            for at in range(0, len(rows), ROWS_A_STATEMENT):
                batch = rows[at : at + ROWS_A_STATEMENT]
                values = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(batch))
                cursor.execute(
                    f"INSERT INTO {_quoted(table)} ({names}) VALUES {values}", [value for row in batch for value in row]
                )
        search.store._index(dict(SearchText.objects.values_list("event", "tokens")))
        _raise_sequences()
    # Without it PostgreSQL may believe the tables to be empty, and walk them in loops for minutes.
    store.take_stock()


def _raise_sequences() -> None:
    """Let PostgreSQL's next numbers lie above those put in, and never lower them.

    What a sequence gives is not undone with a transaction: a test further out may have rows above these.
    """
    if connection.vendor != "postgresql":
        return
    highest = [
        (table, max(row[columns.index("id")] for row in rows))
        for table, (columns, rows) in _rows.items()
        if rows and "id" in columns
    ]
    values = ", ".join(["(%s, %s)"] * len(highest))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(sequence, GREATEST(highest, pg_sequence_last_value(sequence))) FROM"
            " (SELECT pg_get_serial_sequence(name, 'id')::regclass, highest"
            f" FROM (VALUES {values}) AS rows (name, highest)) AS sequences (sequence, highest)",
            [value for row in highest for value in row],
        )


def _models() -> list[type[models.Model]]:
    """Readout's tables but the countries: those are there from the start."""
    return [model for model in tables() if model is not Country]


def _read(model: type[models.Model]) -> tuple[list[str], list[tuple[Any, ...]]]:
    fields = model._meta.local_concrete_fields
    columns = [field.column for field in fields if field.column and not field.generated]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(model._meta.db_table)}")
        return columns, cursor.fetchall()


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
