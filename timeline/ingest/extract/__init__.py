"""Articles into proposals: which calls, meetings and statements a text tells of, each value with its evidence.

A cascade of small modules, one job each: `text` (sentences, tokens) -> `offices`, `people`, `names`, `introductions`,
`mentions` (who) -> `times`, `days` (when) -> `cues` (a sentence as a row of atoms) -> `reading`, `dating`, `outcome`,
`circumstances`, `details`, `objects`, `verbs`, `parties`, `nouns`, `occasions`, `sayings`, `frames` (candidates) ->
`dates`, `merge` (events). The language they know stands in `data/`, to be read and extended. Nothing here needs
Django, a network or a model, and the same text gives the same proposals on every run.

What counts as an event:

- A **call** or **meeting** is one of people named in the text or known to the record, told of as having happened,
  planned for a time, cancelled, postponed, or as not having taken place. What is only hoped for, offered, possible
  or denied is none. A summit of many is one only between those whom the text names as holding it.
- A **statement** is what a named leader or official says to the public: one speaker, one occasion (see `frames`).
- What stands in quotation marks, in headlines and under "is believed to have" is no event.

Precision comes first: where a person or an outcome can't be told, nothing is proposed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .cues import Row
from .dates import Event
from .days import resolve
from .frames import Frames
from .lexicon import countries, home_of, official
from .mentions import People, title_case
from .merge import Merger
from .reading import Discourse, Evidence
from .text import Sentence, sentences
from .times import find

__all__ = ["Evidence", "Proposal", "extract"]

_SCENE = 4  # days before the report that its lead may stand in
_DAYS = ("day", "weekday", "today", "yesterday", "today_part", "iso", "ordinal")
_DATELINE = re.compile(
    r"^[ \t]*(?:\([A-Z]{2,8}\) - )?"
    r"(?P<place>[A-ZÀ-Þ][\w.'’/-]*(?: [A-ZÀ-Þ][\w.'’/-]*){0,3}?)(?:[,.:] [^\n()—–]{0,30}?)?\s*"
    r"(?:\([^()\n]{2,45}\)\s*(?:--|—|–|-)?|/[A-Z ]{2,12}/\.?|--|—|–| - )",
    re.MULTILINE,
)
_LATEST_HEAD = 400  # characters, within which a text bears its own date


@dataclass(frozen=True, slots=True)
class Proposal:
    """One event for an editor to review. `basis` says of each inferred value how; `evidence` where each value stands.

    `date` is EDTF or None, `initiated_by` a country's code or None, `participants` are names, the speaker included;
    `slugs` gives those that the record knows, by name, `countries` whom they speak for. `words` are a statement's own,
    `declined` the sentences that tell of something the speaker would not say.
    """

    kind: str
    occurrence: str
    date: str | None
    participants: tuple[str, ...]
    speaker: str | None
    format: str | None
    duration_minutes: int | None
    duration_approximate: bool
    initiated_by: str | None
    place: str | None
    part_of_day: str | None
    slugs: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    words: str | None = None
    declined: tuple[str, ...] = ()
    basis: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)

    def as_dict(self, text: str) -> dict[str, Any]:
        """The proposal as JSON; `text` is the article that it was read from."""
        return {
            "kind": self.kind,
            "occurrence": self.occurrence,
            "date": self.date,
            "participants": list(self.participants),
            "speaker": self.speaker,
            "format": self.format,
            "duration_minutes": self.duration_minutes,
            "duration_approximate": self.duration_approximate,
            "initiated_by": self.initiated_by,
            "place": self.place,
            "part_of_day": self.part_of_day,
            "words": self.words,
            "declined": list(self.declined),
            "basis": dict(sorted(self.basis.items())),
            "evidence": {
                name: [
                    {
                        "text": text[one.start : one.end],
                        "start": one.start,
                        "end": one.end,
                        "certainty": one.certainty,
                        "attribution": one.attribution or None,
                    }
                    for one in found
                ]
                for name, found in sorted(self.evidence.items())
            },
        }


def extract(
    text: str, published: date, *, home: str = "", publisher: str = "", leaders: Iterable[Mapping[str, Any]] = ()
) -> list[Proposal]:
    """What an English article of this day tells of, in the order of the text.

    `home` is the code of the country whose "prime minister" needs no name; left out, it is the publisher's or that
    of the dateline. `leaders` are those that the record knows: mappings with slug, name, family_name, native_name,
    other_names and posts (title, country, since, until).
    """
    found = sentences(text)
    line = _dateline(text, published)
    head = _head(text, found, published)
    day = line.day if line and line.day else date.fromisoformat(head) if head else published
    home = home or home_of(publisher) or (line.country if line else "")
    people = People(leaders, home, published.isoformat(), own=official(publisher))
    people.introduce(found)
    merger = Merger(day, published, head, _lead(text, found, day))
    merger.dateline = line.day.isoformat() if line and line.day else ""
    discourse = Discourse(
        calls=bool(re.search(r"\b(?:phone|call|telephon\w*)\b", text, re.IGNORECASE)),
        many_calls=bool(re.search(r"\b(?:calls|(?:tele)?phone conversations)\b(?! (?:on|for|it|to)\b)", text)),
    )
    for sentence in found:
        if sentence.heading and (title_case(sentence.tokens) or sentence.index == 0):
            people.mentions(sentence)
            continue
        row = Row(text, sentence, people, behind=line.span[1] if line else 0)
        if row.opening and row.opening.sort in _DAYS and (opened := resolve(row.opening, day)):
            merger.fronted(sentence.paragraph, opened.edtf)
        told = Frames(row, discourse).read()
        for candidate in told:
            merger.add(candidate)
        named = [person for mention in row.mentions for person in mention.people]
        for time in row.times:
            dated = resolve(time, day) if time.sort in _DAYS and row.main(time) else None
            if dated and 0 <= (day - date.fromisoformat(dated.edtf)).days <= _SCENE:
                merger.note(sentence.index, sentence.paragraph, dated.edtf, named, said=row.of_a_saying(time))
            if dated and not told and len(row.times) == 1:
                merger.foretell(sentence.index, sentence.paragraph, dated.edtf, named)
    return [_proposal(text, event) for event in merger.finished()]


@dataclass(frozen=True, slots=True)
class _Dateline:
    """ "TOKYO, Nov. 25 (Kyodo) --": the country of the place, the day where it gives one, and where it stands."""

    country: str
    day: date | None
    span: tuple[int, int]


def _dateline(text: str, published: date) -> _Dateline | None:
    """The dateline at the head of a text; its day counts where it lies just before publication."""
    match = _DATELINE.search(text, 0, _LATEST_HEAD)
    if not match:
        return None
    place = next(iter(sentences(match["place"].title())), None)
    hit = countries().place(place.tokens, 0) if place else None
    for time in find(text, *match.span()):
        dated = resolve(time, published) if time.sort == "day" else None
        if dated and 0 <= (published - date.fromisoformat(dated.edtf)).days <= _SCENE:
            return _Dateline(hit[1] if hit else "", date.fromisoformat(dated.edtf), match.span())
    return _Dateline(hit[1] if hit else "", None, match.span())


def _head(text: str, found: list[Sentence], published: date) -> str:
    """The date of a text that bears it on a line of its own at its head; an empty text where none does."""
    for sentence in found[:6]:
        if not sentence.heading or sentence.start > _LATEST_HEAD:
            continue
        times = [time for time in find(text, sentence.start, sentence.end) if time.sort in ("day", "iso")]
        if len(times) == 1 and sentence.end - sentence.start - (times[0].end - times[0].start) <= 14:
            dated = resolve(times[0], published)
            if dated and abs((published - date.fromisoformat(dated.edtf)).days) <= 7:
                return dated.edtf
    return ""


def _lead(text: str, found: list[Sentence], day: date) -> str:
    """The first single day, near the report's own, that the first sentences name; an empty text where none does."""
    for sentence in [one for one in found if not one.heading][:2]:
        for time in find(text, sentence.start, sentence.end):
            dated = resolve(time, day) if time.sort in _DAYS else None
            if dated and 0 <= (day - date.fromisoformat(dated.edtf)).days <= _SCENE:
                return dated.edtf
    return ""


def _first(text: str, evidence: dict[str, list[Evidence]], name: str) -> str | None:
    found = evidence.get(name)
    return " ".join(text[found[0].start : found[0].end].split()) if found else None


def _proposal(text: str, event: Event) -> Proposal:
    evidence: dict[str, list[Evidence]] = {}
    inferred = event.dated.basis if event.dated else ""
    for candidate in event.candidates:
        for name, spans in candidate.spans.items():
            if name == "format" and candidate.format != event.format:
                continue
            certainty = "inferred" if name == "date" and inferred else candidate.certainty
            for start, end in spans:
                one = Evidence(start, end, certainty, candidate.attribution)
                if one not in evidence.setdefault(name, []):
                    evidence[name].append(one)
    first = event.candidates[0]
    basis: dict[str, str] = {}
    if event.dated and inferred:
        basis["date"] = inferred
        evidence.setdefault("date", [Evidence(*first.trigger, "inferred", first.attribution)])
    if not event.dated:
        evidence.pop("date", None)
    part = event.dated.part or next((one.part for one in event.candidates if one.part), "") if event.dated else ""
    if event.dated and event.dated.part:
        evidence["part_of_day"] = list(evidence.get("date", []))
    elif not part:
        evidence.pop("part_of_day", None)
    duration = next((one for one in event.candidates if one.duration), None)
    initiated = next((one.initiated for one in event.candidates if one.initiated), None)
    place = next((one.place for one in event.candidates if one.place), None)
    evidence["kind"] = [Evidence(*first.trigger, first.certainty, first.attribution)]
    people = list(dict.fromkeys([*([event.speaker] if event.speaker else []), *event.people, *event.joined]))
    if event.kind == "statement":
        evidence["participants"] = evidence.get("speaker", [])
    return Proposal(
        kind=event.kind,
        occurrence=event.occurrence,
        date=event.dated.edtf if event.dated else None,
        participants=tuple(person.name for person in people),
        speaker=event.speaker.name if event.speaker else None,
        format=event.format or None,
        duration_minutes=duration.duration if duration else None,
        duration_approximate=duration.about if duration else False,
        initiated_by=initiated,
        place=place,
        part_of_day=part or None,
        words=_first(text, evidence, "words"),
        declined=tuple(text[one.start : one.end] for one in evidence.get("declined", ())),
        slugs={person.name: person.slug for person in people if person.slug},
        countries={person.name: person.country for person in people if person.country},
        basis=basis,
        evidence=dict(sorted(evidence.items())),
    )
