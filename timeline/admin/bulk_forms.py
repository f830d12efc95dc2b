"""What has to be said before a bulk change is put back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from timeline.record.putting_back import Act, Step, Words

from .notes import NoteForm, not_correction_field, plain_line_ends, withdrawal_field


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


class PutBackForm(NoteForm):
    """What readers are told; which of it is needed, what is put back says."""

    not_correction = not_correction_field(_("It is kept with each version, for editors."))
    reason = withdrawal_field(
        _("Why entries are withdrawn"), _("Readers see this at each entry's address and in the public log.")
    )

    missing = _("Readers have seen these entries: say which of the two it is.")

    def __init__(self, *args: Any, needs: Needs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs.note:
            del self.fields["correction"], self.fields["not_correction"]
        if not needs.reason:
            del self.fields["reason"]

    def words(self) -> Words:
        """What was said, of a valid form."""
        return Words(**{name: plain_line_ends(value or "") for name, value in self.cleaned_data.items()})
