"""Two entries of one event become one: sources, accounts and addresses of both are kept.

The entry that stays takes in what the other knew; what can't be kept of both, an editor chooses. Of the other, if
readers have seen it, the row and all its versions stay; it is withdrawn, it names the one that it went into, and every
address it ever had leads there in one hop. A draft that nobody saw is discarded; what it changes in an entry that
readers see, they are told.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.models import Correction, Event, Link, Slug, State

from . import form
from .form import Record
from .merge import Key, keyed
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
    """A field, or one row of a list, in which both entries say something, and not the same: an editor has to choose.

    `name` is what the choice is called: the field's, or with the row's key behind it, as in `citations.jiji-1`.
    """

    name: str
    field: str
    kept: Any
    gone: Any


def differences(kept: Record, gone: Record) -> list[Difference]:
    """What cannot be kept of both; two canonical records."""
    fields = [
        Difference(name, name, kept[name], gone[name])
        for name in _EITHER
        if _says(kept[name]) and _says(gone[name]) and kept[name] != gone[name]
    ]
    return [*fields, *_about_as_long(kept, gone), *_two_rows(kept, gone)]


def _about_as_long(kept: Record, gone: Record) -> Iterator[Difference]:
    name = "duration_approximate"
    if kept["duration_minutes"] == gone["duration_minutes"] is not None and kept[name] != gone[name]:
        yield Difference(name, name, kept[name], gone[name])


def _two_rows(kept: Record, gone: Record) -> Iterator[Difference]:
    """The same participant in two roles or for two countries; one source's words, where both are too long together."""
    for field in ("participants", "citations"):
        rows = keyed(field, kept[field])
        for key, other in keyed(field, gone[field]).items():
            own = rows.get(key)
            if own is None or own == other:
                continue
            if field == "participants":
                yield Difference(_choice(field, key), field, own, other)
            elif _joined(own["excerpt"], other["excerpt"]) is None:
                both = {"supports": _supports(own, other)}
                yield Difference(_choice(field, key), field, own | both, other | both)


def _choice(field: str, key: Key) -> str:
    return ".".join((field, *key))


def merged(kept: Record, gone: Record, take: Container[str] = ()) -> Record:
    """The record of both: from `gone` what `take` names of the differences, what `kept` leaves open, and all its rows.

    Left out is nothing but what `left_out` names.
    """
    whole = dict(kept)
    for name in _EITHER:
        if _says(gone[name]) and (name in take or not _says(kept[name])):
            whole[name] = gone[name]
            if name == "duration_minutes":
                whole["duration_approximate"] = gone["duration_approximate"]
    if "duration_approximate" in take:
        whole["duration_approximate"] = gone["duration_approximate"]
    whole["participants"] = _participants(kept, gone, take)
    whole["topics"] = list(dict.fromkeys([*kept["topics"], *gone["topics"]]))
    whole["readouts"] = _accounts(kept["readouts"], gone["readouts"])
    whole["citations"] = _citations(kept, gone, take)
    links = keyed("links", [*kept["links"], *gone["links"]])
    whole["links"] = [
        row
        for key, row in links.items()
        if not _joins(row, kept, gone) and len(key) == 2  # a third part: it is there
    ]
    return whole


def left_out(kept: Record, gone: Record) -> list[tuple[str, Any]]:
    """The rows of both, each with its list's name, that mean nothing in one entry.

    A link between the two, and that a side issued no readout where the other entry has its account.
    """
    accounts = _all_accounts(kept["readouts"], gone["readouts"])
    silent = [("readouts", row) for row in accounts if _is_belied(row, accounts)]
    return silent + [("links", row) for row in [*kept["links"], *gone["links"]] if _joins(row, kept, gone)]


def _says(value: Any) -> bool:
    return value not in (None, "")


def _joins(link: Any, kept: Record, gone: Record) -> bool:
    return link["event"] in (kept["id"], gone["id"])


def _participants(kept: Record, gone: Record, take: Container[str]) -> list[Any]:
    rows = keyed("participants", kept["participants"])
    for key, other in keyed("participants", gone["participants"]).items():
        if key not in rows or _choice("participants", key) in take:
            rows[key] = other
    return list(rows.values())


def _citations(kept: Record, gone: Record, take: Container[str]) -> list[Any]:
    rows = {key: dict(row) for key, row in keyed("citations", kept["citations"]).items()}
    for key, other in keyed("citations", gone["citations"]).items():
        row = rows.setdefault(key, dict(other))
        row["supports"] = _supports(row, other)
        both = _joined(row["excerpt"], other["excerpt"])
        if both is not None:
            row["excerpt"] = both or None
        elif _choice("citations", key) in take:
            row["excerpt"] = other["excerpt"]
    return list(rows.values())


def _supports(one: Any, other: Any) -> list[str]:
    return list(dict.fromkeys([*one["supports"], *other["supports"]]))


def _joined(one: str | None, other: str | None) -> str | None:
    """Two excerpts of one source as one; None: that would be too long."""
    texts = sorted({one or "", other or ""}, key=len)
    if texts[0] in texts[-1]:
        return texts[-1]
    both = f"{one} […] {other}"
    return both if len(both) <= _LONGEST_EXCERPT else None


def _accounts(kept: list[Any], gone: list[Any]) -> list[Any]:
    """Those of both; “none issued” goes where its side has spoken after all."""
    rows = _all_accounts(kept, gone)
    return [row for row in rows if not _is_belied(row, rows)]


def _is_belied(account: Any, accounts: list[Any]) -> bool:
    return not account["issued"] and any(one["issued"] and one["side"] == account["side"] for one in accounts)


def _all_accounts(kept: list[Any], gone: list[Any]) -> list[Any]:
    """Those of both; the points of one account that stands in both are put together."""
    rows = {key: {**row, "points": list(row["points"])} for key, row in keyed("readouts", kept).items()}
    for key, other in keyed("readouts", gone).items():
        row = rows.get(key)
        if row is None or row["issued"] != other["issued"] or row["date"] != other["date"]:
            rows[(*key, "of the other")] = other
            continue
        row["points"] += [point for point in other["points"] if point not in row["points"]]
    return list(rows.values())


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
