"""Fields that choose rows by their keys; a key that can't be one is refused in words, not by the database."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from timeline import edtf
from timeline.models import Event, Topic

_LARGEST_KEY = 2**63 - 1


def can_be_key(model: type[models.Model], value: Any) -> bool:
    """Whether the database can be asked for a row with this primary key at all."""
    try:
        key = model._meta.pk.to_python(value)
    except ValidationError:
        return False
    if isinstance(key, str):
        return "\x00" not in key and len(key) <= (model._meta.pk.max_length or 0)
    return isinstance(key, int) and abs(key) <= _LARGEST_KEY


class RowField(forms.ModelChoiceField):
    """One row of a model."""

    # The rows that are chosen, by key, where somebody has fetched them for many fields at once.
    rows: dict[str, models.Model] | None = None

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or isinstance(value, models.Model):
            return super().to_python(value)
        refused = ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        model = self.queryset.model  # type: ignore[union-attr]
        if not can_be_key(model, value):
            raise refused
        if self.rows is None:
            return super().to_python(value)
        if (row := self.rows.get(str(model._meta.pk.to_python(value)))) is None:
            raise refused
        return row


class EventField(RowField):
    """One event, told from others of the same title by its date."""

    def label_from_instance(self, obj: Any) -> str:
        return event_label(obj)


def event_label(event: Event) -> str:
    """What an editor chooses an event by."""
    return f"{event.title} ({edtf.words(event.date)})"


class TopicsField(forms.ModelMultipleChoiceField):
    """Topics as a list, in the order in which they were chosen."""

    def clean(self, value: Any) -> Any:
        chosen = list(dict.fromkeys(str(one) for one in value or ()))
        for one in chosen:
            if not can_be_key(Topic, one):
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": one}
                )
        found = {str(topic.pk): topic for topic in super().clean(chosen)}
        return [found[one] for one in chosen]


class _Careful:
    """An autocomplete widget that passes over nonsense instead of asking the database for it."""

    field: Any
    # The labels of the rows that are chosen, by key, where somebody has fetched them for many widgets at once.
    known: dict[str, str] | None = None

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> Any:
        model = self.field.remote_field.model
        chosen = [one for one in value if one in ("", None) or can_be_key(model, one)]
        if self.known is not None:
            return self._known_options(name, [str(one) for one in chosen if one not in ("", None)])
        groups = super().optgroups(name, chosen, attr)  # type: ignore[misc]
        order = {str(one): place for place, one in enumerate(chosen)}
        for _label, options, _index in groups:
            options.sort(key=lambda option: order.get(str(option["value"]), -1))
        return groups

    def _known_options(self, name: str, chosen: list[str]) -> Any:
        """As Django's own, without a query."""
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]  # type: ignore[attr-defined]
        labels = [(key, self.known[key]) for key in chosen if self.known and key in self.known]
        options = [
            self.create_option(name, key, label, True, len(empty) + place)  # type: ignore[attr-defined]
            for place, (key, label) in enumerate(labels)
        ]
        return [(None, empty + options, 0)]


def fetch_choices(found: Iterable[forms.BaseForm]) -> None:
    """Fetch what is chosen in these forms' fields of the same name together, to be shown and to be checked.

    One query a field, however many forms.
    """
    all_forms = list(found)
    for name, field in (all_forms[0].fields if all_forms else {}).items():
        widget = getattr(field.widget, "widget", field.widget)
        if not isinstance(field, RowField) or not isinstance(widget, RowSelect):
            continue
        model = field.queryset.model  # type: ignore[union-attr]
        values = {one[name].value() for one in all_forms}
        keys = {one for one in values if one not in field.empty_values and can_be_key(model, one)}
        chosen = field.queryset.filter(pk__in=keys) if keys else []  # type: ignore[union-attr]
        rows = {str(row.pk): row for row in chosen}
        known = {key: str(field.label_from_instance(row)) for key, row in rows.items()}
        for one in all_forms:
            own: Any = one.fields[name]
            own.rows = rows
            getattr(own.widget, "widget", own.widget).known = known


class RowSelect(_Careful, AutocompleteSelect):  # type: ignore[misc]
    pass


class TopicsSelect(_Careful, AutocompleteSelectMultiple):  # type: ignore[misc]
    pass


class LeaderSelect(RowSelect):
    """With the native name and the last post behind the name."""

    def get_url(self) -> str:
        return reverse("admin:timeline_leader_choices")


class EventSelect(RowSelect):
    def get_url(self) -> str:
        return reverse("admin:timeline_event_choices")
