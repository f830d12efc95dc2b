"""Search: words are folded into plain ASCII tokens by Python, for the index and for a query alike.

PostgreSQL (GIN over an array of tokens) and SQLite (FTS5) only ever see those tokens, so both find the same
events. Case and diacritics are folded away; Chinese, Japanese and Korean text becomes pairs of characters.

A query: all words must match; "quotes" hold a phrase together; -word excludes.
"""

from .ask import ids, in_any_state, learned
from .expressions import matching
from .query import Query, hits, parse
from .store import forget, refresh
from .words import fold, tokens

__all__ = [
    "Query",
    "fold",
    "forget",
    "hits",
    "ids",
    "in_any_state",
    "learned",
    "matching",
    "parse",
    "refresh",
    "tokens",
]
