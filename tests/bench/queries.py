"""The queries of pages as scripts for pgbench, one a page: what the database alone has to do for them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from psycopg import ClientCursor

_BEGIN, _END = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;", "COMMIT;"


def write_scripts(place: str) -> None:
    """Make each page that `place`/addresses names, one a line, and write its queries to `place`/<number>.sql."""
    directory = Path(place)
    client = Client(headers={"host": "127.0.0.1"})
    client.get("/")  # what a process reads only once belongs to no page
    for number, address in enumerate((directory / "addresses").read_text(encoding="utf-8").split()):
        asked: list[str] = []
        with connection.execute_wrapper(_listening(asked)):
            answer = client.get(address)
        if answer.status_code != 200:
            raise ValueError(f"{address} answers {answer.status_code}.")
        (directory / f"{number}.sql").write_text("\n".join([_BEGIN, *asked, _END]) + "\n", encoding="utf-8")


def _listening(asked: list[str]) -> Callable[..., Any]:
    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        written = ClientCursor(connection.connection).mogrify(sql, params)
        # pgbench ends a statement at the line's end.
        asked.append(re.sub(r"\s*\n\s*", " ", written).rstrip("; ") + ";")
        return execute(sql, params, many, context)

    return wrapper
