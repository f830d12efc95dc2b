"""The form of one event: what stands in its own row. The record rules check it (see `event_record`)."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from timeline.models import FORMATS, Event, Topic

from .choices import TopicsField, TopicsSelect
from .desk_forms import DeskForm
from .notes import correction_field, not_correction_field, plain_line_ends, withdrawal_field

LONGEST_CALL = 20_000  # minutes; the dossiers' schema and the database say the same


class UncheckedForm(forms.ModelForm):
    """A form whose values are put into a record: the record's rules check them, not the model's."""

    def _post_clean(self) -> None:
        """Nothing: no row is built from this form."""

    def clean(self) -> dict[str, Any]:
        """Line ends have no place in a field of one line; no browser sends them."""
        for name, value in self.cleaned_data.items():
            if isinstance(value, str) and isinstance(self.fields[name].widget, forms.TextInput):
                self.cleaned_data[name] = re.sub(r"[\r\n]+", " ", value)
        return self.cleaned_data


class EventForm(DeskForm, UncheckedForm):
    """All kinds' form; the admin of a kind leaves out what the kind doesn't have."""

    kind: str

    chosen_topics = TopicsField(
        queryset=Topic.objects.all(),
        required=False,
        label=_("Topics"),
        widget=TopicsSelect(Event._meta.get_field("topics"), admin.site),
        help_text=_("In the order in which readers should see them."),
    )
    reason = withdrawal_field(
        _("Why it is withdrawn"),
        _("Readers see this at the event's address. Needed to withdraw it."),
        required=False,
    )
    correction = correction_field()
    not_correction = not_correction_field(
        _("As in “a typing error” or “one more source”. It is kept with the version, for editors.")
    )
    # The likely twins that were shown, by their keys.
    insisted = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Event
        fields = ("title",)  # the admin names them all

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        event = self.instance
        self.version = ""
        if event.pk:
            self.version = str(event.versions.aggregate(number=Max("number"))["number"] or 0)
            self.initial["chosen_topics"] = [tagging.topic_id for tagging in event.taggings.all()]
            self.initial["reason"] = event.withdrawn_reason
        # `seen` and `answered` are the numbers of versions.
        self.initial["seen"] = self.version
        if "date" in self.fields:
            self.fields["date"].help_text = _(
                "As people write it: 25 Nov 2025, Nov 2025, 22-23 Nov 2025, about March 2026, spring 2026; or EDTF."
            )
        for name in ("slug", "format"):
            if name in self.fields:
                self.fields[name].required = False
        if "slug" in self.fields:
            self.fields["slug"].validators = []  # the record's rule is narrower, and says it in words
            self.fields["slug"].help_text = (
                _("Its permanent address. Change it and the former one goes on to lead here.")
                if event.pk
                else _(
                    "Its permanent address, as in takaichi-trump-call-2025-11-25. Left empty, it is made from"
                    " the family names, the kind and the date; a former one goes on to lead here."
                )
            )
        if "format" in self.fields:
            choices = [(value, label) for value, label in Event._meta.get_field("format").choices or ()]
            fitting = [(value, label) for value, label in choices if value in FORMATS[self.kind]]
            self.fields["format"].choices = [("", "---------"), *fitting]  # type: ignore[attr-defined]
        if "duration_minutes" in self.fields:
            self.fields["duration_minutes"].validators += [
                MinValueValidator(1),
                MaxValueValidator(LONGEST_CALL),
            ]

    def as_record(self) -> dict[str, Any]:
        """The event's own values under the record's names; rows and kind are added by others."""
        values = self.cleaned_data
        found: dict[str, Any] = {
            name: values.get(name)
            for name in (
                "title",
                "summary",
                "note",
                "date",
                "part_of_day",
                "time_zone",
                "occurrence",
                "format",
                "place",
                "duration_minutes",
                "words",
            )
        }
        for name in ("summary", "note"):
            found[name] = plain_line_ends(found[name] or "")
        found["duration_approximate"] = bool(values.get("duration_approximate"))
        for name in ("country", "initiated_by"):
            found[name] = values[name].code if values.get(name) else None
        found["topics"] = [topic.slug for topic in values["chosen_topics"]]
        return found
