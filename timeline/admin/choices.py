"""Fields that choose rows by their keys; a key that can't be one is refused in words, not by the database."""

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

    def to_python(self, value: Any) -> Any:
        model = self.queryset.model  # type: ignore[union-attr]
        if value not in self.empty_values and not isinstance(value, models.Model) and not can_be_key(model, value):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


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

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> Any:
        model = self.field.remote_field.model
        chosen = [one for one in value if one in ("", None) or can_be_key(model, one)]
        groups = super().optgroups(name, chosen, attr)  # type: ignore[misc]
        order = {str(one): place for place, one in enumerate(chosen)}
        for _label, options, _index in groups:
            options.sort(key=lambda option: order.get(str(option["value"]), -1))
        return groups


class RowSelect(_Careful, AutocompleteSelect):  # type: ignore[misc]
    pass


class TopicsSelect(_Careful, AutocompleteSelectMultiple):  # type: ignore[misc]
    pass


class EventSelect(RowSelect):
    def get_url(self) -> str:
        return reverse("admin:timeline_event_choices")
