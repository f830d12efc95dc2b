"""What has to be said before a bulk change is put back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from timeline.record.putting_back import Act, Step, Words

from .notes import correction_field, not_correction_field, plain_line_ends


@dataclass(frozen=True)
class Needs:
    """What has to be said before entries are put back."""

    note: bool
    reason: bool

    @classmethod
    def of(cls, steps: Iterable[Step]) -> "Needs":
        going = [step for step in steps if not step.why_not]
        return cls(
            note=any(step.changes_public for step in going),
            reason=any(step.act == Act.WITHDRAW and not step.reason for step in going),
        )


class PutBackForm(forms.Form):
    """What readers are told; which of it is needed, what is put back says."""

    correction = correction_field()
    not_correction = not_correction_field(_("It is kept with each version, for editors."))
    reason = forms.CharField(
        required=False,
        max_length=5000,
        label=_("Why entries are withdrawn"),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text=_("Readers see this at each entry's address and in the public log."),
    )

    def __init__(self, *args: Any, needs: Needs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs = needs
        if not needs.note:
            del self.fields["correction"], self.fields["not_correction"]
        if not needs.reason:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        given = [name for name in ("correction", "not_correction") if values.get(name)]
        if self.needs.note and not given:
            self.add_error("correction", _("Readers have seen these entries: say which of the two it is."))
        elif len(given) == 2:
            self.add_error("not_correction", _("It is a correction or it is not: empty one of the two fields."))
        if self.needs.reason and not values.get("reason"):
            self.add_error("reason", _("Readers need to know why: give a reason."))
        return values

    def words(self) -> Words:
        """What was said, of a valid form."""
        return Words(**{name: plain_line_ends(value or "") for name, value in self.cleaned_data.items()})
