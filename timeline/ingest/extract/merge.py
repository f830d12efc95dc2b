"""From candidates to events: what several sentences tell of one event is put together, and each is dated.

Calls and meetings of the same people are one event unless their dates say otherwise. "The call", "it was later
cancelled" add to the latest event of their kind. Statements of one speaker are one event for each occasion: another
day or another format makes another one.

A date that is not said beside its event is inferred, with its basis: from the event that it hangs from ("after the
talks"), from the day that the text stands in, or from the day that the text bears at its head. Nothing else gives
one a date.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from .mentions import Person
from .reading import IT, JUST_AFTER, VAGUE, Candidate
from .times import HANGING, Dated, resolve

_NEAR = 3  # days around publication that a report's own scene may lie in
_FAR, _SOON = 240, 60  # days, for days without a year
_NOT_HELD = ("cancelled", "postponed", "did_not_take_place")


@dataclass(slots=True)
class Event:
    """An event put together from candidates, in the order in which the text tells them."""

    kind: str
    people: list[Person]
    occurrence: str
    dated: Dated | None
    format: str
    speaker: Person | None
    word: str
    candidates: list[Candidate] = field(default_factory=list)
    sentence: int = 0

    def has(self, people: Iterable[Person]) -> bool:
        return set(self.people) == set(people)


class Merger:
    """Takes candidates in the order of the text; `events` has what they come to.

    `day` is the article's own day, `head` the date that the text bears at its head, `lead` the first day that its
    lead names, both in EDTF or empty.
    """

    def __init__(self, day: date, head: str = "", lead: str = "") -> None:
        self.day = day
        self.lead = lead
        self.dateline = ""  # the day that the dateline gives
        self.head = head
        self.events: list[Event] = []
        self._days: list[tuple[int, int, str]] = []
        self._scene = ""  # the day that the text stands in
        self._scene_paragraph = -9

    def add(self, candidate: Candidate) -> None:
        """Put a candidate to an event that is there, or make a new one of it, or let it go."""
        if candidate.kind == "statement":
            self._statement(candidate)
        elif not candidate.people:
            self._pointing(candidate)
        else:
            self._contact(candidate)

    def finished(self) -> list[Event]:
        """The events, without plans of which the day has passed and nobody says what became of them.

        What has no time of its own is dated by the scene: a lead in the perfect tense ("have met") is of the
        report's own day, a statement of the day that the report stands in.
        """
        for event in self.events:
            first = event.candidates[0]
            if not event.dated and event.occurrence == "took_place" and first.perfect and first.early:
                event.dated = Dated(self.day.isoformat(), "", "the day of the report")
        for event in self.events:
            first = event.candidates[0]
            hanging = all(not one.time or one.time.sort in HANGING for one in event.candidates)
            scene_set = event.kind == "statement" or first.hangs_words == JUST_AFTER or (first.during and first.early)
            if event.dated or not hanging or not scene_set or event.occurrence != "took_place":
                continue
            if scene := self._scene_of(event):
                event.dated = Dated(scene, first.time.part if first.time else "", "the day that the report stands in")
        return [
            event
            for event in self.events
            if not (event.occurrence == "planned" and event.dated and _last_day(event.dated.edtf) < self.day)
        ]

    def note(self, sentence: int, paragraph: int, edtf: str) -> None:
        """A day near the report's own that a sentence names: what follows may stand in it."""
        self._days.append((sentence, paragraph, edtf))

    def _scene_of(self, event: Event) -> str:
        """The day that an event without one stands in: that of its paragraph so far, else of the report's start."""
        first = event.candidates[0]
        told = [(sentence, paragraph, day) for sentence, paragraph, day in self._days if sentence < first.sentence]
        here = [day for _, paragraph, day in told if paragraph == first.paragraph]
        if here:
            return here[-1]
        lead = next(
            (one for one in self.events if one.occurrence == "took_place" and one.sentence < first.sentence), None
        )
        if lead and lead.dated and len(lead.dated.edtf) == 10 and (not told or lead.sentence <= told[0][0]):
            near = abs((self.day - _first_day(lead.dated.edtf)).days) <= _NEAR
            return lead.dated.edtf if near else ""
        return told[0][2] if told else self.dateline

    # Calls and meetings ----------------------------------------------------------------------------------

    def _contact(self, candidate: Candidate) -> None:
        dated = self._dated(candidate)
        if dated and candidate.occurrence == "took_place" and _first_day(dated.edtf) > self.day + timedelta(1):
            candidate.occurrence = "planned"
        if candidate.occurrence == "planned" and dated and _last_day(dated.edtf) < self.day:
            candidate.ahead = False
        event = self._same(candidate, dated)
        if event:
            self._join(event, candidate, dated)
            return
        if candidate.tentative or (candidate.occurrence == "planned" and not dated):
            return
        if not dated and candidate.occurrence == "took_place":
            dated = self._inherited(candidate)
        event = Event(
            candidate.kind, candidate.people, candidate.occurrence, dated, candidate.format, None, candidate.word
        )
        event.candidates.append(candidate)
        event.sentence = candidate.sentence
        self.events.append(event)
        self._stand(candidate, dated)

    def _same(self, candidate: Candidate, dated: Dated | None) -> Event | None:
        """The event that a candidate tells of once more."""
        for event in reversed(self.events):
            if event.kind == "statement" or not event.has(candidate.people):
                continue
            vague = candidate.word in VAGUE or event.word in VAGUE
            if (
                event.kind != candidate.kind
                and not (
                    vague
                    and dated
                    and event.dated
                    and _overlap(dated.edtf, event.dated.edtf)
                    and not (candidate.place or event.candidates[0].place)
                )
                and not (vague and not dated and candidate.sentence - event.candidates[-1].sentence <= 2)
            ):
                continue
            if dated and event.dated:
                if not _overlap(dated.edtf, event.dated.edtf):
                    if (
                        candidate.occurrence in _NOT_HELD
                        and event.occurrence == "planned"
                        and candidate.sentence - event.candidates[-1].sentence <= 3
                        and not candidate.time
                    ):
                        return event
                    continue
                if (
                    event.occurrence == candidate.occurrence
                    or event.occurrence == "planned"
                    or candidate.occurrence == "planned"
                ):
                    return event
                if candidate.occurrence in _NOT_HELD and event.occurrence in _NOT_HELD:
                    return event
                continue
            if event.occurrence == candidate.occurrence or (
                event.occurrence == "planned" and candidate.occurrence in _NOT_HELD
            ):
                return event
            if event.occurrence in _NOT_HELD and candidate.occurrence in ("planned", *_NOT_HELD):
                return event
        return None

    def _join(self, event: Event, candidate: Candidate, dated: Dated | None) -> None:
        event.candidates.append(candidate)
        if dated and (
            not event.dated
            or (event.dated.basis and not dated.basis)
            or (_narrower(dated.edtf, event.dated.edtf) and not dated.basis)
        ):
            event.dated = dated
        elif dated and event.dated and dated.part and not event.dated.part and dated.edtf == event.dated.edtf:
            event.dated = Dated(event.dated.edtf, dated.part, event.dated.basis)
        if candidate.occurrence in _NOT_HELD and event.occurrence == "planned":
            event.occurrence = candidate.occurrence
        if candidate.kind == event.kind and (
            not event.format or (event.format == "bilateral" and candidate.format in ("summit", "standing_talk"))
        ):
            event.format = candidate.format
        self._stand(candidate, dated)

    def _pointing(self, candidate: Candidate) -> None:
        """ "The call lasted ...", "the meeting did not take place": the report's own event before background."""
        for event in sorted(self.events, key=self._salience, reverse=True):
            if event.kind == "statement":
                continue
            if event.kind != candidate.kind and candidate.word not in VAGUE and candidate.word != IT:
                continue
            if candidate.sentence - event.candidates[-1].sentence > 12:
                return
            if candidate.occurrence in _NOT_HELD:
                if candidate.word == IT and (event.occurrence != "planned" or candidate.sentence - event.sentence > 2):
                    return
                if event.occurrence == "took_place" and event.kind == candidate.kind:
                    return
                if event.occurrence == "planned":
                    event.occurrence = candidate.occurrence
                event.candidates.append(candidate)
                return
            if candidate.occurrence != event.occurrence:
                continue
            dated = self._dated(candidate) if candidate.time else None
            if dated and event.dated and not _overlap(dated.edtf, event.dated.edtf):
                continue
            if dated and not event.dated and candidate.sentence - event.candidates[-1].sentence <= 3:
                event.dated = dated
                self._stand(candidate, dated)
            elif dated and event.dated and dated.part and not event.dated.part and dated.edtf == event.dated.edtf:
                event.dated = Dated(event.dated.edtf, dated.part, event.dated.basis)
            elif candidate.time and not dated:
                candidate.spans.pop("date", None)
            event.candidates.append(candidate)
            return

    def _salience(self, event: Event) -> tuple[bool, int, int]:
        near = bool(event.dated and abs((_first_day(event.dated.edtf) - self.day).days) <= _NEAR)
        return near or not event.dated, event.candidates[-1].sentence, event.sentence

    # Statements ------------------------------------------------------------------------------------------

    def _statement(self, candidate: Candidate) -> None:
        speaker = candidate.speaker
        dated = self._dated(candidate) if candidate.time or candidate.hangs else None
        known = [event for event in self.events if event.kind == "statement" and event.speaker is speaker]
        for event in reversed(known):
            apart = dated and event.dated and not _overlap(dated.edtf, event.dated.edtf)
            if apart and not (dated and dated.basis and candidate.format == event.format):
                continue
            formats = {candidate.format, event.format}
            if candidate.time and "" not in formats and len(formats) > 1 and not _alike(*sorted(formats)):
                continue
            event.candidates.append(candidate)
            if candidate.format and not event.format:
                event.format = candidate.format
            if (
                dated
                and not apart
                and (
                    not event.dated
                    or (event.dated.basis and not dated.basis)
                    or _narrower(dated.edtf, event.dated.edtf)
                )
            ):
                event.dated = dated
            elif dated and event.dated and dated.part and not event.dated.part:
                event.dated = Dated(event.dated.edtf, dated.part, event.dated.basis)
            return
        if candidate.inside and (known or self._takes_part(speaker)):
            return
        if not dated:
            dated = self._inherited(candidate)
        event = Event("statement", candidate.people, "took_place", dated, candidate.format, speaker, candidate.word)
        event.candidates.append(candidate)
        event.sentence = candidate.sentence
        self.events.append(event)
        self._stand(candidate, dated)

    def _takes_part(self, speaker: Person | None) -> bool:
        """Whether a speaker without an occasion of their own takes part in a call or meeting told of so far."""
        return any(
            event.kind != "statement"
            and speaker in event.people
            and event.occurrence == "took_place"
            and (not event.dated or abs((_last_day(event.dated.edtf) - self.day).days) <= 2 * _NEAR)
            for event in self.events
        )

    # Dates -----------------------------------------------------------------------------------------------

    def _dated(self, candidate: Candidate) -> Dated | None:
        if candidate.time:
            anchor = self._anchor(candidate)
            dated = resolve(candidate.time, self.day, ahead=candidate.ahead, anchor=anchor)
            if (
                dated
                and candidate.occurrence == "took_place"
                and candidate.time.sort in ("day", "days")
                and not candidate.time.read.get("year")
            ):
                # "is due in Berlin on March 26", told five days before: no day of last year is meant.
                coming = resolve(candidate.time, self.day, ahead=True, anchor=anchor)
                far = (self.day - _last_day(dated.edtf)).days > _FAR
                if far and coming and (_first_day(coming.edtf) - self.day).days < _SOON:
                    candidate.occurrence, candidate.ahead, dated = "planned", True, coming
            if candidate.lapsed or candidate.occurrence in _NOT_HELD:
                # A plan that is over may have been for before or behind this day: the nearer one.
                other = resolve(candidate.time, self.day, ahead=not candidate.ahead, anchor=anchor)
                both = [one for one in (dated, other) if one]
                if candidate.lapsed and candidate.time.sort.startswith("month"):
                    both = [one for one in both if _first_day(one.edtf) <= self.day] or both
                dated = min(both, key=lambda one: abs((_first_day(one.edtf) - self.day).days), default=None)
            return dated
        if candidate.hangs and candidate.occurrence == "took_place":
            return self._hung(candidate)
        return None

    def _anchor(self, candidate: Candidate) -> str:
        """The date of the event that "two days earlier" counts from: the last one told."""
        days = [
            event
            for event in self.events
            if event.dated and len(event.dated.edtf) >= 10 and event.occurrence != "planned"
        ]
        days.sort(key=lambda event: event.candidates[-1].sentence)
        contacts = [event for event in days if event.kind != "statement"]
        last = (contacts or days)[-1:]
        return last[0].dated.edtf if last and last[0].dated else self._scene or self.lead

    def _hung(self, candidate: Candidate) -> Dated | None:
        """ "After the talks": the day of the latest event of that kind."""
        fits = [
            event
            for event in self.events
            if event.kind != "statement"
            and (candidate.hangs in ("any", event.kind) or candidate.hangs_words.split()[-1] in VAGUE)
            and event.dated
            and len(event.dated.edtf) == 10
            and event.occurrence == "took_place"
        ]
        if candidate.hangs_words == JUST_AFTER:
            contacts = [event for event in self.events if event.kind != "statement"]
            if contacts and contacts[-1] not in fits:
                candidate.hangs_words = ""  # what is told before has no day either
                return None
            fits = contacts[-1:]
        if candidate.speaker:
            own = [event for event in fits if candidate.speaker in event.people]
            if not own and candidate.hangs == "any":
                return None
            fits = own or fits
        if not fits:
            return None
        latest = max(fits, key=lambda event: (event.dated.edtf if event.dated else "", event.sentence))
        return Dated(latest.dated.edtf, "", candidate.hangs_words) if latest.dated else None

    def _inherited(self, candidate: Candidate) -> Dated | None:
        """The day of the scene that the text stands in, for what has no time of its own."""
        if candidate.time or candidate.occurrence != "took_place":
            return None
        if self.head:
            return Dated(self.head, "", "the date at the head of the text")
        return None

    def _stand(self, candidate: Candidate, dated: Dated | None) -> None:
        """Remember the day that the text stands in: that of what took place lately."""
        if dated and len(dated.edtf) == 10 and candidate.occurrence == "took_place":
            when = date.fromisoformat(dated.edtf)
            if abs((self.day - when).days) <= _NEAR and not self._scene:
                self._scene = dated.edtf


def _alike(one: str, other: str) -> bool:
    """Formats that may name one occasion: a press conference is to reporters."""
    return {one, other} <= {"press_conference", "to_reporters"} or {one, other} <= {"written", "social_media"}


def _first_day(edtf: str) -> date:
    return _days(edtf)[0]


def _last_day(edtf: str) -> date:
    return _days(edtf)[1]


def _days(edtf: str) -> tuple[date, date]:
    """First and last day that one of our dates can mean."""
    ends = [end.rstrip("?~%") for end in edtf.split("/")]
    return _edge(ends[0])[0], _edge(ends[-1])[1]


def _edge(text: str) -> tuple[date, date]:
    year = int(text[:4])
    if len(text) == 4:
        return date(year, 1, 1), date(year, 12, 31)
    month = int(text[5:7])
    if month > 12:
        first = {21: 3, 22: 6, 23: 9, 24: 12}[month]
        start = date(year, first, 1)
        return start, start + timedelta(91)
    if len(text) == 7:
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(1)
    day = date.fromisoformat(text)
    return day, day


def _overlap(one: str, other: str) -> bool:
    a, b = _days(one), _days(other)
    return a[0] <= b[1] and b[0] <= a[1]


def _narrower(one: str, other: str) -> bool:
    a, b = _days(one), _days(other)
    return (a[1] - a[0]) < (b[1] - b[0])
