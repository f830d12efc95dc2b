"""How each database is asked for ids by its full-text index: in SQL, all of a query in one statement."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from pyroaring import BitMap


def asked(parts: list[tuple[str, list[str]]]) -> list[BitMap]:
    """The ids that each part gives, in one statement; none where there is no part."""
    if not parts:
        return []
    statement = " UNION ALL ".join(f"SELECT {place}, {sql}" for place, (sql, _values) in enumerate(parts))
    with connection.cursor() as cursor:
        cursor.execute(
            _SEARCHES[connection.vendor].around % statement, [value for _sql, values in parts for value in values]
        )
        while cursor.description is None:
            cursor.nextset()
        rows = sorted(cursor.fetchall())
    # Hundreds of thousands of numbers may stand there: JSON's parser reads them in half of the time of split and int.
    return [BitMap(json.loads(f"[{joined}]")) if joined else BitMap() for _place, joined in rows]


def holding(tokens: set[str], phrases: Iterable[tuple[str, ...]]) -> tuple[str, list[str]]:
    """SQL that gives the ids of the texts that hold all tokens and each phrase, in one value with commas."""
    together = [f" {' '.join(phrase)} " for phrase in phrases if len(phrase) > 1]
    wanted = _SEARCHES[connection.vendor]
    if not together:
        return wanted.plain, [wanted.joined(tokens)]
    return f"{wanted.among}{wanted.phrase * len(together)}", [wanted.joined(tokens), *together]


@dataclass(frozen=True)
class _Search:
    """How one database is asked for ids: by tokens alone, among texts, and for a phrase in such a text."""

    around: str
    operator: str
    quote: str
    plain: str
    among: str
    phrase: str

    def joined(self, tokens: set[str]) -> str:
        return self.operator.join(f"{self.quote}{token}{self.quote}" for token in sorted(tokens))


# PostgreSQL would rather read every text than ask the index for a common word, and then takes each text apart: 20
# times as long. With too little memory it forgets which rows of a page were meant, and takes them all apart again.
_BY_INDEX = """SET LOCAL enable_seqscan TO off; SET LOCAL work_mem TO '64MB';
%s;
SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL work_mem TO DEFAULT"""
_GIN = """string_agg(event_id::text, ',') FROM timeline_searchtext
WHERE array_to_tsvector(string_to_array(tokens, ' ')) @@ %s::tsquery"""
_SEARCHES = {
    "sqlite": _Search(
        around="%s",
        operator=" AND ",
        quote='"',
        plain="group_concat(rowid) FROM timeline_search WHERE timeline_search MATCH %s",
        among="""group_concat(event_id) FROM timeline_searchtext
        WHERE event_id IN (SELECT rowid FROM timeline_search WHERE timeline_search MATCH %s)""",
        phrase=" AND instr(' ' || tokens || ' ', %s) > 0",
    ),
    "postgresql": _Search(
        around=_BY_INDEX,
        operator=" & ",
        quote="'",
        plain=_GIN,
        among=_GIN,
        phrase=" AND strpos(' ' || tokens || ' ', %s) > 0",
    ),
}
