"""Reading the record as it stands at one moment: all queries of a page see the same data version."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction
from psycopg import IsolationLevel

# The data version of the snapshot that is open: it stays while the snapshot does.
_seen: ContextVar[int | None] = ContextVar("seen", default=None)


def data_version() -> int:
    """The number of the last write to public content, 0 before the first; one query, a single row.

    Inside a snapshot the number is known, and nothing is asked.
    """
    seen = _seen.get()
    return asked_version() if seen is None else seen


def asked_version() -> int:
    """The same number as the database gives it now, snapshot or not; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM timeline_dataversion WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


@contextmanager
def snapshot() -> Iterator[int]:
    """Let everything inside see the database as it is now, whatever others write meanwhile; gives its data version.

    Nothing can be written inside. Within a transaction that is open already, that transaction's own view holds.
    """
    if _seen.get() is not None or connection.in_atomic_block:
        with _seeing() as version:
            yield version
    else:
        with _sqlite() if connection.vendor == "sqlite" else _postgresql(), _seeing() as version:
            yield version


@contextmanager
def _seeing() -> Iterator[int]:
    token = _seen.set(data_version())
    try:
        yield data_version()
    finally:
        _seen.reset(token)


@contextmanager
def _sqlite() -> Iterator[None]:
    """A deferred transaction: it takes no lock, and its view stands from its first query on."""
    connection.ensure_connection()  # which reads the settings
    backend: Any = connection
    usual, backend.transaction_mode = backend.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic():
            backend.transaction_mode = usual
            yield
    finally:
        backend.transaction_mode = usual


@contextmanager
def _postgresql() -> Iterator[None]:
    connection.ensure_connection()
    client: Any = connection.connection
    usual = client.isolation_level, client.read_only
    client.isolation_level, client.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with transaction.atomic():
            yield
    finally:
        client.isolation_level, client.read_only = usual
