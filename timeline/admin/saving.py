"""The last step of a form: what was typed is put together with what others have saved since, and then written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from timeline import differences
from timeline.record.form import Record
from timeline.record.merge import MINE, ORDER, Conflict, three_way

ANSWER = "keep."  # the name of the choice between theirs and yours begins with it


@dataclass(frozen=True)
class Wanted:
    """What an editor asks for beside what stands in the forms."""

    state: str = ""  # of an event: "publish", "withdraw" or "" to keep it
    answers: Mapping[str, str] = field(default_factory=dict)  # by conflict's id: MINE or THEIRS
    is_brought_back: bool = False  # what was kept of it is only to be shown again


class Held(Exception):
    """Nothing is wrong with what was typed, but the editor should see something before it is written."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class Theirs:
    """What others have saved since a form was opened: what it was filled from, what stands now, who saved last."""

    base: Record
    now: Record
    version: str  # by which what stands now is known again
    who: str
    moved: str = ""  # a sentence on its new record state, if that has changed


class Saving:
    """The last of a form's formsets; it is valid when everything that was typed may be written.

    Django asks it after all real formsets. It shows nothing itself: each problem is put at the field of the form or
    row that it belongs to. What both the editor and another one have changed stands in `conflicts`.
    """

    errors: tuple[()] = ()
    what = ""  # that is saved, as in “event”

    def __init__(self, formsets: Sequence[Any], wanted: Wanted, by: User) -> None:
        self.formsets = formsets
        self.wanted = wanted
        self.by = by
        self.form: Any = None  # set when it has been found valid
        self.is_done = False
        self.changed: list[str] = []  # names of the record
        self.conflicts: list[Conflict] = []
        self.beside = ""  # what another editor changed meanwhile and stands now beside this one's changes
        self.mixed: set[str] = set()  # parts whose rows are no longer those of the form

    def non_form_errors(self) -> tuple[()]:
        return ()

    def is_valid(self) -> bool:
        if self.is_done:
            return True
        if self.form is None or not all(formset.is_valid() for formset in self.formsets):
            return False
        return not self.wanted.is_brought_back and self.settle()

    def settle(self) -> bool:
        """Whether what was typed may be written; what keeps it from that is shown at its fields."""
        raise NotImplementedError

    def label(self, name: str) -> str:
        """What a field of the record is called on the form."""
        raise NotImplementedError

    def questions(self) -> "list[Question]":
        """The conflicts in words; a constant number of queries."""
        raise NotImplementedError

    def put_together(self, theirs: Theirs, mine: Record) -> Record:
        """What was typed with what others have changed since.

        Raises Held where both changed the same thing: once, and the form then says what the editor was shown.
        """
        was_shown = self.form.cleaned_data["answered"] == theirs.version
        answers = self.wanted.answers if was_shown else {}
        found = three_way(theirs.base, theirs.now, mine, answers)
        if not was_shown and (found.conflicts or theirs.moved):
            self.conflicts = found.conflicts
            self.form.put("answered", theirs.version)
            raise Held(self._asked(theirs))
        # An answer that did not come is the one that was marked: yours.
        if found.conflicts:
            answers = {one.id: MINE for one in found.conflicts} | dict(answers)
            found = three_way(theirs.base, theirs.now, mine, answers)
        self.mixed = set(found.taken)
        others = [name for name in found.taken if theirs.base[name] != theirs.now[name]]
        if others:
            self.beside = _("What has changed meanwhile stands beside your changes: %(what)s (%(who)s).") % {
                "who": theirs.who,
                "what": get_text_list([self.label(name) for name in others], _("and")),
            }
        return found.record

    def _asked(self, theirs: Theirs) -> str:
        said = [theirs.moved] if theirs.moved else []
        if self.conflicts:
            said.append(
                _(
                    "%(who)s has saved this %(what)s since you opened it, and changed the same things as you:"
                    " choose above."
                )
                % {"who": theirs.who, "what": self.what}
            )
        return " ".join([*said, _("Nothing has been saved yet; save again to go on.")])

    def unseen(self, version: str, who: str) -> Held:
        """That nobody knows what the form was filled from: nothing is written before it has been looked at."""
        self.form.put("seen", version)
        return Held(
            _("%(who)s may have saved this %(what)s since you opened it here: look at it in another window, then save.")
            % {"who": who, "what": self.what}
        )


@dataclass(frozen=True)
class Question:
    """A conflict with another editor's change, in words; the form gives back the answer by `name`."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str


def questions(
    conflicts: Sequence[Conflict], label: Callable[[str], str], words: Callable[[str, Any], str]
) -> list[Question]:
    """The conflicts as questions; `words` says a field's value, or one row of a list."""

    def said(conflict: Conflict, value: Any) -> str:
        if conflict.key == ORDER:
            return "; ".join(key[0] for key in value)
        return words(conflict.name, value) or differences.nothing()

    return [
        Question(
            f"{ANSWER}{one.id}", label(one.name), said(one, one.before), said(one, one.theirs), said(one, one.mine)
        )
        for one in conflicts
    ]
