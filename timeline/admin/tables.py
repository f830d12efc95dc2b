"""Tables (CSV) of events, leaders and sources: into the record, and out of the lists."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import duplicates, edtf, record
from timeline.models import Doing, Event, Origin
from timeline.tables import EVENTS, Plan, Planned, Table, TableError, plan, sheet
from timeline.tables.events import is_public

from .imports import SHOWN, ChangedNoun, Import, Note, Preview, Refusal, Shown, Told, Written
from .uploads import Upload
from .writing import cannot_be_asked, editor, kind_admins

CSV = "text/csv; charset=utf-8; header=present"


class TableImport(Import[Plan]):
    """A table of this admin's noun."""

    purpose = "import"
    doing = Doing.TABLE
    template = "import"
    accept = ".csv,.tsv,.txt,text/csv,text/tab-separated-values"

    def __init__(self, modeladmin: Any, table: Table) -> None:
        super().__init__(modeladmin)
        self.table = table

    @property
    def nouns(self) -> str:
        return str(self.opts.verbose_name_plural)

    @property
    def link(self) -> str:
        return _t("Import")

    @property
    def title(self) -> str:
        return _t("Import %s from a table") % self.nouns

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(self.admin.has_add_permission(request) or self.admin.has_change_permission(request))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        return {"columns": self.table.columns, "most_rows": f"{sheet.MOST_ROWS:,}"}

    def check(self, request: HttpRequest, upload: Upload) -> None:
        self._read(upload)

    def look(self, request: HttpRequest, upload: Upload) -> Plan:
        return plan(self.table, self._read(upload), lambda row: self.refusal(request, row))

    def _read(self, upload: Upload) -> sheet.Sheet:
        try:
            return sheet.read(upload.data, self.table.names)
        except TableError as error:
            raise _refusal(error) from error

    def refusal(self, request: HttpRequest, row: Planned) -> str:
        """Why this row may not be written by who sends it; “”: it may."""
        if row.is_new and not self.admin.has_add_permission(request):
            return _t("You may not add %s.") % self.nouns
        if row.is_changed and not self.admin.has_change_permission(request, row.held):
            return _t("You may not change %s.") % self.nouns
        return ""

    def summary(self, found: Plan) -> Preview:
        created, changed = found.created, found.changed
        counts = {"created": len(created), "changed": len(changed), "unchanged": found.unchanged}
        return Preview(
            counts=counts | {"faults": len(found.faults)},
            digest=found.digest,
            can_be_written=found.writes,
            asks_for_note=bool(self.shown(found)),
        )

    def preview(self, found: Plan) -> Preview:
        created, changed = found.created[:SHOWN], found.changed[:SHOWN]
        differences, shown = self.table.differences(changed), self.shown(found)
        return replace(
            self.summary(found),
            faults=[_told(fault) for fault in found.faults[:SHOWN]],
            wanting=self._wanting(found),
            created=[
                Shown(_row(row), self.label(row), values=self._values(row), twins=self.twins(row), missing=wanting)
                for row, wanting in zip(created, self.table.missing(created), strict=True)
            ],
            changed=[
                Shown(_row(row), self.label(row), changes=changes, missing=wanting, is_public=row.held.pk in shown)
                for row, changes, wanting in zip(changed, differences, self.table.missing(changed), strict=True)
            ],
        )

    def carry_out(self, request: HttpRequest, upload: Upload, note: Note, agree: Any) -> Written:
        found = self.look(request, upload)
        agree(found)
        shown = self.shown(found)
        try:
            with record.writing(origin=Origin.EDITOR, by=editor(request)) as writer:
                self.table.write(found, writer, note.reason)
                self.explain(writer, [row for row in found.changed if row.held.pk in shown], note)
        except TableError as error:
            raise _refusal(error) from error
        return Written(
            [row.held for row in found.created],
            [row.held for row in found.changed],
            self.corrected(shown),
            self.nouns_of([*found.created, *found.changed]),
        )

    # What a noun says of its rows --------------------------------------------------------------------------------

    def label(self, row: Planned) -> str:
        """What the row is of, in words."""
        return str(row.after.get("name") or row.after.get("title") or row.after["id"])

    def shown(self, found: Plan) -> set[int]:
        """The keys of the changed rows that readers see something else of then, and are told why."""
        return record.shown_otherwise(
            self.table.model, [(row.held.pk, row.before or {}, row.after) for row in found.changed]
        )

    def explain(self, writer: record.Writer, rows: Iterable[Planned], note: Note) -> None:
        """Keep with these rows what readers are told of their change."""
        for row in rows:
            writer.explain(row.held, correction=note.correction, reason=note.not_correction)

    def corrected(self, shown: set[int]) -> Sequence[int]:
        """Of what readers see otherwise then, the events."""
        return ()

    def nouns_of(self, rows: Iterable[Planned]) -> Sequence[ChangedNoun]:
        """Of the written rows, those that have no versions."""
        return [(self.table.model, row.before, row.after) for row in rows]

    def twins(self, row: Planned) -> Sequence[Event]:
        """The entries that a new row is likely a second one of."""
        return ()

    def _wanting(self, found: Plan) -> list[Told]:
        told = {(fault.row, fault.expected) for fault in found.faults}
        faulty = found.faulty[:SHOWN]
        lacking = [
            (row, [one for one in some if (row.line.number, one) not in told])
            for row, some in zip(faulty, self.table.missing(faulty), strict=True)
        ]
        return [Told(_row(row), "", " ".join(some)) for row, some in lacking if some]

    def _values(self, row: Planned) -> list[tuple[str, str]]:
        cells = ((column.name, column.write(row.after)) for column in self.table.columns)
        return [(name, cell) for name, cell in cells if cell]


class EventTableImport(TableImport):
    """Events of all kinds; who may change which is for the admin of its kind to say."""

    @property
    def title(self) -> str:
        return _t("Import meetings, calls and statements from a table")

    def is_allowed(self, request: HttpRequest) -> bool:
        return any(
            one.has_add_permission(request) or one.has_change_permission(request)
            for one in kind_admins(self.site).values()
        )

    def refusal(self, request: HttpRequest, row: Planned) -> str:
        own = kind_admins(self.site).get((row.before or row.after)["kind"])
        if own is None:
            return ""  # no kind: the rules have said so
        if row.is_new and not own.has_add_permission(request):
            return _t("You may not add %s.") % str(own.opts.verbose_name_plural)
        if row.is_changed and not own.has_change_permission(request, row.held):
            return _t("You may not change this entry: it is not a draft.")
        if row.is_changed and is_public(row) and not own.has_publish_permission(request, row.held):
            return _t("You may not change what readers see.")
        return ""

    def label(self, row: Planned) -> str:
        return f"{row.after['title']} ({edtf.words(row.after['date'])})"

    def shown(self, found: Plan) -> set[int]:
        return {row.held.pk for row in found.changed if is_public(row)}

    def explain(self, writer: record.Writer, rows: Iterable[Planned], note: Note) -> None:
        """Nothing: the reason stands with each version."""

    def corrected(self, shown: set[int]) -> Sequence[int]:
        return sorted(shown)

    def nouns_of(self, rows: Iterable[Planned]) -> Sequence[ChangedNoun]:
        return ()

    def twins(self, row: Planned) -> Sequence[Event]:
        return duplicates.likely(row.after)


def _row(row: Planned) -> str:
    return _t("Row %d") % row.line.number


def _told(fault: sheet.Fault) -> Told:
    where = [_t("Row %d") % fault.row] if fault.row else []
    return Told(", ".join([*where, *([fault.column] if fault.column else [])]), fault.short_value, fault.expected)


def _refusal(error: TableError) -> Refusal:
    return Refusal(_told(fault) for fault in error.faults)


# Out of the lists ------------------------------------------------------------------------------------------------


class Tables:
    """A list that can be taken away as a table, as it is filtered, and imported into; part of the admin of a noun."""

    table: ClassVar[Table]
    opts: Any
    admin_site: admin.AdminSite
    change_list_template: Any = "admin/timeline/tables/change_list.html"

    def imports(self) -> list[Import[Any]]:
        """The sorts of files that are imported under this noun's address."""
        return [TableImport(self, self.table)]

    def offered(self) -> list[Import[Any]]:
        """The sorts of files that its list leads to."""
        return self.imports()

    def get_urls(self) -> list[Any]:
        export = self.admin_site.admin_view(self.export_view)
        return [
            path("export/", export, name=f"timeline_{self.opts.model_name}_export"),
            *(url for one in self.imports() for url in one.urls()),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        tools = {
            "imports": [one for one in self.offered() if one.is_allowed(request)],
            "export_address": reverse(f"admin:timeline_{self.opts.model_name}_export") + query,
        }
        return super().changelist_view(request, extra_context={**tools, **(extra_context or {})})  # type: ignore[misc]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """All that the list shows with the same query string, in its order."""
        if not self.has_view_or_change_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        listed = reverse(f"admin:timeline_{self.opts.model_name}_changelist")
        if cannot_be_asked(request):
            return HttpResponseRedirect(listed)
        try:
            rows = self.get_changelist_instance(request).queryset  # type: ignore[attr-defined]
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"{listed}?e=1")
        return as_table(self.table, rows, self.opts.verbose_name_plural)


class KindTables(Tables):
    """The list of events of one kind; tables and dossiers hold events of all kinds."""

    table = EVENTS

    def imports(self) -> list[Import[Any]]:
        return []

    def offered(self) -> list[Import[Any]]:
        events: Any = self.admin_site.get_model_admin(Event)
        found: list[Import[Any]] = events.imports()
        return found


@admin.action(permissions=["view"], description=_("Download the selected %(verbose_name_plural)s as a table (CSV)"))
def table_selected(modeladmin: Any, request: HttpRequest, queryset: Any) -> HttpResponseBase:
    """The selected rows as a CSV file."""
    return as_table(modeladmin.table, queryset, modeladmin.opts.verbose_name_plural)


def as_table(table: Table, queryset: Any, name: Any) -> HttpResponseBase:
    """These rows as a CSV file, sent while it is read."""
    keys = list(queryset.prefetch_related(None).values_list("pk", flat=True))
    response = StreamingHttpResponse(table.pages(keys), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{file_name(name)}.csv"'
    return response


def file_name(name: Any) -> str:
    """What a file of these rows is called, without its ending: readout-meetings-2025-11-25."""
    return f"readout-{slugify(str(name)) or 'rows'}-{timezone.localdate()}"
