"""The same search as a condition that other conditions stand beside, for a query that only excludes."""

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from timeline.models import SearchText

from .query import Query


def matching(query: Query) -> QuerySet[SearchText]:
    """The search texts that a query matches; their primary keys are event ids."""
    found = SearchText.objects.alias(padded=Concat(Value(" "), "tokens", Value(" "), output_field=TextField()))
    if needed := sorted({token for phrase in query.phrases for token in phrase}):
        found = found.filter(_holds_all(needed))
    for phrase in query.phrases:
        if len(phrase) > 1:
            found = found.filter(padded__contains=f" {' '.join(phrase)} ")
    for phrase in query.excluded:
        together = Q(padded__contains=f" {' '.join(phrase)} ") if len(phrase) > 1 else Q()
        found = found.exclude(Q(_holds_all(sorted(set(phrase)))) & together)
    return found


class _InFts5(Func):
    """SQLite: the row is among those that the full-text table gives."""

    template = "(%(expressions)s))"
    arg_joiner = " IN (SELECT rowid FROM timeline_search WHERE timeline_search MATCH "
    output_field = BooleanField()


class _InGin(Func):
    """PostgreSQL: the row's tokens, as the index holds them, match."""

    template = "(array_to_tsvector(string_to_array(%(expressions)s::tsquery)"
    arg_joiner = ", ' ')) @@ "
    output_field = BooleanField()


def _holds_all(needed: list[str]) -> Func:
    if connection.vendor == "sqlite":
        return _InFts5(F("pk"), Value(" AND ".join(f'"{token}"' for token in needed)))
    return _InGin(F("tokens"), Value(" & ".join(f"'{token}'" for token in needed)))
