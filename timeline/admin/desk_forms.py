"""What every form of the record carries along: what its editor saw, and by which a browser knows it again."""

import secrets
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.record.nouns import NOUNS, Row

from .notes import correction_field, not_correction_field

_SALT = "timeline.admin.seen"


class DeskForm(forms.ModelForm):
    """A form that says what it was filled from; the hidden fields stand in no fieldset, but in the page's head."""

    # What the editor saw when the form was opened, and what it was compared with when conflicts were shown.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    answered = forms.CharField(required=False, widget=forms.HiddenInput)
    # Known again by the browser, which keeps what is typed until it has been saved.
    work = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["work"] = secrets.token_hex(8)

    def put(self, name: str, value: str) -> None:
        """Have a hidden field of the form come back with this value."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix(name)] = value
        self.data = data


class NounForm(DeskForm):
    """The form of a leader, country, topic or source. `today` is its row as it stands, None where it is new."""

    correction = correction_field()
    not_correction = not_correction_field(_("As in “a typing error”. It is kept for editors."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["correction"].help_text = _(
            "What was wrong and what is right. It is dated and stands in the public log."
        )
        self.today: Row | None = None
        if not self.instance._state.adding:
            # Read before anything that was typed is put into the instance.
            self.today = NOUNS[type(self.instance)].row(self.instance)
            self.initial["seen"] = self.version = _signed(self.today)

    def seen_row(self) -> tuple[Row, datetime] | None:
        """The row that the form was filled from, and when; None where it doesn't say."""
        try:
            found = signing.Signer(salt=_SALT).unsign_object(self.cleaned_data["seen"])
        except signing.BadSignature:
            return None
        row = found["row"]
        return (row, datetime.fromisoformat(found["at"])) if self.today and row.keys() == self.today.keys() else None


def _signed(row: Row) -> str:
    at = timezone.now().isoformat()
    return signing.Signer(salt=_SALT).sign_object({"row": row, "at": at}, compress=True)
