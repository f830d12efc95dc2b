"""Change lists page by page in whatever order they are sorted: by what stands in a row, never by counting rows off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.admin.views.main import ALL_VAR, ChangeList
from django.core.signing import BadSignature, Signer
from django.db.models import F, Model, OrderBy, Q
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t

from .by_key import Page, cut

MOST_COUNTED = 10_000  # rows; counting on takes the database longer than all else on the page
_CURSORS = ("before", "after")


@dataclass(frozen=True)
class Column:
    """A column of the rows that they stand in the order of; where it may be empty, empty is the least of all."""

    name: str
    falling: bool
    may_be_empty: bool

    @property
    def turned(self) -> "Column":
        return Column(self.name, not self.falling, self.may_be_empty)

    def in_order(self) -> OrderBy:
        """What a query is sorted by. Databases differ in where the empty stand: they are told."""
        if self.falling:
            return F(self.name).desc(nulls_last=True if self.may_be_empty else None)
        return F(self.name).asc(nulls_first=True if self.may_be_empty else None)

    def behind(self, value: Any, further: Q) -> Q:
        """Rows that stand behind one with this value; among those of the same value, the ones that are `further`."""
        if value is None:
            same = Q((f"{self.name}__isnull", True)) & further
            return same if self.falling else same | Q((f"{self.name}__isnull", False))
        sign = "lt" if self.falling else "gt"
        beyond, not_before = Q((f"{self.name}__{sign}", value)), Q((f"{self.name}__{sign}e", value))
        if self.falling and self.may_be_empty:
            empty = Q((f"{self.name}__isnull", True))
            beyond, not_before = beyond | empty, not_before | empty
        # One bound for all that is asked for: an index leads there, as it does not to one of two alternatives.
        return not_before & (beyond | further)


class DeskList(ChangeList):
    """A list of the desk as Django's own, with `after` and `before` in the address instead of page numbers.

    They hold what a row has in the columns that the list is sorted by, which no two rows share altogether. So rows
    that come or go meanwhile move no other to another page, and a late page costs what the first one does. What makes
    no sense, belongs to another order or leads to nothing, leads to the first page.

    A list is sorted by columns of its own rows, or by numbers that its query adds to every row. The page and the count
    are only made when they are shown: what is done with many rows, and a table of them, needs neither.
    """

    show_full_result_count = False
    full_result_count = None
    show_admin_actions = True

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        for name in _CURSORS:  # no filters, and another filter, search or order begins with its own first page
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        return super().get_queryset(request, exclude_parameters)

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        self.columns = list(self._columns(super().get_ordering(request, queryset), queryset))
        return [column.in_order() for column in self.columns]

    def _columns(self, ordering: Iterable[Any], queryset: Any) -> Iterable[Column]:
        falling: dict[str, bool] = {}
        for one in ordering:
            falling.setdefault(one.removeprefix("-"), one.startswith("-"))
        for name, is_falling in falling.items():
            is_own = name != "pk" and name not in queryset.query.annotations
            yield Column(name, is_falling, is_own and self.lookup_opts.get_field(name).null)

    def get_results(self, request: HttpRequest) -> None:
        self.cursors = [request.GET.get(name, "") for name in _CURSORS]

    @cached_property
    def page(self) -> Page[Any]:
        """The rows of this page, and the addresses of the pages next to it."""
        if self.show_all and self.can_show_all:
            return Page(list(self.queryset), "", "")
        before, after = (self._read(cursor) for cursor in self.cursors)
        return cut(self._fetch, self._address, before=before, after=after, size=self.list_per_page)

    @cached_property
    def result_list(self) -> list[Any]:
        return self.page.rows

    @cached_property
    def result_count(self) -> int:  # type: ignore[override]
        """How many rows there are; one more than MOST_COUNTED where there are more than that."""
        return int(self.queryset.order_by()[: MOST_COUNTED + 1].count())

    @property
    def counted(self) -> str:
        """“1 call”, “200 calls”, “more than 10,000 calls”."""
        nouns = self.opts.verbose_name if self.result_count == 1 else self.opts.verbose_name_plural
        if self.result_count > MOST_COUNTED:
            return _t("more than %(most)s %(nouns)s") % {"most": f"{MOST_COUNTED:,}", "nouns": nouns}
        return f"{self.result_count} {nouns}"

    @cached_property
    def can_show_all(self) -> bool:  # type: ignore[override]
        return self.result_count <= self.list_max_show_all

    @property
    def all_address(self) -> str:
        """Where all rows stand on one page; empty where they do already, or are too many."""
        is_part = bool(self.page.before or self.page.after)
        return self.get_query_string({ALL_VAR: ""}) if is_part and self.can_show_all else ""

    def _fetch(self, beyond: list[Any] | None, backwards: bool) -> list[Any]:
        columns = [column.turned if backwards else column for column in self.columns]
        found = self.queryset.order_by(*(column.in_order() for column in columns))
        if beyond is not None:
            further = Q(pk__in=())
            for column, value in reversed(list(zip(columns, beyond, strict=True))):
                further = column.behind(value, further)
            found = found.filter(further)
        return list(found[: self.list_per_page + 1])

    @property
    def _signer(self) -> Signer:
        """Signs for one order of one noun: what was not written here for it is never asked of the database."""
        order = ",".join(f"{'-' if column.falling else ''}{column.name}" for column in self.columns)
        return Signer(sep=".", salt=f"{__name__}:{self.opts.label_lower}:{order}")

    def _address(self, name: str, row: Model) -> str:
        values = (getattr(row, column.name) for column in self.columns)
        told = [value.isoformat() if isinstance(value, date) else value for value in values]
        return self.get_query_string({name: self._signer.sign_object(told, compress=True)})

    def _read(self, cursor: str) -> list[Any] | None:
        try:
            values: list[Any] = self._signer.unsign_object(cursor)
        except BadSignature:
            return None
        return values
