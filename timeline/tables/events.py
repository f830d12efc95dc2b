"""Events as a table. Readouts with their points don't fit into cells: they travel in dossiers, and stay as they are."""

from collections.abc import Container, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import record
from timeline.batches import in_batches
from timeline.differences import Difference, Names, differences
from timeline.models import FORMATS, Event, Kind, Occurrence, PartOfDay, Slug, Source, State
from timeline.models.events import Format
from timeline.record import Refused, Writer, slugs
from timeline.record.checklist import before_publishing, beside_the_rules
from timeline.record.links import slugs_today
from timeline.record.rules import Path, Problem, References, complete, problems

from . import cells, evidence, people
from .columns import Column, Known, Row, choice, country, date, text
from .plan import Plan, Planned, Table, refused
from .sheet import Fault, Line, Sheet

_AT_A_TIME = 500  # events that are written together
_COLUMNS = {"id": "slug", "citations": "sources"}  # where a column is not called as the record's field
# Fields whose rules look at another one, too: where that could not be read, nothing can be said of them.
_LOOKS_AT = {"occurrence": "citations", "duration_approximate": "duration_minutes"}


_KINDS, _PARTS_OF_DAY, _OCCURRENCES = Kind.choices, PartOfDay.choices, Occurrence.choices
_FORMATS = {kind: [(one, Format(one).label) for one in formats] for kind, formats in FORMATS.items()}
_ALL_FORMATS = Format.choices


class Events(Table):
    """Meetings, calls and statements. New ones come as drafts; the others keep their record state."""

    model = Event
    columns = (
        text(
            "slug",
            gettext_lazy(
                "By which the row is known again. Empty: a new event, whose slug is made from names, kind and date."
            ),
            "takaichi-trump-call-2025-11-25",
            key="id",
        ),
        choice("kind", gettext_lazy("Meeting, call or statement."), "call", lambda _row: _KINDS),
        text("title", gettext_lazy("A sentence that says what happened, or did not."), "Trump calls Takaichi"),
        date(
            "date",
            gettext_lazy("As people write it (25.11.2025, Nov 2025), or in EDTF; 3/4/2025 is refused: day or month?"),
            "25 Nov 2025",
        ),
        choice(
            "part_of_day",
            gettext_lazy("Morning, midday, afternoon, evening or night."),
            "morning",
            lambda _row: _PARTS_OF_DAY,
        ),
        text("time_zone", gettext_lazy("The IANA time zone that the date is given in."), "Asia/Tokyo"),
        choice(
            "occurrence",
            gettext_lazy("Whether it took place, is planned, was postponed, was cancelled or did not take place."),
            "took place",
            lambda _row: _OCCURRENCES,
        ),
        choice(
            "format",
            gettext_lazy("In what way; one that goes with the kind."),
            "phone",
            lambda row: _FORMATS.get(row["kind"], _ALL_FORMATS),
        ),
        text("place", gettext_lazy("The town, or the house in it."), "Tokyo"),
        country("country", gettext_lazy("The country of the place: its code or name."), "JP"),
        Column(
            "participants",
            gettext_lazy(
                "Leaders by their slugs; in brackets the country that they spoke for, else that of their post; a role"
                " (host, addressee) in front. A delegation by its title."
            ),
            'sanae-takaichi; host: donald-trump (US); "Vice ministers" (JP)',
            people.write,
            people.read,
            "participants",
        ),
        country("initiated_by", gettext_lazy("The side that asked for it."), "US"),
        Column(
            "duration_minutes",
            gettext_lazy("Whole minutes."),
            "25",
            lambda row: "" if row["duration_minutes"] is None else str(row["duration_minutes"]),
            lambda cell, _row, _known: cells.number(cell),
            "duration_minutes",
        ),
        Column(
            "duration_approximate",
            gettext_lazy("Yes, where it was about that long."),
            "yes",
            lambda row: "yes" if row["duration_approximate"] else "",
            lambda cell, _row, _known: cells.flag(cell),
            "duration_approximate",
        ),
        text("words", gettext_lazy("A statement's own words, short and exact."), "We welcome it."),
        text("summary", gettext_lazy("A few sentences."), "The leaders spoke for 25 minutes.", is_line=False),
        text(
            "note",
            gettext_lazy("Where sources disagree, or what follows from what."),
            "The two sides name different hours.",
            is_line=False,
        ),
        Column(
            "topics",
            gettext_lazy("Slugs of topics, in the order in which readers should see them."),
            "taiwan; trade",
            evidence.write_topics,
            evidence.read_topics,
            "topics",
        ),
        Column(
            "sources",
            gettext_lazy(
                "Slugs or addresses of known sources; in square brackets what each supports, in quotation marks its"
                " exact words."
            ),
            'jiji-2025-11-25 [date, title] "The leaders"; https://example.org/readout',
            evidence.write_sources,
            evidence.read_sources,
            "citations",
        ),
        Column(
            "links",
            gettext_lazy("To other events: about, follows up, reacts to, on margins of or prepares, and the slug."),
            "about: takaichi-xi-meeting-2025-10-31",
            evidence.write_links,
            evidence.read_links,
            "links",
        ),
    )

    # Out -------------------------------------------------------------------------------------------------------

    def rows(self, keys: Sequence[int]) -> list[Row]:
        found = record.of_all(keys)
        return [found[key] for key in keys if key in found]

    # In --------------------------------------------------------------------------------------------------------

    def held(self, lines: Sequence[Line]) -> list[tuple[Row, Any] | None]:
        given = [line.cells.get("slug", "") for line in lines]
        events: dict[str, Event] = {}
        for batch in in_batches(dict.fromkeys(slug for slug in given if slug)):
            rows = Slug.objects.filter(slug__in=batch).select_related("event__merged_into")
            events.update({row.slug: row.event for row in rows})
        records = record.of_all(event.pk for event in events.values())
        return [(records[events[slug].pk], events[slug]) if slug in events else None for slug in given]

    def blank(self) -> Row:
        return record.canonical({})

    def know(self, known: Known, sheet: Sheet) -> None:
        wanted = dict.fromkeys(
            address for line in sheet.lines for address in evidence.addresses(line.cells.get("sources", ""))
        )
        for batch in in_batches(wanted):
            for name in ("archived_url", "url"):
                rows = Source.objects.filter(**{f"{name}__in": batch}).order_by("-pk")
                known.addresses.update(rows.values_list(name, "slug"))

    def complete(self, rows: Sequence[Planned]) -> None:
        known = References()
        for batch in in_batches(rows):
            for row in batch:
                row.after = record.canonical(row.after)
            known.load(row.after for row in batch)
            today = slugs_today(link["event"] for row in batch for link in row.after["links"])
            for row in batch:
                for link in row.after["links"]:
                    link["event"] = today.get(link["event"], link["event"])
                complete(row.after, known)
        nameless = [row for row in rows if not row.after["id"]]
        named = slugs.free_all(
            (_slug(row.after, known) for row in nameless),
            Slug,
            (row.after["id"] for row in rows if row.after["id"]),
        )
        for row, slug in zip(nameless, named, strict=True):
            row.after["id"] = slug

    def faults(self, rows: Sequence[Planned]) -> Iterator[Fault]:
        known = References()
        coming = {row.after["id"] for row in rows}
        for batch in in_batches(rows):
            known.load(one for row in batch for one in (row.before if is_public(row) else None, row.after) if one)
            linked = slugs_today(link["event"] for row in batch for link in row.after["links"])
            for row in batch:
                yield from self._refused(row, known, (coming, linked.keys()))

    def _refused(self, row: Planned, known: References, events: Sequence[Container[str]]) -> Iterator[Fault]:
        state = row.held.state if row.held else State.DRAFT
        if row.held and row.held.merged_into_id:
            message = _("This entry was merged into “%s”: change that one.") % row.held.merged_into.slug
            yield _fault(row, "id", message)
            return
        if row.before and row.before["kind"] != row.after["kind"]:
            if "kind" not in row.unread:
                yield _fault(row, "kind", _("An event keeps its kind: expected %s.") % row.before["kind"])
            row.unread.add("kind")
            row.after["kind"] = ""
        for problem in [*problems(row.after, state, known), *_new_gaps(row, known)]:
            if _is_certain(row, problem.path):
                yield _fault(row, str(problem.path[0]) if problem.path else "", problem.message)
        for link in row.after["links"]:
            if not any(link["event"] in some for some in events):
                yield _fault(row, "links", _("The event “%s” is not known.") % link["event"])

    def write(self, planned: Plan, writer: Writer, reason: str = "") -> None:
        moving = [*planned.created, *planned.changed]
        public = [row for row in moving if is_public(row)]
        for rows, why in ((public, reason), ([row for row in moving if not is_public(row)], "")):
            for batch in in_batches(rows, _AT_A_TIME):
                results = writer.write_all([(row.after, row.held) for row in batch], reason=why)
                refused(
                    _fault(row, str(problem.path[0]) if problem.path else "", problem.message)
                    for row, result in zip(batch, results, strict=True)
                    if isinstance(result, Refused)
                    for problem in result.problems
                )
                for row, result in zip(batch, results, strict=True):
                    row.held = row.held if isinstance(result, Refused) else result.event

    # In words --------------------------------------------------------------------------------------------------

    def differences(self, rows: Sequence[Planned]) -> list[list[Difference]]:
        names = Names([one for row in rows for one in (row.before, row.after) if one])
        return [differences(row.before, row.after, names) for row in rows]

    def missing(self, rows: Sequence[Planned]) -> list[list[str]]:
        known = References()
        known.load(row.after for row in rows)
        return [[one.message for one in _gaps(row, known)] for row in rows]


def _gaps(row: Planned, known: References) -> Iterator[Problem]:
    """What keeps a draft from being published."""
    if row.held is None or row.held.state == State.DRAFT:
        yield from (one for one in before_publishing(row.after, known) if _is_certain(row, one.path))


def _new_gaps(row: Planned, known: References) -> Iterator[Problem]:
    """What a change takes away that published entries need; what was wanting before still may."""
    if row.before and is_public(row):
        stood = {problem.message for problem in beside_the_rules(row.before, known)}
        yield from (one for one in beside_the_rules(row.after, known) if one.message not in stood)


def _is_certain(row: Planned, path: Path) -> bool:
    """Whether this is wrong whatever the cells should have said that could not be read."""
    name = str(path[0]) if path else ""
    if _LOOKS_AT.get(name) in row.unread:
        return False
    return name not in row.unread or (name in row.partly and len(path) > 1)


def is_public(row: Planned) -> bool:
    """Whether readers see what this row changes."""
    return row.held is not None and row.held.state == State.PUBLISHED


def _fault(row: Planned, name: str, message: str) -> Fault:
    column = _COLUMNS.get(name, name)
    return Fault(row.line.number, column, row.line.cells.get(column, ""), message)


def _slug(row: Row, known: References) -> str:
    people = (known.leaders.get(one["leader"] or "") or one["country"] or "" for one in row["participants"])
    return slugs.of_event(people, row["kind"], row["date"]) or "event"


EVENTS = Events()
