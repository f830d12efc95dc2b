"""The full-text indexes over the search texts' tokens: FTS5 on SQLite, GIN on PostgreSQL."""

from typing import Any

from django.db import migrations

SQLITE = [
    # The texts stay in the table beside it; detail=none, since only whole tokens are ever asked for.
    """
    CREATE VIRTUAL TABLE timeline_search USING fts5(
        tokens, content='timeline_searchtext', content_rowid='event_id', tokenize='ascii', detail='none'
    )
    """,
    "INSERT INTO timeline_search(timeline_search) VALUES ('rebuild')",
]
POSTGRESQL = [
    """
    CREATE INDEX timeline_searchtext_tokens ON timeline_searchtext
    USING gin (array_to_tsvector(string_to_array(tokens, ' ')))
    """,
]
UNDO = {"sqlite": ["DROP TABLE timeline_search"], "postgresql": ["DROP INDEX timeline_searchtext_tokens"]}


def make(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def undo(apps: Any, schema_editor: Any) -> None:
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]

    operations = [migrations.RunPython(make, undo)]
