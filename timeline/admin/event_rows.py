"""The rows below an event's form: participants, readouts with their points, citations, links.

The rows aren't tied to database rows: the form shows what there is, and what comes back is the new list as a
whole, in its order. So two editors' forms, and the writer that makes such rows anew, can't get out of step.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from timeline.models import ROLES, Citation, Event, Link, Participation, Readout, Role, Source
from timeline.models.sources import web_address

from . import new_sources
from .choices import EventField, EventSelect, fetch_choices
from .dates import DateField
from .event_forms import UncheckedForm
from .notes import plain_line_ends
from .points import Line, PointsField, on_line, write
from .writing import CarefulChoices

MOST_ROWS = 300


class RowForm(UncheckedForm):
    """One row. It counts where something was typed in it, apart from the fields named in `beside`."""

    beside: ClassVar[frozenset[str]] = frozenset({"DELETE"})
    fields_of: ClassVar[dict[str, str]] = {}  # the record's name -> the form's, where they differ

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def name_fields(self) -> None:
        """Say what each field is called where the table's head alone would."""
        for field in self.fields.values():
            widget: Any = getattr(field.widget, "widget", field.widget)
            widget.attrs["aria-label"] = field.label

    def has_changed(self) -> bool:
        return any(name not in self.beside for name in self.changed_data)

    def as_record(self) -> dict[str, Any]:
        """The row under the record's names."""
        raise NotImplementedError

    def place(self, path: tuple[str | int, ...], message: str) -> None:
        """Show a problem at the field that it belongs to."""
        name = self.fields_of.get(str(path[0]), str(path[0])) if path else None
        self.add_error(name if name in self.fields else None, message)


class RowFormSet(BaseInlineFormSet):
    """The rows of one part of the record; `part` is its name there."""

    part: str
    kind: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial_extra:
            self.extra += len(self.initial_extra)
            self.max_num = max(self.max_num, self.extra)

    def initial_form_count(self) -> int:
        # What comes back is the whole list; a count of rows that were there before means nothing.
        return 0 if self.is_bound else super().initial_form_count()

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "kind": self.kind}

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name in ("id", self.fk.name):
            form.fields[name].disabled = True
            form.fields[name].required = False

    @cached_property
    def forms(self) -> Any:
        """The rows' forms, with what is chosen in them fetched together."""
        found = super().forms
        fetch_choices(found)
        return found

    def clean(self) -> None:
        """Nothing: the record's rules look at all rows together."""

    def rows(self) -> list[RowForm]:
        """The rows that stand: neither left empty nor marked for deletion."""
        forms: list[Any] = self.forms
        return [form for form in forms if form.has_changed() and not form.cleaned_data.get("DELETE")]

    def refuse(self, message: str) -> None:
        """Show a problem of the rows as a whole."""
        self.non_form_errors().append(message)


class RowsInline(CarefulChoices, admin.options.InlineModelAdmin):
    """The rows of an event as a list to be sent back whole, by whoever may change the event."""

    formset = RowFormSet
    fk_name = "event"
    extra = 0
    max_num = MOST_ROWS
    extra_when_new: ClassVar[int] = 0

    part: ClassVar[str]

    def rows_of(self, event: Event) -> list[dict[str, Any]]:
        """The initial values of the rows that there are."""
        raise NotImplementedError

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, absolute_max=MOST_ROWS, **kwargs)
        formset.part = self.part  # type: ignore[attr-defined]
        formset.kind = self._parent().kind  # type: ignore[attr-defined]
        return formset

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return self.extra if obj else self.extra_when_new

    def _parent(self) -> Any:
        return self.admin_site.get_model_admin(self.parent_model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        parent = self._parent()
        return bool(parent.has_change_permission(request, obj) if obj else parent.has_add_permission(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self._parent().has_view_or_change_permission(request, obj)) or self.has_add_permission(request)


# Participants --------------------------------------------------------------------------------------------


class ParticipantForm(RowForm):
    beside = frozenset({"role", "DELETE"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" not in self.fields:
            return  # it is only being looked at
        roles = ROLES[self.kind]
        self.fields["role"].choices = [(role, Role(role).label) for role in roles]  # type: ignore[attr-defined]
        self.fields["role"].initial = roles[0]
        self.fields["country"].required = False
        self.name_fields()
        self.fields["leader"].widget.widget.attrs["data-post-address"] = reverse("admin:timeline_leader_post")

    def as_record(self) -> dict[str, Any]:
        leader, country = self.cleaned_data["leader"], self.cleaned_data["country"]
        return {
            "leader": leader.slug if leader else None,
            "role": self.cleaned_data["role"],
            "country": country.code if country else None,
            "title": self.cleaned_data["title"],
        }


class ParticipantInline(RowsInline, admin.TabularInline):
    model = Participation
    form = ParticipantForm
    part = "participants"
    fields = ("leader", "role", "country", "title")
    autocomplete_fields = ("leader", "country")
    extra_when_new = 2

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        help_texts = {
            "country": _("Left empty: the country of the post that the leader held that day."),
            "title": _("Only for a delegation without a named leader: what it was."),
        }
        return super().get_formset(request, obj, help_texts=help_texts, **kwargs)

    def rows_of(self, event: Event) -> list[dict[str, Any]]:
        return [
            {"leader": one.leader_id, "role": one.role, "country": one.country_id, "title": one.title}
            for one in event.participations.all()
        ]


# Readouts ------------------------------------------------------------------------------------------------


class ReadoutForm(RowForm):
    beside = frozenset({"issued", "DELETE"})
    _lines: list[Line]

    points = PointsField(widget=forms.Textarea(attrs={"rows": 6, "cols": 100}))

    def as_record(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "side": values["side"].code,
            "given_by": values["given_by"].slug if values["given_by"] else None,
            "given_as": values["given_as"],
            "source": values["source"].slug if values["source"] else None,
            "date": values["date"],
            "issued": values["issued"],
            "points": [line.as_record() for line in values["points"]],
        }

    def place(self, path: tuple[str | int, ...], message: str) -> None:
        match path:
            case ("points", int(number), *_rest):
                # The form forgets a field's value with its first error.
                self._lines = self.cleaned_data.get("points") or self._lines
                self.add_error("points", on_line(self._lines[number].number, message))
            case _:
                super().place(path, message)


class ReadoutInline(RowsInline, admin.StackedInline):
    model = Readout
    form = ReadoutForm
    part = "readouts"
    fields = (("side", "issued"), ("given_by", "given_as"), ("source", "date"), "points")
    autocomplete_fields = ("side", "given_by", "source")

    def rows_of(self, event: Event) -> list[dict[str, Any]]:
        return [
            {
                "side": one.side_id,
                "given_by": one.given_by_id,
                "given_as": one.given_as,
                "source": one.source_id,
                "date": one.date,
                "issued": one.issued,
                "points": self.points(one),
            }
            for one in event.readouts.prefetch_related("points")
        ]

    @admin.display(description=_("points"))
    def points(self, readout: Readout) -> str:
        return write(
            {"text": point.text, "certainty": point.certainty, "disclosure": point.disclosure}
            for point in readout.points.all()
        )


# Citations -----------------------------------------------------------------------------------------------


class CitationForm(RowForm):
    """A citation of a known source, or of a new one by its address; the writer's block makes that one."""

    source: Any
    new_source: Source | None = None

    address = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Or a new source: its address"),
        widget=forms.URLInput(
            attrs={
                "size": 60,
                "placeholder": "https://",
                "data-source-address": reverse_lazy("admin:timeline_source_known"),
            }
        ),
    )
    headline = forms.CharField(
        required=False, max_length=300, label=_("Its title"), widget=forms.TextInput(attrs={"size": 60})
    )
    publisher = forms.CharField(
        required=False,
        max_length=300,
        label=_("Its publisher"),
        widget=forms.TextInput(attrs={"size": 30}),
        help_text=_("Left empty: that of the known sources of the same host."),
    )
    published = DateField(required=False, label=_("Published"), help_text="")
    supports = forms.MultipleChoiceField(
        choices=tuple(Citation.SUPPORTS.items()),
        required=False,
        label=_("Supports"),
        widget=forms.CheckboxSelectMultiple,
    )
    excerpt = forms.CharField(
        max_length=400,
        required=False,
        label=_("Excerpt"),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text=_("The source's exact words, short."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "source" in self.fields:
            self.fields["source"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        address = (values.get("address") or "").strip()
        if not self.has_changed() or values.get("DELETE") or "source" in self.errors:
            return values
        if values.get("source"):
            if address:
                self.add_error("address", _("Choose a known source, or give the address of a new one; not both."))
        elif not address:
            self.add_error("source", self.fields["source"].error_messages["required"])
        elif "address" not in self.errors:
            self._find(address)
        return values

    def _find(self, address: str) -> None:
        """The known source of this address, or a new one."""
        values = self.cleaned_data
        try:
            web_address(address)
        except ValidationError as error:
            self.add_error("address", error)
            return
        if found := new_sources.known(address):
            values["source"] = found
            return
        publisher = (values.get("publisher") or "").strip() or new_sources.publisher(address)
        title = (values.get("headline") or "").strip()
        if not title:
            self.add_error("headline", _("A new source needs its title, as it stands on the page."))
        if not publisher:
            self.add_error("publisher", _("No known source has this host: who published it?"))
        if title and publisher:
            published = values.get("published") or ""
            self.new_source = Source(publisher=publisher, title=title, url=address, published=published)

    def as_record(self) -> dict[str, Any]:
        return {
            "source": self.cleaned_data["source"].slug,
            "supports": self.cleaned_data["supports"],
            "excerpt": plain_line_ends(self.cleaned_data["excerpt"]),
        }


class CitationInline(RowsInline, admin.StackedInline):
    model = Citation
    form = CitationForm
    part = "citations"
    autocomplete_fields = ("source",)
    extra_when_new = 1

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if not self.has_change_permission(request, obj):
            return ("source", "supports", "excerpt")
        return ("source", ("address", "publisher"), ("headline", "published"), "supports", "excerpt")

    def rows_of(self, event: Event) -> list[dict[str, Any]]:
        return [
            {"source": one.source_id, "supports": one.supports, "excerpt": one.excerpt} for one in event.citations.all()
        ]


# Links ---------------------------------------------------------------------------------------------------


class LinkForm(RowForm):
    fields_of = {"event": "target"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_fields()

    def as_record(self) -> dict[str, Any]:
        return {"relation": self.cleaned_data["relation"], "event": self.cleaned_data["target"].slug}


class LinkInline(RowsInline, admin.TabularInline):
    model = Link
    form = LinkForm
    part = "links"
    fields = ("relation", "target")
    autocomplete_fields = ("target",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "target":
            kwargs |= {"form_class": EventField, "widget": EventSelect(db_field, self.admin_site)}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def rows_of(self, event: Event) -> list[dict[str, Any]]:
        return [{"relation": one.relation, "target": one.target_id} for one in event.links.all()]


INLINES = (ParticipantInline, ReadoutInline, CitationInline, LinkInline)
