"""What the form of an event says about it: its state, who did what, its twins, and what another editor changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from timeline import differences, duplicates, edtf, record
from timeline.models import Event, Origin, State
from timeline.record.merge import ORDER, Conflict, is_list

from .event_record import Writing

ANSWER = "keep."  # the name of the choice between theirs and yours begins with it


def state_words(event: Event) -> str:
    if event.merged_into:
        return _("Merged into “%(title)s”: its address leads there.") % {"title": event.merged_into.title}
    match event.state:
        case State.PUBLISHED:
            return _("Published: everyone can read it. What you save here is public at once.")
        case State.WITHDRAWN:
            day = date_format(event.withdrawn_at, "DATE_FORMAT") if event.withdrawn_at else ""
            return _("Withdrawn on %(day)s: its address answers with the reason below.") % {"day": day}
    return _("Draft: only editors see it.")


@dataclass(frozen=True)
class Doing:
    """Who did something to an event, and when."""

    words: str
    who: str
    when: datetime


def doings(event: Event) -> list[Doing]:
    """Who entered, published, withdrew and last changed it; one query."""
    words = {
        State.DRAFT: _("Entered"),
        State.PUBLISHED: _("Published"),
        State.WITHDRAWN: _("Withdrawn"),
    }
    origins = {value: str(text) for value, text in Origin.choices}
    found: list[Doing] = []
    state = ""
    row = None
    versions = event.versions.order_by("number").values_list("state", "by_name", "origin", "at")
    for row in versions:
        if row[0] != state:
            found.append(Doing(words[State(row[0])], row[1] or origins[row[2]], row[3]))
        state = row[0]
    if row and row[3] != found[-1].when:
        found.append(Doing(_("Last changed"), row[1] or origins[row[2]], row[3]))
    return found


@dataclass(frozen=True)
class Twin:
    """An entry that may be of the same event; `merge` is where the two are made one, or nothing."""

    event: Event
    when: str
    merge: str


def twins(writing: Writing | None, event: Event | None) -> list[Twin]:
    """The entries that this one may be a second one of: those just found, or a saved draft's."""
    return [Twin(one, edtf.words(one.date), _merge_address(event, one)) for one in _likely(writing, event)]


def _merge_address(event: Event | None, other: Event) -> str:
    """Where the two are merged: what readers have seen stays."""
    if event is None:
        return ""
    kept, gone = (other, event) if other.state == State.PUBLISHED else (event, other)
    return f"{reverse(f'admin:timeline_{kept.kind}_merge', args=[kept.pk])}?other={gone.pk}"


def _likely(writing: Writing | None, event: Event | None) -> list[Event]:
    if writing and writing.twins:
        return writing.twins
    return duplicates.likely(record.of(event), but=event) if event and event.state == State.DRAFT else []


@dataclass(frozen=True)
class Question:
    """A conflict with another editor's change, in words; the form gives back the answer by `name`."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str


def questions(conflicts: list[Conflict]) -> list[Question]:
    """The conflicts as questions; a constant number of queries."""
    if not conflicts:
        return []
    names = differences.Names(_rows_of(conflicts))

    def words(conflict: Conflict, value: Any) -> str:
        if conflict.key == ORDER:
            return "; ".join(key[0] for key in value)
        return names.words(conflict.name, value) or differences.nothing()

    return [
        Question(
            f"{ANSWER}{one.id}",
            differences.label(one.name),
            words(one, one.before),
            words(one, one.theirs),
            words(one, one.mine),
        )
        for one in conflicts
    ]


def _rows_of(conflicts: list[Conflict]) -> list[record.form.Record]:
    """The values that conflict, as records, for their names to be looked up together."""
    found = []
    for one in conflicts:
        for value in (one.before, one.theirs, one.mine):
            if value is not None and one.key != ORDER:
                found.append(record.canonical({one.name: [value] if is_list(one.name) else value}))
    return found
