"""What an event's record must hold before it may be saved, and before it may be published.

Each rule answers with Problems: a place in the record and a sentence. Ingest turns the place into a JSON
Pointer, the admin into a form's field.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from timeline import edtf
from timeline.batches import in_batches
from timeline.models import (
    FORMATS,
    ROLES,
    Certainty,
    Citation,
    Country,
    Disclosure,
    Event,
    Kind,
    Leader,
    Occurrence,
    Participation,
    PartOfDay,
    Point,
    Readout,
    Relation,
    Source,
    State,
    Topic,
)
from timeline.models.guard import PublicModel
from timeline.models.people import pick_post
from timeline.time_zones import is_time_zone

from .form import Record, named

Path = tuple[str | int, ...]
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
# The enumerations make their lists of values anew at each asking, and they are asked for every record.
_KINDS = frozenset(Kind.values)
_OCCURRENCES = frozenset(Occurrence.values)
_PARTS_OF_DAY = frozenset(PartOfDay.values)
_CERTAINTIES = frozenset(Certainty.values)
_DISCLOSURES = frozenset(Disclosure.values)
_RELATIONS = frozenset(Relation.values)


class Problem(NamedTuple):
    """Where in the record something is wrong, and what, as a sentence."""

    path: Path
    message: str

    @property
    def pointer(self) -> str:
        """The place as a JSON Pointer (RFC 6901)."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.path)


class Refused(Exception):
    """The writer did not write; `problems` says why. Nothing has changed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))


@dataclass
class References:
    """The rows that records point at, by slug or code."""

    leaders: dict[str, Leader] = field(default_factory=dict)
    countries: dict[str, Country] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def load(self, records: Iterable[Record]) -> None:
        """Fetch what these records point at and isn't here yet; at most one query a noun and thousand."""
        wanted = named(records)
        _fetch(self.leaders, Leader.objects.prefetch_related("posts"), "slug", wanted["leaders"])
        self.load_countries(wanted["countries"])
        _fetch(self.topics, Topic.objects.all(), "slug", wanted["topics"])
        _fetch(self.sources, Source.objects.all(), "slug", wanted["sources"])

    def load_countries(self, codes: Iterable[str | None]) -> None:
        """Fetch these countries, where they are not here yet."""
        _fetch(self.countries, Country.objects.all(), "code", codes)


def _fetch(known: dict[str, Any], rows: Any, key: str, wanted: Iterable[str | None]) -> None:
    missing = {name for name in wanted if name and name not in known}
    for batch in in_batches(missing):
        known.update({getattr(row, key): row for row in rows.filter(**{f"{key}__in": batch})})


def complete(record: Record, known: References) -> Record:
    """Fill in what follows from the rest: the country of a leader is that of the post they held that day."""
    try:
        day = edtf.parse(record["date"])
    except edtf.EdtfError:
        return record
    for one in record["participants"]:
        leader = known.leaders.get(one["leader"] or "")
        if leader and not one["country"]:
            post = pick_post(leader.posts.all(), day.earliest, day.latest)
            one["country"] = post.country_id if post else None
    known.load_countries(one["country"] for one in record["participants"])
    return record


def problems(record: Record, state: str, known: References) -> list[Problem]:
    """Everything that is wrong with a canonical, completed record that is to have this state."""
    found = [
        *_identity(record),
        *_lengths(record),
        *_when_and_where(record, known),
        *_kind_bound(record),
        *_people(record, known),
        *_accounts(record, known),
        *_evidence(record, known),
        *_links(record),
    ]
    if state == State.PUBLISHED:
        found += _before_publishing(record)
    return found


def state_problems(was: str, state: str, reason: str) -> Iterator[Problem]:
    """What is wrong with taking an event from one record state to another: an address given out must last."""
    if state == State.DRAFT and was != State.DRAFT:
        yield Problem(("state",), _("What was published can't become a draft again: withdraw it, with a reason."))
    if state == State.WITHDRAWN and was == State.DRAFT:
        yield Problem(("state",), _("Only a published event can be withdrawn."))
    elif state == State.WITHDRAWN and not reason.strip():
        yield Problem(("reason",), _("Readers need to know why: give a reason."))


def _lengths(record: Record) -> Iterator[Problem]:
    """PostgreSQL refuses what is too long for its column, SQLite takes it: neither shall be asked."""
    places: list[tuple[Path, type[PublicModel], str, str | None]] = [
        ((name,), Event, name, record[name]) for name in ("title", "summary", "note", "date", "place", "words")
    ]
    for place, one in enumerate(record["participants"]):
        places.append((("participants", place, "title"), Participation, "title", one["title"]))
    for place, one in enumerate(record["citations"]):
        places.append((("citations", place, "excerpt"), Citation, "excerpt", one["excerpt"]))
    for place, one in enumerate(record["readouts"]):
        places += [(("readouts", place, name), Readout, name, one[name]) for name in ("given_as", "date")]
        for number, point in enumerate(one["points"]):
            places.append((("readouts", place, "points", number, "text"), Point, "text", point["text"]))
    for path, model, name, value in places:
        most = getattr(model._meta.get_field(name), "max_length", None)
        if value and most and len(value) > most:
            yield Problem(path, _("Expected at most %d characters.") % most)


def _identity(record: Record) -> Iterator[Problem]:
    if record["kind"] not in _KINDS:
        yield Problem(("kind",), _("Expected meeting, call or statement."))
    if not record["title"].strip():
        yield Problem(("title",), _("An event needs a title: a sentence that says what happened, or did not."))
    if not _SLUG.match(record["id"]) or len(record["id"]) > 120:
        yield Problem(
            ("id",),
            _("“%s” is no slug; expected lower-case letters, digits and single hyphens.") % record["id"],
        )
    if record["occurrence"] not in _OCCURRENCES:
        yield Problem(("occurrence",), _("“%s” is no outcome.") % record["occurrence"])


def _when_and_where(record: Record, known: References) -> Iterator[Problem]:
    try:
        edtf.parse(record["date"])
    except edtf.EdtfError as error:
        yield Problem(("date",), str(error))
    if record["part_of_day"] and record["part_of_day"] not in _PARTS_OF_DAY:
        yield Problem(("part_of_day",), _("“%s” is no part of the day.") % record["part_of_day"])
    if record["time_zone"] and not is_time_zone(record["time_zone"]):
        yield Problem(
            ("time_zone",),
            _("“%s” is no IANA time zone; expected one as in Asia/Tokyo.") % record["time_zone"],
        )
    for name in ("country", "initiated_by"):
        if record[name] and record[name] not in known.countries:
            yield Problem((name,), _unknown_country(record[name]))
    for place, topic in enumerate(record["topics"]):
        if topic not in known.topics:
            yield Problem(("topics", place), _("The topic “%s” is not known.") % topic)
        if topic in record["topics"][:place]:
            yield Problem(("topics", place), _("The topic “%s” stands here twice.") % topic)


def _unknown_country(code: str) -> str:
    return _("The country “%s” is not known; expected an ISO 3166-1 code as in JP.") % code


def _kind_bound(record: Record) -> Iterator[Problem]:
    kind = record["kind"]
    if kind not in _KINDS:
        return
    if record["format"] and record["format"] not in FORMATS[kind]:
        yield Problem(
            ("format",),
            _("“%(format)s” is no format of a %(kind)s; expected one of %(formats)s.")
            % {"format": record["format"], "kind": kind, "formats": ", ".join(FORMATS[kind])},
        )
    if kind == Kind.STATEMENT:
        if record["duration_minutes"] is not None:
            yield Problem(("duration_minutes",), _("A statement has no duration."))
        if record["initiated_by"]:
            yield Problem(("initiated_by",), _("A statement is not initiated by a side."))
    elif record["words"]:
        yield Problem(("words",), _("Only a statement has words of its own."))
    if record["duration_minutes"] is not None and not 1 <= record["duration_minutes"] <= 20000:
        yield Problem(("duration_minutes",), _("Expected whole minutes, from 1 to 20,000."))
    if record["duration_approximate"] and record["duration_minutes"] is None:
        yield Problem(("duration_approximate",), _("An approximate duration needs a number of minutes."))


def _is_date(text: str) -> bool:
    try:
        edtf.parse(text)
    except edtf.EdtfError:
        return False
    return True


def _people(record: Record, known: References) -> Iterator[Problem]:
    kind, people = record["kind"], record["participants"]
    roles = ROLES.get(kind, ())
    is_dated = _is_date(record["date"])
    for place, one in enumerate(people):
        at: Path = ("participants", place)
        if one["leader"] and one["leader"] not in known.leaders:
            yield Problem((*at, "leader"), _("The leader “%s” is not known.") % one["leader"])
        elif one["leader"] and one["title"]:
            yield Problem((*at, "title"), _("A named leader needs no delegation's title."))
        elif not one["leader"] and not one["title"]:
            yield Problem((*at, "leader"), _("Expected a leader, or a delegation with a country and a title."))
        elif not one["country"] and (is_dated or not one["leader"]):
            yield Problem(
                (*at, "country"),
                _("Whom they spoke for is not known: no post of theirs covers this date. Name the country.")
                if one["leader"]
                else _("A delegation needs a country."),
            )
        if one["country"] and one["country"] not in known.countries:
            yield Problem((*at, "country"), _unknown_country(one["country"]))
        if roles and one["role"] not in roles:
            yield Problem(
                (*at, "role"),
                _("“%(role)s” is no role in a %(kind)s; expected %(roles)s.")
                % {"role": one["role"], "kind": kind, "roles": _(" or ").join(roles)},
            )
        if one["leader"] and one["leader"] in [other["leader"] for other in people[:place]]:
            yield Problem((*at, "leader"), _("“%s” stands here twice.") % one["leader"])
    if kind == Kind.STATEMENT:
        speakers = [place for place, one in enumerate(people) if one["role"] == "speaker"]
        if not speakers:
            yield Problem(("participants",), _("A statement needs its speaker."))
        for place in speakers[1:]:
            yield Problem(("participants", place, "role"), _("A statement has one speaker."))
    if kind == Kind.CALL:
        principals = {(one["leader"], one["country"], one["title"]) for one in people if one["role"] == "principal"}
        if len(principals) < 2:
            yield Problem(("participants",), _("A call needs two different principals."))


def _accounts(record: Record, known: References) -> Iterator[Problem]:
    sides = {one["side"] for one in record["readouts"] if one["issued"] and one["points"]}
    for place, one in enumerate(record["readouts"]):
        at: Path = ("readouts", place)
        if one["side"] not in known.countries:
            yield Problem((*at, "side"), _unknown_country(one["side"]))
        if one["given_by"] and one["given_by"] not in known.leaders:
            yield Problem((*at, "given_by"), _("The leader “%s” is not known.") % one["given_by"])
        if one["source"] and one["source"] not in known.sources:
            yield Problem((*at, "source"), _("The source “%s” is not known.") % one["source"])
        if one["date"]:
            try:
                edtf.parse(one["date"])
            except edtf.EdtfError as error:
                yield Problem((*at, "date"), str(error))
        if one["issued"] and not one["points"]:
            yield Problem((*at, "points"), _("This account says nothing yet: add a point, or mark it as not issued."))
        if not one["issued"] and one["points"]:
            yield Problem((*at, "points"), _("A readout that was not issued has no points."))
        for number, point in enumerate(one["points"]):
            if not point["text"].strip():
                yield Problem((*at, "points", number, "text"), _("A point needs its text."))
            if point["certainty"] not in _CERTAINTIES:
                yield Problem((*at, "points", number, "certainty"), _("“%s” is no certainty.") % point["certainty"])
            if point["disclosure"] not in _DISCLOSURES:
                yield Problem((*at, "points", number, "disclosure"), _("“%s” is no disclosure.") % point["disclosure"])
            if point["certainty"] == "confirmed" and len(sides) < 2:
                yield Problem(
                    (*at, "points", number, "certainty"),
                    _(
                        "“Confirmed” means that both sides have said so, and only one side's account stands here:"
                        " one side's account is “reported”."
                    ),
                )


def _evidence(record: Record, known: References) -> Iterator[Problem]:
    cited: set[str] = set()
    for place, one in enumerate(record["citations"]):
        if one["source"] not in known.sources:
            yield Problem(("citations", place, "source"), _("The source “%s” is not known.") % one["source"])
        elif one["source"] in cited:
            yield Problem(("citations", place, "source"), _("The source “%s” is cited twice.") % one["source"])
        cited.add(one["source"])
        for number, name in enumerate(one["supports"]):
            if name not in Citation.SUPPORTS:
                yield Problem(("citations", place, "supports", number), _("“%s” is no part of an event.") % name)


def _links(record: Record) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for place, one in enumerate(record["links"]):
        pair = (one["relation"], one["event"])
        if one["relation"] not in _RELATIONS:
            yield Problem(("links", place, "relation"), _("“%s” is no relation.") % one["relation"])
        if one["event"] == record["id"]:
            yield Problem(("links", place, "event"), _("An event can't be linked to itself."))
        if pair in seen:
            yield Problem(("links", place, "event"), _("This link stands here twice."))
        seen.add(pair)


def _before_publishing(record: Record) -> Iterator[Problem]:
    if not record["citations"]:
        yield Problem(("citations",), _("A published event needs at least one citation: on whose word is it?"))
    if record["kind"] == Kind.MEETING and len(record["participants"]) < 2:
        yield Problem(("participants",), _("A published meeting needs two participants."))
