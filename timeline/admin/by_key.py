"""Long lists of the desk page by page: by a number that rows keep, never by counting them off."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from .choices import can_be_key

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows in their order, and the query strings of the pages next to it; empty where nothing is."""

    rows: list[Row]
    before: str
    after: str


def page_of(rows: "QuerySet[Row]", request: HttpRequest, *, column: str, size: int, falling: bool) -> Page[Row]:
    """The page that `after` or `before` in the address asks for: `size` rows behind, or before, the one of that number.

    `column` is a number that no two of the rows share; `falling`: the greatest first. Rows that come or go meanwhile
    move no other to another page. What makes no sense, or leads to nothing, leads to the first page.
    """
    before, after = (_number(rows, request.GET.get(name, "")) for name in ("before", "after"))
    backwards = after is None and before is not None
    beyond = before if backwards else after
    downwards = falling != backwards
    ordered = rows.order_by(f"-{column}" if downwards else column)
    found: list[Row] = []
    if beyond is not None:
        found = list(ordered.filter(**{f"{column}__{'lt' if downwards else 'gt'}": beyond})[: size + 1])
    if not found:
        backwards, beyond = False, None
        found = list(rows.order_by(f"-{column}" if falling else column)[: size + 1])
    shown, more = found[:size], len(found) > size
    if backwards:
        shown.reverse()
    return Page(
        shown,
        before=f"?before={_of(shown[0], column)}" if (more if backwards else beyond is not None) else "",
        after=f"?after={_of(shown[-1], column)}" if more or backwards else "",
    )


def _number(rows: QuerySet[Any], text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and can_be_key(rows.model, text) else None


def _of(row: Model, column: str) -> int:
    return int(getattr(row, column))
