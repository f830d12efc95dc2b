"""Date fields that take dates as people write them, and say back in words what they understood."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from timeline import dates, edtf


class DateInput(forms.TextInput):
    """A text field with the date in words beside it; with scripts the words follow what is typed."""

    class Media:
        js = ("admin-readout/desk.js",)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html(
            '<span class="typed-date">{}<output class="said" for="{}" data-date-address="{}">{}</output></span>',
            super().render(name, value, attrs, renderer),
            (attrs or {}).get("id", ""),
            reverse("admin:timeline_event_date"),
            _in_words(str(value or "")),
        )


class DateField(forms.CharField):
    """A date in words or in EDTF; its value is EDTF text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = DateInput(attrs={"size": 30})
        kwargs["max_length"] = None  # the words may be longer than the EDTF
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text.strip() or "\x00" in text:
            return text.strip()  # the field's own validators say what is wrong
        try:
            return dates.read(text).text
        except edtf.EdtfError as error:
            raise ValidationError(str(error), code="edtf") from error


def _in_words(text: str) -> str:
    try:
        return edtf.words(dates.read(text)) if text.strip() else ""
    except edtf.EdtfError:
        return ""


def date_view(request: HttpRequest) -> JsonResponse:
    """What `text` means: {"edtf": "2025-11-25", "words": "25 November 2025"}, or {"error": why it is no date}."""
    try:
        found = dates.read(request.GET.get("text", ""))
    except edtf.EdtfError as error:
        return JsonResponse({"error": str(error)})
    return JsonResponse({"edtf": found.text, "words": edtf.words(found)})
