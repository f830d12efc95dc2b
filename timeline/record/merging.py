"""Two entries of one event become one: sources, accounts and addresses of both are kept.

The entry that stays takes in what the other knew. Of the other, if readers have seen it, the row and all its versions
stay; it is withdrawn, it names the one that it went into, and every address it ever had leads there in one hop. A
draft that nobody saw is discarded; what it changes in an entry that readers see, they are told.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.models import Correction, Event, Link, Slug, State

from . import form
from .form import Record
from .merge import keyed
from .rules import Problem, Refused
from .writer import Written, writing

_EITHER = (
    "title",
    "summary",
    "note",
    "date",
    "part_of_day",
    "time_zone",
    "occurrence",
    "format",
    "place",
    "country",
    "initiated_by",
    "duration_minutes",
    "words",
)
_LONGEST_EXCERPT = 400


@dataclass(frozen=True)
class Difference:
    """A field in which both entries say something, and not the same: an editor has to choose."""

    name: str
    kept: Any
    gone: Any


def differences(kept: Record, gone: Record) -> list[Difference]:
    """What cannot be kept of both; two canonical records."""
    return [
        Difference(name, kept[name], gone[name])
        for name in _EITHER
        if _says(kept[name]) and _says(gone[name]) and kept[name] != gone[name]
    ]


def merged(kept: Record, gone: Record, take: Container[str] = ()) -> Record:
    """The record of both: from `gone` the fields named in `take`, those that `kept` leaves open, and all its rows."""
    whole = dict(kept)
    for name in _EITHER:
        if _says(gone[name]) and (name in take or not _says(kept[name])):
            whole[name] = gone[name]
            if name == "duration_minutes":
                whole["duration_approximate"] = gone["duration_approximate"]
    whole["participants"] = _all_rows("participants", kept, gone)
    whole["topics"] = list(dict.fromkeys([*kept["topics"], *gone["topics"]]))
    whole["readouts"] = _accounts(kept["readouts"], gone["readouts"])
    whole["citations"] = _citations(kept["citations"], gone["citations"])
    ends = {kept["id"], gone["id"]}
    links = keyed("links", [*kept["links"], *gone["links"]])
    whole["links"] = [
        row
        for key, row in links.items()
        if row["event"] not in ends and len(key) == 2  # a third part: it is there
    ]
    return whole


def _says(value: Any) -> bool:
    return value not in (None, "")


def _all_rows(name: str, kept: Record, gone: Record) -> list[Any]:
    rows = keyed(name, kept[name])
    return [*rows.values(), *(row for key, row in keyed(name, gone[name]).items() if key not in rows)]


def _citations(kept: list[Any], gone: list[Any]) -> list[Any]:
    rows = {row["source"]: dict(row) for row in kept}
    for other in gone:
        row = rows.setdefault(other["source"], dict(other))
        row["supports"] = list(dict.fromkeys([*row["supports"], *other["supports"]]))
        excerpts = [text for text in dict.fromkeys([row["excerpt"], other["excerpt"]]) if text]
        both = " […] ".join(excerpts)
        row["excerpt"] = both if len(both) <= _LONGEST_EXCERPT else row["excerpt"]
        row["excerpt"] = row["excerpt"] or None
    return list(rows.values())


def _accounts(kept: list[Any], gone: list[Any]) -> list[Any]:
    """Those of both; the points of one account that stands in both are put together."""
    rows = {key: {**row, "points": list(row["points"])} for key, row in keyed("readouts", kept).items()}
    for key, other in keyed("readouts", gone).items():
        row = rows.get(key)
        if row is None or row["issued"] != other["issued"] or row["date"] != other["date"]:
            rows[(*key, "of the other")] = other
            continue
        said = [point["text"] for point in row["points"]]
        row["points"] += [point for point in other["points"] if point["text"] not in said]
    spoke = {row["side"] for row in rows.values() if row["issued"]}
    return [row for row in rows.values() if row["issued"] or row["side"] not in spoke]


def merge(
    kept: Event, gone: Event, *, by: AbstractBaseUser | None = None, take: Container[str] = (), note: str = ""
) -> Written:
    """Put `gone` into `kept`; `take` names the fields in which `gone` is right, `note` is what readers are told.

    Raises Refused, and nothing has happened, where the two can't become one entry or the result may not stand.
    """
    with writing(by=by):
        # Both as they are now: another editor may have been quicker.
        kept, gone = Event.objects.get(pk=kept.pk), Event.objects.get(pk=gone.pk)
        if found := refusals(kept, gone, note):
            raise Refused(found)
        whole = merged(form.of(kept), form.of(gone), take)
        reason = _("Merged with “%s”.") % gone.slug
        was_seen = gone.state == State.PUBLISHED or gone.versions.public().exists()
        with writing(by=by) as writer:
            written = writer.write(whole, event=kept, reason=reason)
            if was_seen:
                writer.write(form.of(gone), event=gone, state=State.WITHDRAWN, reason=_merged_into(kept))
        is_told = was_seen or (kept.state == State.PUBLISHED and written.changed)
        if is_told and not note.strip():
            raise Refused(
                [Problem(("note",), _("Readers have seen this entry: say in a note what the other changes."))]
            )
        _lead_links(gone, kept, by)
        if was_seen:
            _lead_addresses(gone, kept)
            Correction.objects.filter(event=gone).update(event=kept)
        else:
            with writing(by=by) as writer:
                writer.discard(gone)
        if is_told:
            _tell(kept, note)
    return written


def refusals(kept: Event, gone: Event, note: str = "-") -> list[Problem]:
    """Why these two entries can't become one; an empty list: they can."""
    found = []
    if kept.pk == gone.pk:
        found.append(Problem(("other",), _("An entry can't be merged with itself.")))
    if kept.kind != gone.kind:
        found.append(Problem(("other",), _("Only two entries of one kind are merged: two meetings, two calls ...")))
    if State.WITHDRAWN in (kept.state, gone.state):
        found.append(Problem(("other",), _("A withdrawn entry stays as it is: its address says why it went.")))
    elif kept.state == State.DRAFT and gone.state == State.PUBLISHED:
        message = _("Readers see the entry that would go, and not the one that would stay: merge them the other way.")
        found.append(Problem(("other",), message))
    if gone.state == State.PUBLISHED and not note.strip():
        found.append(Problem(("note",), _("Readers have seen both entries: say in a note that they are one now.")))
    return found


def _merged_into(kept: Event) -> str:
    return _("Merged into “%s”.") % kept.slug


def _lead_links(gone: Event, kept: Event, by: AbstractBaseUser | None) -> None:
    """Other entries' links to the one that goes lead to the one that stays, each once."""
    others = Event.objects.filter(pk__in=Link.objects.filter(target=gone).values("event_id")).exclude(
        pk__in=(kept.pk, gone.pk)
    )
    events = {event.pk: event for event in others}
    with writing(by=by) as writer:
        for pk, record in form.of_all(events).items():
            for link in record["links"]:
                link["event"] = kept.slug if link["event"] == gone.slug else link["event"]
            links = keyed("links", record["links"])
            record["links"] = [row for key, row in links.items() if len(key) == 2]
            writer.write(record, event=events[pk], reason=_("Its link leads to “%s” now.") % kept.slug)


def _lead_addresses(gone: Event, kept: Event) -> None:
    """Every address that the entry ever had leads to the one that stays, and so do those that led to it."""
    Slug.objects.filter(event=gone).update(event=kept)
    Event.objects.filter(merged_into=gone).update(merged_into=kept)
    gone.refresh_from_db()
    gone.merged_into = kept
    gone.save()


def _tell(kept: Event, note: str) -> None:
    version = kept.versions.order_by("number").last()
    Correction(event=kept, version=version, date=timezone.localdate(), text=note.strip()).save()
