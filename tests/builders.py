"""Small makers of what tests need in the record; all of it goes through the one writer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tests import bundled
from timeline import record
from timeline.ingest import dossier, store
from timeline.models import Event, Leader, Post, Source, State, Topic, tables

Record = dict[str, Any]

TAKAICHI, TRUMP, XI = "sanae-takaichi", "donald-trump", "xi-jinping"
SOURCE = "jiji"


# People, sources, topics -----------------------------------------------------------------------------------


def leader(slug: str = TAKAICHI, name: str = "", country: str = "JP", **post: str) -> Leader:
    """A leader with one post; `title`, `since` and `until` are the post's."""
    with record.writing():
        return _leader(slug, name, country, **post)


def _leader(slug: str, name: str, country: str, **post: str) -> Leader:
    name = name or slug.replace("-", " ").title()
    made = Leader(slug=slug, name=name, family_name=name.split()[-1])
    made.save()
    Post(leader=made, country_id=country, **{"title": "Prime Minister", **post}).save()
    return made


def source(slug: str = SOURCE, **more: str) -> Source:
    with record.writing():
        return _source(slug, **more)


def _source(slug: str, **more: str) -> Source:
    made = Source(slug=slug, **{"publisher": "Jiji Press", "title": "What was said", **more})
    made.save()
    return made


def topic(slug: str = "taiwan", name: str = "Taiwan") -> Topic:
    with record.writing():
        made = Topic(slug=slug, name=name)
        made.save()
    return made


def cast() -> None:
    """Takaichi, Trump and Xi, one source and the topic Taiwan: what the records below name."""
    with record.writing():
        _leader(TAKAICHI, "Sanae Takaichi", "JP")
        _leader(TRUMP, "Donald Trump", "US", title="President")
        _leader(XI, "Xi Jinping", "CN", title="President")
        _source(SOURCE)
        Topic(slug="taiwan", name="Taiwan").save()


# Records ---------------------------------------------------------------------------------------------------


def _record(kind: str, slug: str, date: str, people: list[Record], more: Record) -> Record:
    whole = {
        "id": slug,
        "kind": kind,
        "title": f"They speak: {slug}",
        "date": date,
        "occurrence": "took_place",
        "participants": people,
        "citations": [{"source": SOURCE}],
    }
    return {**whole, **more}


def person(slug: str, role: str = "principal", **more: Any) -> Record:
    return {"leader": slug, "role": role, **more}


def call(slug: str = "call", date: str = "2025-11-25", **more: Any) -> Record:
    return _record("call", slug, date, [person(TAKAICHI), person(TRUMP)], more)


def meeting(slug: str = "meeting", date: str = "2025-11-25", **more: Any) -> Record:
    return _record("meeting", slug, date, [person(TAKAICHI), person(XI)], more)


def statement(
    slug: str = "statement", date: str = "2025-11-25", about: str = "", relation: str = "about", **more: Any
) -> Record:
    if about:
        more["links"] = [{"relation": relation, "event": about}, *more.get("links", [])]
    return _record("statement", slug, date, [person(TAKAICHI, "speaker")], more)


def account(side: str, *texts: str, certainty: str = "reported", **more: Any) -> Record:
    points = [{"text": text, "certainty": certainty} for text in texts]
    return {"side": side, "points": points, **more}


# Writing ---------------------------------------------------------------------------------------------------


def write(row: Record, *, state: str = State.PUBLISHED, **options: Any) -> Event:
    """The event of this record, new or (found by its slug) changed, in a block of its own."""
    with record.writing() as writer:
        return writer.write(row, event=writer.find(row["id"]), state=state, **options).event


def publish(*rows: Record) -> list[Event]:
    """These records published in one block."""
    with record.writing() as writer:
        return [writer.write(row, event=writer.find(row["id"]), state=State.PUBLISHED).event for row in rows]


def event(slug: str) -> Event:
    """The event as the database has it now."""
    return Event.objects.get(slug=slug)


# The bundled dossiers ----------------------------------------------------------------------------------------


def ingest_bundled() -> store.Counts:
    return store.store([dossier.read(path) for path in dossier.bundled()])


def bundled_events() -> list[Record]:
    """The bundled dossiers' events as their files have them."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in dossier.bundled()]
    return [row for file in files for row in file["events"]]


@contextmanager
def everything_bundled(blocker: Any) -> Iterator[None]:
    """The bundled dossiers in the database until the block ends: for a module's fixture."""
    with blocker.unblock(), transaction.atomic():
        bundled.load()
        connection.check_constraints()  # or PostgreSQL would look at every row again after each test
        yield
        transaction.set_rollback(True)


def take_stock() -> None:
    """Tell PostgreSQL how much the tables hold, as it would find out by itself within a minute."""
    if connection.vendor == "postgresql":
        store.take_stock()


def dump() -> dict[str, list[Record]]:
    """Every row of Readout's own tables, as the database gives it: most tests look twice at all of it."""
    found = {}
    with connection.cursor() as cursor:
        for model in tables():
            key = model._meta.pk
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY {key.column}")
            names = [column[0] for column in cursor.description]
            found[model.__name__] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found
