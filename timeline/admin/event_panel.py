"""What the form of an event says about it: its state, who did what, and its twins."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from timeline import duplicates, edtf, record
from timeline.models import Event, Origin, State

from .event_record import Writing
from .saving import Saving


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


def twins(saving: Saving | None, event: Event | None, now: record.Record | None) -> list[Twin]:
    """The entries that this one may be a second one of: those just found, or a saved draft's, whose record is `now`."""
    return [Twin(one, edtf.words(one.date), _merge_address(event, one)) for one in _likely(saving, event, now)]


def _merge_address(event: Event | None, other: Event) -> str:
    """Where the two are merged: what readers have seen stays."""
    if event is None:
        return ""
    kept, gone = (other, event) if other.state == State.PUBLISHED else (event, other)
    return f"{reverse(f'admin:timeline_{kept.kind}_merge', args=[kept.pk])}?other={gone.pk}"


def _likely(saving: Saving | None, event: Event | None, now: record.Record | None) -> list[Event]:
    if isinstance(saving, Writing) and saving.twins:
        return saving.twins
    return duplicates.likely(now, but=event) if now else []
