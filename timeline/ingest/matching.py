"""Which entry of the record a proposal is about, and where the two agree, add to each other and contradict.

A proposal about a known event is further evidence for it, never a second event: the same kind, the same people, days
that overlap (see `timeline.duplicates`). What is the same to a reader agrees: “Tokyo” and “Tokyo, Japan”, a month and
a day within it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _

from timeline import duplicates, edtf, record
from timeline.differences import label
from timeline.models import Event, Kind, Leader, Proposal, Role, Standing
from timeline.record.form import Record

from .proposals import Values, latest

# The fields of a proposal that are compared one by one, in the order of the form; people apart.
FIELDS = (
    "occurrence",
    "date",
    "part_of_day",
    "format",
    "place",
    "initiated_by",
    "duration_minutes",
    "words",
)
# An undated proposal may be about an event so many days before its article, or after.
_BEFORE, _AFTER = 92, 31
_MOST_NAMES = 400  # that are looked up together
_LEFT_OUT = re.compile(r"\[?(?:…|\.(?: ?\.){2,})\]?")


class How(StrEnum):
    """How what an article says stands to what the record says."""

    AGREES = "agrees"
    ADDS = "adds"  # the record leaves it open, or says it less exactly
    CONFLICTS = "conflicts"


@dataclass(frozen=True)
class Finding:
    """One field in which an article says something: how it stands to the record, and what stands there."""

    name: str
    how: How
    known: Any
    told: Any

    @property
    def is_instead(self) -> bool:
        """Whether it would replace what stands there: what contradicts, and other words, as an entry has one place."""
        return self.how == How.CONFLICTS or (self.name == "words" and self.how == How.ADDS and bool(self.known))


@dataclass(frozen=True)
class Match:
    """An entry that a proposal is about.

    `is_sure`: the same people, on the same days, and no other fits as well. `is_near`: a day before or after.
    """

    event: Event
    record: Record
    findings: list[Finding]
    is_sure: bool
    is_near: bool = False

    def named(self, how: How) -> list[Finding]:
        """The fields that stand so to the record."""
        return [one for one in self.findings if one.how == how]

    @property
    def key(self) -> str:
        return str(self.event.pk)

    @property
    def when(self) -> str:
        return edtf.words(self.event.date)

    @property
    def summary(self) -> str:
        """“Agrees: date, format. Adds: duration in minutes. Conflicts: place.”"""
        words = {
            How.AGREES: _("Agrees: %s."),
            How.ADDS: _("Adds: %s."),
            How.CONFLICTS: _("Conflicts: %s."),
        }
        named = {how: ", ".join(label(one.name) for one in self.named(how)) for how in words}
        return " ".join(words[how] % named[how] for how in words if named[how])


# People ------------------------------------------------------------------------------------------------------


class Known:
    """The record's leaders by the names that articles give them; few queries for any number of proposals."""

    def __init__(self, proposals: Iterable[Values]) -> None:
        self._by_slug: dict[str, Leader] = {}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        proposals = list(proposals)
        names = sorted({name for values in proposals for name in values["participants"]})[:_MOST_NAMES]
        slugs = {slug for values in proposals for slug in values["slugs"].values()}
        wanted = Q(slug__in=slugs) | Q(name__in=names) | Q(native_name__in=names)
        for name in names:
            # SQLite keeps letters beyond ASCII escaped.
            wanted |= Q(other_names__icontains=json.dumps(name)) | Q(other_names__icontains=f'"{name}"')
        for leader in Leader.objects.filter(wanted).prefetch_related("posts__country") if names else ():
            self._by_slug[leader.slug] = leader
            for name in (leader.name, leader.native_name, *leader.other_names):
                self._by_name[name.casefold()].add(leader.slug)

    def leader(self, values: Values, name: str) -> Leader | None:
        """Whom an article means by this name; None where the record knows nobody, or several, of that name."""
        slug = values["slugs"].get(name)
        if slug in self._by_slug:
            return self._by_slug[slug]
        found = self._by_name.get(name.casefold(), set())
        return self._by_slug[next(iter(found))] if len(found) == 1 else None


# Matches -----------------------------------------------------------------------------------------------------


def matches(values: Values, known: Known, published: date, quoted: Sequence[str] = ()) -> list[Match]:
    """The entries that a proposal may be about, the likeliest first; two queries, and some for each entry.

    Where there is none, those a day away: one of them may be it, and which is never sure; two queries more. `quoted`
    are all the words that the article quotes of a statement.
    """
    people = [(name, known.leader(values, name)) for name in values["participants"]]
    role = Role.SPEAKER if values["kind"] == Kind.STATEMENT else Role.PRINCIPAL
    asked = {
        "kind": values["kind"],
        "date": values["date"] or _window(published),
        "participants": [{"leader": leader.slug, "country": None, "role": role} for __, leader in people if leader],
    }
    ours = {(leader.slug, "") for __, leader in people if leader}
    strangers = [name for name, leader in people if leader is None]
    events = [event for event in duplicates.likely(asked) if _may_have(event, strangers)]
    if not events and not strangers:
        return _near(values, asked, ours, quoted)
    found = _compared(values, events, quoted)
    alike = [
        one for one in found if not strangers and duplicates.sides_of(one[0]) == ours and _may_be_one(values, one[1])
    ]
    least = min((_unlike(one[2]) for one in alike), default=0)
    likeliest = [one for one in alike if _unlike(one[2]) == least]
    sure = likeliest[0][0].pk if len(likeliest) == 1 else None
    made = [Match(event, known_record, told, event.pk == sure) for event, known_record, told in found]
    return sorted(made, key=lambda one: (not one.is_sure, _unlike(one.findings)))


def _near(values: Values, asked: dict[str, Any], ours: set[duplicates.Side], quoted: Sequence[str]) -> list[Match]:
    """Entries of the same people a day before or after; who speaks every day must have said the same words."""
    try:
        day = edtf.parse(values["date"] or "")
        around = f"{day.earliest - timedelta(1)}/{day.latest + timedelta(1)}"
    except (edtf.EdtfError, OverflowError):
        return []
    events = [event for event in duplicates.likely({**asked, "date": around}) if duplicates.sides_of(event) == ours]
    made = [Match(*one, is_sure=False, is_near=True) for one in _compared(values, events, quoted)]
    if values["kind"] != Kind.STATEMENT:
        return made
    return [one for one in made if any(of.name == "words" for of in one.named(How.AGREES))]


def _compared(values: Values, events: list[Event], quoted: Sequence[str]) -> list[tuple[Event, Record, list[Finding]]]:
    records = record.of_all(event.pk for event in events) if events else {}
    return [(event, records[event.pk], findings(values, records[event.pk], quoted)) for event in events]


def _may_have(event: Event, strangers: list[str]) -> bool:
    """Whether each of these unknown names may be another spelling of somebody who took part."""
    there = {word for one in event.participations.all() for word in one.name.casefold().split()}
    return all(there & set(name.casefold().split()) for name in strangers)


def _window(published: date) -> str:
    return f"{published - timedelta(_BEFORE)}/{published + timedelta(_AFTER)}"


def _may_be_one(values: Values, known: Record) -> bool:
    """Whether nothing speaks against it: one speaks twice a day, and who did not meet may have met another day."""
    if values["kind"] == Kind.STATEMENT and values["format"] and known["format"]:
        return bool(values["format"] == known["format"])
    return bool(values["date"]) or values["occurrence"] == known["occurrence"]


def _unlike(told: list[Finding]) -> int:
    """How much speaks for another event: what contradicts, and other words."""
    return sum(one.is_instead for one in told)


def also_told(proposals: Iterable[Proposal]) -> dict[int, list[Proposal]]:
    """Undecided proposals of other articles about the same people and days, by the proposal's key; two queries."""
    ours = list(proposals)
    others = (
        Proposal.objects.filter(standing=Standing.WAITING, about__in={one.about for one in ours})
        .select_related("article")
        .prefetch_related("readings__text")
    )
    by_about = defaultdict(list)
    for one in others:
        by_about[one.about].append(one)
    return {
        one.pk: [
            other
            for other in by_about[one.about]
            if other.article_id != one.article_id and overlap(_date(one), _date(other))
        ]
        for one in ours
    }


def _date(proposal: Proposal) -> str | None:
    date: str | None = latest(proposal.readings.all()).values["date"]
    return date


# What stands against what ------------------------------------------------------------------------------------


def findings(values: Values, known: Record, quoted: Sequence[str] = ()) -> list[Finding]:
    """What an article says of an event, field by field, beside its canonical record; nothing of what it leaves open.

    `quoted` are all the words that it quotes of a statement: the entry may have any of them.
    """
    found = []
    for name in FIELDS:
        told = values.get(name)
        if told not in (None, ""):
            how = _of_words(known[name], told, quoted) if name == "words" else _how(name, known[name], told)
            found.append(Finding(name, how, known[name], told))
    return found


def quotations(text: str, evidence: Mapping[str, Any]) -> list[str]:
    """All the words that an article's text quotes of a statement."""
    return [text[span["start"] : span["end"]] for span in evidence.get("words", ())]


def _how(name: str, known: Any, told: Any) -> How:
    if known in (None, ""):
        return How.ADDS
    if known == told:
        return How.AGREES
    match name:
        case "date":
            return _of_dates(known, told)
        case "place":
            one, other = _plain(known), _plain(told)
            return How.AGREES if one in other or other in one else How.CONFLICTS
    return How.CONFLICTS


def _of_words(known: str | None, told: str, quoted: Iterable[str]) -> How:
    """Words that hold the others agree; other words of the same occasion are further ones, and contradict nothing.

    Of all that is quoted beside them, a word or two in quotation marks is not yet what the entry quotes.
    """
    if not known:
        return How.ADDS
    if known == told or _holds(known, told) or any(_holds(one, known) for one in (told, *quoted)):
        return How.AGREES
    return How.ADDS


def _holds(whole: str, part: str) -> bool:
    """Whether a quotation holds all that another has, which may leave words out (“... , ...”), in its order."""
    pieces = [piece for piece in map(_plain, _LEFT_OUT.split(part)) if piece]
    text, behind = _plain(whole), 0
    for piece in pieces:
        found = re.compile(rf"(?<!\w){re.escape(piece)}(?!\w)").search(text, behind)
        if found is None:
            return False
        behind = found.end()
    return bool(pieces)


def _of_dates(known: str, told: str) -> How:
    """A day within what stands there is more exact, what holds all of it agrees; anything else contradicts."""
    try:
        ours, theirs = edtf.parse(known), edtf.parse(told)
    except edtf.EdtfError:
        return How.CONFLICTS
    if theirs.earliest <= ours.earliest and ours.latest <= theirs.latest:
        return How.AGREES
    if ours.earliest <= theirs.earliest and theirs.latest <= ours.latest:
        return How.ADDS
    return How.CONFLICTS


def overlap(one: str | None, other: str | None) -> bool:
    """Whether two dates may be the same; an unknown one may be any."""
    if not one or not other:
        return True
    try:
        first, second = edtf.parse(one), edtf.parse(other)
    except edtf.EdtfError:
        return False
    return first.earliest <= second.latest and second.earliest <= first.latest


def _plain(text: str) -> str:
    straight = text.casefold().replace("’", "'").replace("‘", "'")
    return " ".join(straight.strip(" .,;:!?…“”\"'[]\n\t").split())


def about_known(proposals: Iterable[Proposal], published: date) -> int:
    """How many of these waiting proposals are about an event that the record has."""
    waiting = [one for one in proposals if one.standing == Standing.WAITING]
    prefetch_related_objects(waiting, "readings__text")
    told = [latest(one.readings.all()) for one in waiting]
    known = Known(one.values for one in told)
    found = (matches(one.values, known, published, quotations(one.text.text, one.evidence)) for one in told)
    return sum(any(match.is_sure for match in one) for one in found)
