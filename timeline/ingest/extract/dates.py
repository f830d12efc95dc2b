"""The dates of events: what is said beside them, or what they hang from, or the day that the text stands in.

A date that is not said beside its event is inferred, with its basis: from the event that it hangs from ("after the
talks"), from the day that the text stands in, or from the day that the text bears at its head. Nothing else gives
one a date.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from .days import Dated, first_day, last_day, resolve
from .people import Person
from .reading import JUST_AFTER, NOT_HELD, VAGUE, Candidate
from .times import Time

_FRESH = 1  # days before publication on which the scene of a report surely is the lead's
NEAR = 3  # days around publication that a report's own scene may lie in
_ROUGHLY = ("shortly", "soon")  # "shortly before they met" may be another day
_FAR, _SOON = 240, 60  # days, for days without a year


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
    joined: list[Person] = field(default_factory=list)  # who took part besides

    def has(self, people: Iterable[Person]) -> bool:
        return set(self.people) == set(people)


class Dates:
    """Dates candidates; `events` has those put together so far.

    `day` is the article's own day, `published` that of publication, `head` the date that the text bears at its head,
    `lead` the first day that its lead names, both in EDTF or empty.
    """

    def __init__(self, day: date, published: date, head: str = "", lead: str = "") -> None:
        self.day = day
        self.published = published
        self.lead = lead
        self.dateline = ""  # the day that the dateline gives
        self.head = head
        self.events: list[Event] = []
        self._days: list[tuple[int, int, str]] = []
        self._named: dict[int, set[Person]] = {}  # whom the sentences name that name a day
        self._scene = ""  # the day that the text stands in
        self._fronted = (-1, "")  # paragraph and day
        self._foretold: tuple[int, int, str, set[Person]] = (-9, -9, "", set())

    def note(self, sentence: int, paragraph: int, edtf: str, people: Iterable[Person], *, said: bool = False) -> None:
        """A day near the report's own that a sentence names: what follows may stand in it.

        What others did is not of the day on which it was `said`.
        """
        self._days.append((sentence, paragraph, edtf))
        if not said:
            self._named.setdefault(sentence, set()).update(people)

    def foretell(self, sentence: int, paragraph: int, edtf: str, people: Iterable[Person]) -> None:
        """The one day that a sentence names which tells of no event: the next may tell what happened then."""
        self._foretold = (sentence, paragraph, edtf, set(people))

    def fronted(self, paragraph: int, edtf: str) -> None:
        """A day at the head of a sentence: what its paragraph goes on to tell is of that day."""
        self._fronted = (paragraph, edtf)

    def _scene_of(self, event: Event) -> str:
        """The day that an event without one stands in: that of its paragraph so far, else of the report's start."""
        first = event.candidates[0]
        told = [one for one in self._days if one[0] < first.sentence]
        same = {day for sentence, _, day in self._days if sentence == first.sentence}
        if len(same) == 1 and event.kind == "statement":
            return next(iter(same))
        here = [day for _, paragraph, day in told if paragraph == first.paragraph]
        beside = [
            one
            for one in self.events
            if one.kind != "statement"
            and one.candidates[0].paragraph == first.paragraph
            and one.sentence < first.sentence
        ]
        if not here and any(one.dated for one in beside):
            return ""  # behind what is told of another day
        if here:
            return here[-1] if self._fresh(here[-1], told) else ""
        lead = next(
            (one for one in self.events if one.occurrence == "took_place" and one.sentence < first.sentence), None
        )
        if lead and lead.dated and len(lead.dated.edtf) == 10 and (not told or lead.sentence <= told[0][0]):
            return lead.dated.edtf if self._fresh(lead.dated.edtf, told) else ""
        return (told[0][2] if self._fresh(told[0][2], told) else "") if told else self.dateline

    def _goes_on(self, event: Event) -> bool:
        """Whether a contact is told in plain past right behind a sentence that names a day and one of its people."""
        first = event.candidates[0]
        lead = [sentence for sentence in self._named if 0 < first.sentence - sentence <= 2]
        plain = not (first.perfect or first.past_perfect or first.passing or first.unplaced or first.aside)
        shared = any(set(event.people) & self._named[sentence] for sentence in lead)
        return first.early and plain and not first.elsewhere and not first.time and shared

    def _fresh(self, edtf: str, told: list[tuple[int, int, str]]) -> bool:
        """Whether a day is so near that what the report tells without a day is surely of it."""
        alone = {day for _, _, day in told} <= {edtf}
        return abs((self.day - first_day(edtf)).days) <= (NEAR if alone else _FRESH)

    def _surely_now(self, edtf: str) -> bool:
        """Whether a day is the report's own or the one before: what is told without a day may well be of it."""
        return abs((self.day - first_day(edtf)).days) <= _FRESH

    def _dated(self, candidate: Candidate) -> Dated | None:
        if candidate.time and not (candidate.kind != "statement" and candidate.time.read.get("some") in _ROUGHLY):
            anchor = self._told_beside(candidate) if candidate.time.sort == "counted" else self._anchor(candidate)
            if candidate.time.sort == "counted" and candidate.hangs:
                hung = self._hung(candidate)
                anchor = hung.edtf if hung else ""
            if candidate.time.sort in ("next_day", "previous_day", "same_day") and candidate.told_before:
                before = resolve(candidate.told_before, self.day, ahead=candidate.ahead)
                anchor = before.edtf if before and len(before.edtf) == 10 else anchor
            if not anchor and candidate.past_perfect and candidate.time.sort == "previous_day":
                return None  # "had spoken the day before", but before what?
            dated = resolve(candidate.time, self.day, ahead=candidate.ahead, anchor=anchor)
            if dated and candidate.time.sort == "ordinal" and candidate.told_before:
                dated = self._of_the_month(candidate.time, candidate.told_before) or dated
            if (
                dated
                and candidate.time.sort == "weekday"
                and not candidate.ahead
                and candidate.occurrence == "took_place"
            ):
                # Told a day behind the dateline: "Tuesday" may be the day of publication.
                late = resolve(candidate.time, self.published, anchor=anchor)
                dated = late if late and late.edtf == self.published.isoformat() else dated
            if (
                dated
                and candidate.occurrence == "took_place"
                and candidate.time.sort in ("day", "days")
                and not candidate.time.read.get("year")
            ):
                # "is due in Berlin on March 26", told five days before: no day of last year is meant.
                coming = resolve(candidate.time, self.day, ahead=True, anchor=anchor)
                far = (self.day - last_day(dated.edtf)).days > _FAR
                if far and coming and (first_day(coming.edtf) - self.day).days < _SOON:
                    candidate.occurrence, candidate.ahead, dated = "planned", True, coming
            if (candidate.lapsed or candidate.occurrence in NOT_HELD) and not candidate.rumoured:
                # A plan that is over may have been for before or behind this day: the nearer one.
                other = resolve(candidate.time, self.day, ahead=not candidate.ahead, anchor=anchor)
                both = [one for one in (dated, other) if one]
                if candidate.lapsed and candidate.time.sort.startswith("month"):
                    both = [one for one in both if first_day(one.edtf) <= self.day] or both
                dated = min(both, key=lambda one: abs((first_day(one.edtf) - self.day).days), default=None)
            if dated and candidate.kind == "statement" and last_day(dated.edtf) > self.published + timedelta(1):
                return None  # "will travel on Friday, he announced"
            return dated
        if candidate.beside and candidate.occurrence == "took_place":
            dated = resolve(candidate.beside, self.day)
            return Dated(dated.edtf, "", "told with what is of that day") if dated else None
        if candidate.hangs and candidate.occurrence == "took_place":
            return self._hung(candidate)
        return None

    def _of_the_month(self, time: Time, told: Time) -> Dated | None:
        """ "came in July, when she received him on the 8th": the day in the month named before."""
        month = resolve(told, self.day) if told.sort.startswith("month") else None
        day = int(time.read.get("day") or 0)
        if not month or len(month.edtf) != 7 or not 1 <= day <= last_day(month.edtf).day:
            return None
        return Dated(f"{month.edtf}-{day:02}", time.part)

    def _anchor(self, candidate: Candidate) -> str:
        """The date of the event that "two days earlier" counts from: the last one told."""
        days = [
            event
            for event in self.events
            if event.dated
            and len(event.dated.edtf) >= 10
            and event.occurrence != "planned"
            and event.candidates[-1].trigger != candidate.trigger
        ]
        days.sort(key=lambda event: event.candidates[-1].sentence)
        contacts = [event for event in days if event.kind != "statement"]
        last = (contacts or days)[-1:]
        near = candidate.time and candidate.time.sort in ("same_day", "in_the_day") and not candidate.time.part
        if near:
            noted = [(sentence, day) for sentence, _, day in self._days if sentence < candidate.sentence]
            if noted and (not days or noted[-1][0] > days[-1].candidates[-1].sentence or not days[-1].dated):
                return noted[-1][1]
            last = days[-1:]
        return last[0].dated.edtf if last and last[0].dated else self._scene or self.lead

    def _told_beside(self, candidate: Candidate) -> str:
        """The day of what the same sentence tells first: "a day after X met Y" counts from there."""
        if candidate.told_before and (before := resolve(candidate.told_before, self.day)) and len(before.edtf) == 10:
            return before.edtf
        beside = [event for event in self.events if event.candidates[-1].sentence == candidate.sentence]
        told = [one.dated.edtf for one in beside or self.events[-1:] if one.dated and not one.dated.basis]
        return told[0] if told else ""

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
            beside = [event for event in self.events if event.candidates[-1].paragraph == candidate.paragraph]
            if beside and beside[-1].kind == "statement" and beside[-1].dated and not beside[-1].dated.basis:
                return Dated(beside[-1].dated.edtf[:10], "", JUST_AFTER)
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
        if candidate.hangs_that:
            last = max(fits, key=lambda event: event.candidates[-1].sentence)
            return Dated(last.dated.edtf, "", candidate.hangs_words) if last.dated else None
        latest = max(fits, key=lambda event: (event.dated.edtf if event.dated else "", event.sentence))
        return Dated(latest.dated.edtf, "", candidate.hangs_words) if latest.dated else None

    def _inherited(self, candidate: Candidate) -> Dated | None:
        """The day of the scene that the text stands in, for what has no time of its own."""
        if candidate.time or candidate.occurrence != "took_place":
            return None
        if self.head:
            return Dated(self.head, "", "the date at the head of the text")
        return None

    def _of_the_paragraph(self, candidate: Candidate) -> Dated | None:
        if candidate.time or candidate.perfect or candidate.past_perfect:
            return None
        sentence, paragraph, edtf, people = self._foretold
        if (candidate.sentence - sentence, candidate.paragraph) == (1, paragraph) and set(candidate.people) <= people:
            return Dated(edtf, "", "the day that the sentence before names")
        if self._fronted[0] != candidate.paragraph:
            return None
        return Dated(self._fronted[1], "", "the day that its paragraph begins with")

    def _stand(self, candidate: Candidate, dated: Dated | None) -> None:
        """Remember the day that the text stands in: that of what took place lately."""
        if dated and len(dated.edtf) == 10 and candidate.occurrence == "took_place":
            when = date.fromisoformat(dated.edtf)
            if abs((self.day - when).days) <= NEAR and not self._scene:
                self._scene = dated.edtf
