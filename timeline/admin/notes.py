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


def withdrawal_field(label: "_StrPromise", help_text: "_StrPromise", *, required: bool = True) -> forms.CharField:
    """Why readers find no longer what they could see."""
    return forms.CharField(
        required=required,
        max_length=5000,
        label=label,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text=help_text,
        error_messages={"required": _("Readers need to know why: give a reason.")},
    )


def note(form: forms.BaseForm, name: str) -> str:
    """What stands in one of the two fields of a form that was found valid."""
    return plain_line_ends(form.cleaned_data.get(name) or "")


def about_note(
    form: forms.BaseForm, missing: str = "", *, filled_in: str = "", is_enough: bool = True
) -> list[Problem]:
    """What is wrong with what readers are told of a change to what they have seen: one of the two has to be said.

    `missing` is the sentence for where neither is. `filled_in` is what the page itself has put into the second field:
    beside a correction it says nothing, and by itself only where it `is_enough`.
    """
    correction, other = note(form, "correction"), note(form, "not_correction")
    if other == filled_in and (correction or not is_enough):
        other = ""
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
    """The two fields by themselves; a form that needs no note deletes both."""

    correction = correction_field()
    not_correction = not_correction_field(_("It is kept with the version, for editors."))

    missing = _("Readers have seen this entry: say which of the two it is.")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "correction" in self.fields and not self.errors:
            for problem in about_note(self, str(self.missing)):
                self.add_error(str(problem.path[0]), problem.message)
        return values


class WithdrawForm(forms.Form):
    """Why some entries are withdrawn."""

    required_css_class = "required"

    reason = withdrawal_field(
        _("Why they are withdrawn"), _("Readers see this at each entry's address and in the public log.")
    )
    reason.widget.attrs |= {"rows": 3, "autofocus": True}
