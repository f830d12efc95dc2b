"""What readers are told of a change to what they could see, or why they need not be told."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline.record import Problem

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a text that is translated later


def plain_line_ends(text: str) -> str:
    """A text area's text as people mean it: browsers send line ends of their own."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def correction_field() -> forms.CharField:
    """What readers are told of a change to what they could see."""
    return forms.CharField(
        required=False,
        max_length=5000,
        label=_("Correction, for readers"),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text=_("What was wrong and what is right. It is dated and stands at the entry and in the public log."),
    )


def not_correction_field(help_text: "_StrPromise") -> forms.CharField:
    """Why readers need not be told of it."""
    return forms.CharField(
        required=False,
        max_length=300,
        label=_("Or: not a correction, because"),
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=help_text,
    )


def note(form: forms.BaseForm, name: str) -> str:
    """What stands in one of the two fields of a form that was found valid."""
    return plain_line_ends(form.cleaned_data.get(name) or "")


def about_note(form: forms.BaseForm, missing: str = "") -> list[Problem]:
    """What is wrong with what readers are told of a change to what they have seen: one of the two has to be said.

    `missing` is the sentence for where neither is.
    """
    correction, other = note(form, "correction"), note(form, "not_correction")
    if correction and other:
        message = _t("It is a correction or it is not: empty one of the two fields.")
        return [Problem(("not_correction",), message)]
    if not (correction or other):
        missing = missing or _t(
            "Readers have seen this entry: say what was wrong and what is right, or, below, why this is no correction."
        )
        return [Problem(("correction",), missing)]
    return []


class NoteForm(forms.Form):
    """The two fields by themselves."""

    correction = correction_field()
    not_correction = not_correction_field(_("It is kept with the version, for editors."))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        given = [name for name in ("correction", "not_correction") if values.get(name)]
        if not given and not self.errors:
            self.add_error("correction", _("Readers have seen this entry: say which of the two it is."))
        elif len(given) == 2:
            self.add_error("not_correction", _("It is a correction or it is not: empty one of the two fields."))
        return values
