"""Many rows at once in one query: no database takes so many parameters, but each reads a list in a text."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Func, Value


def among(name: str, ids: Iterable[int]) -> Func:
    """The condition that the column `name` holds one of these ids, however many they are."""
    start, end = "{}" if connection.vendor == "postgresql" else "[]"
    return _Among(name, Value(f"{start}{','.join(map(str, ids))}{end}"))


class _Among(Func):
    arg_joiner = " IN (SELECT value FROM json_each("
    template = "(%(expressions)s)))"
    output_field = BooleanField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, arg_joiner=" = ANY(CAST(", template="(%(expressions)s AS bigint[])))", **more
        )
