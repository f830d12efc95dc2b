"""Long lists of the desk page by page: by a number that rows keep, never by counting them off."""

from collections.abc import Callable
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

    def fetch(beyond: int | None, backwards: bool) -> list[Row]:
        downwards = falling != backwards
        ordered = rows.order_by(f"-{column}" if downwards else column)
        if beyond is not None:
            ordered = ordered.filter(**{f"{column}__{'lt' if downwards else 'gt'}": beyond})
        return list(ordered[: size + 1])

    before, after = (_number(rows, request.GET.get(name, "")) for name in ("before", "after"))
    return cut(fetch, lambda name, row: f"?{name}={_of(row, column)}", before=before, after=after, size=size)


def cut(
    fetch: Callable[[Any, bool], list[Row]],
    address: Callable[[str, Row], str],
    *,
    before: Any,
    after: Any,
    size: int,
) -> Page[Row]:
    """The page of `size` rows behind `after`, or before `before`; the first where both are None or lead to nothing.

    `fetch(beyond, backwards)` gives one row more than a page has, if there is one: the next ones behind `beyond`,
    from the beginning where that is None; backwards, those before it, the nearest first. `address("after", row)` is
    the query string of what stands behind a row, "before" of what stands before it.
    """
    backwards = after is None and before is not None
    beyond = before if backwards else after
    found = fetch(beyond, backwards) if beyond is not None else []
    if not found:
        backwards, beyond = False, None
        found = fetch(None, False)
    shown, more = found[:size], len(found) > size
    if backwards:
        shown.reverse()
    return Page(
        shown,
        before=address("before", shown[0]) if (more if backwards else beyond is not None) else "",
        after=address("after", shown[-1]) if more or backwards else "",
    )


def _number(rows: QuerySet[Any], text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and can_be_key(rows.model, text) else None


def _of(row: Model, column: str) -> int:
    return int(getattr(row, column))
