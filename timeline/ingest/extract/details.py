"""A candidate with all that its sentence says of when and how it is told."""

import re

from .circumstances import Circumstances
from .cues import TIME, WORD
from .days import HANGING
from .lexicon import pattern
from .people import Person
from .reading import JUST_AFTER, NOT_HELD, Candidate
from .times import Time, part_of_day, shifted

_FRONTED = frozenset(("during", "in", "at", "over"))


class Details(Circumstances):
    """Makes candidates."""

    def _make(
        self,
        at: int,
        kind: str,
        people: list[Person],
        status: str,
        format_: str,
        subject: int | None,
        atoms: list[int],
        *,
        time: Time | None = None,
        timeless: bool = False,
        starts: Person | None = None,
    ) -> Candidate | None:
        """A candidate for what stands at an atom; None where it is no event of these people.

        `subject` and `atoms` are those of the people, `time` is what the text says apart for them; `timeless` says
        that no time of the sentence is the event's.
        """
        people = list(dict.fromkeys(people))
        figures = bool(people) and not any(person.official for person in people)
        if (people and not 2 <= len(people) <= 8) or (figures and not all(person.figure for person in people)):
            return None
        row, word = self.row, self.atoms[at].lower
        span = row.span(at, at + 1)
        candidate = Candidate(kind, people, status, row.sentence.index, row.sentence.paragraph, span, word, format_)
        if not self._placed_in_time(at, candidate, time, timeless=timeless):
            return None
        if figures and not candidate.time:
            return None  # Reagan and Gorbachev: without their offices only on a day
        self._hang(at, candidate)
        self._told_how(at, candidate)
        pronouns = [self.atoms[each].value == "pair" for each in [*atoms, *([subject] if subject is not None else [])]]
        often = re.search(r" (?:has|have) (?:previously|already|often) ", self._tense(at))
        if people and not candidate.time and any(pronouns) and often:
            return None
        candidate.attribution, candidate.certainty = self._attributed(at)
        if candidate.occurrence in NOT_HELD and "occurrence" not in candidate.spans:
            candidate.add("occurrence", self.cue(candidate.occurrence, span) or span)
        if not any(start <= span[0] and span[1] <= end for start, end in candidate.spans.get("occurrence", ())):
            candidate.add("occurrence", span)
        for each in ([subject] if subject is not None else []) + atoms:
            self._named_at(each, candidate)
        if people and "participants" not in candidate.spans:
            self._name_evidence(candidate)
        if starts and starts.country:
            candidate.initiated = starts.country
            candidate.add("initiated_by", row.span(subject if subject is not None else at, at + 1))
        self._circumstances(at, candidate)
        self.candidates.append(candidate)
        return candidate

    def _placed_in_time(self, at: int, candidate: Candidate, time: Time | None, *, timeless: bool) -> bool:
        """Give a candidate its time; False where it tells of what happens again and again."""
        row, people = self.row, candidate.people
        chosen = time or (None if timeless else self._time_of(at))
        here = next((look for look, one in enumerate(self.atoms) if chosen and one.time is chosen), at)
        if here < at and candidate.occurrence == "planned" and pattern("readies").search(row.words(here, at)):
            chosen, here = None, at  # "began on Monday to prepare for talks"
        repeated = re.search(r"\b(?:twice|times|repeatedly|several|regularly)\b", row.words(at, at + 8))
        if repeated and not time and (chosen is None or chosen.sort in ("part_year", "year", "part_month", "week")):
            chosen = self._latest_of(at)
            if not chosen:
                return False
        counted = (self._counted(at) or self._counted_from(at)) if people else None
        if counted and chosen and here < row.clause(at).start:
            chosen = counted  # "on Tuesday met X, a day after he was received by Y"
        if chosen and self._day_after_this(chosen, here, at):
            chosen = shifted(chosen, sort="counted", read={"number": "one", "unit": "day", "way": "before"})
        since = chosen is not None and chosen.since and time is None and row.clause(at).link not in ("when", "where")
        found = counted if chosen is None or since else chosen
        if found:
            candidate.time = found
            candidate.add("date", (found.start, found.end))
        elif people and (part := part_of_day(row.text, row.sentence.start, row.sentence.end)):
            candidate.time = Time(part[1], part[2], "same_day", {}, part[0])
            candidate.add("date", part[1:])
        told = [one.time for one in self.atoms[: max(at, here)] if one.kind == TIME and one.time]
        candidate.told_before = next((one for one in told if one.sort not in HANGING), None)
        candidate.topical = any(self._talked_about(look, here) for look in range(at + 1, here))
        return True

    def _hang(self, at: int, candidate: Candidate) -> None:
        """What a candidate without a time of its own hangs from: "after the talks", "then met"."""
        row, number = self.row, self.row.number(at)
        joined = number and row.clauses[number].link == "and"
        link = row.clauses[number - 1].link if joined else row.clauses[number].link
        if candidate.people and not candidate.time and link in ("after", "following"):
            days = [one.time for one in self.atoms[:at] if one.value in ("weekday", "day", "today", "yesterday")]
            came = re.search(
                r"\b(?:came|comes|come|followed|follows)(?: \w+)?$", row.words(0, row.clauses[number].start)
            )
            candidate.beside = days[0] if days and not came else None
        links = [n for n in range(number + 1) if row.clauses[n].link in ("that", "who", "which", "whom")]
        own = self.atoms[row.clauses[links[-1]].start if links else 0 :]
        others = [one for one in own if one.kind == TIME and one.time and not one.time.since and one.value != "counted"]
        candidate.unplaced = not candidate.time and not candidate.beside and bool(others)
        counts = candidate.time and candidate.time.sort == "counted" and self.atoms[0].value == "counted"
        before = self._hung_from(at)
        if before and (not candidate.time or counts):
            candidate.hangs, candidate.hangs_words = before
        elif candidate.people and not candidate.time and self._follows_on(at):
            candidate.hangs, candidate.hangs_words = "any", JUST_AFTER

    def _follows_on(self, at: int) -> bool:
        """ "then met", "also held talks": right behind what is told before."""
        if re.search(r" (?:has|have) (?:also|then|later) ", f" {self.row.words(at - 3, at)} "):
            return False
        near = {self._after(at - 1), self._after(at - 2)} & {"then", "subsequently", "later", "also"}
        held = re.search(r" (?:then|later|also|earlier) (?:had|held) (?:\w+ ){0,3}$", f" {self.row.words(at - 6, at)} ")
        return bool(near or held) or self._after(at - 1) == "earlier"

    def _tense(self, at: int) -> str:
        """The words before an atom in its clause, with blanks around."""
        return f" {self.row.words(max(self.row.clause(at).start - 1, at - 9), at)} "

    def _told_how(self, at: int, candidate: Candidate) -> None:
        """In which tense, where in the text and in which kind of clause a candidate is told."""
        row, status, link = self.row, candidate.occurrence, self.row.clause(at).link
        tense = self._tense(at)
        candidate.ahead = status in ("planned", "postponed", "cancelled") or self._ahead_of(at)
        candidate.perfect = bool(re.search(r" (?:has|have) (?!been (?:scheduled|planned))", tense)) and not re.search(
            r" (?:(?<!has )(?<!have )had|last|previously|since|times|twice|once|already|only) ",
            f"{tense}{row.words(at, at + 6)} ",
        )
        candidate.past_perfect = self._in_past_perfect(at, tense)
        timed = candidate.time and candidate.time.read.get("some") not in ("shortly", "soon")
        before = link == "before" or bool(candidate.time and candidate.time.read.get("hway") == "before")
        candidate.tentative = status == "took_place" and not timed and before
        candidate.earlier = not candidate.time and " earlier " in f" {row.words(row.clause(at).start, at + 2)} "
        candidate.recently = not candidate.time and " recently " in f" {row.words(at - 3, at + 2)} "
        candidate.elsewhere = self.atoms[0].lower == "in" and len(self.atoms) > 1 and self.atoms[1].capital
        candidate.last = " last " in tense or link == "since"
        candidate.early = row.sentence.paragraph <= 3
        candidate.during = bool(
            re.search(r" (?:during|in|at|over) (?:the|their|a|an|his|her) (?:\S+ ){0,4}$| (?:during|in|at) $", tense)
        )
        candidate.relative = link in ("who", "which", "whom")
        candidate.lapsed = bool(pattern("lapsed").search(f" {row.words(max(0, at - 9), at + 12)} "))
        candidate.over = bool(pattern("over").search(f" {row.words(max(0, at - 12), at)} "))
        if candidate.over and status == "planned" and row.sentence.index - self.discourse.undone[0] <= 2:
            candidate.occurrence = self.discourse.undone[1] or "cancelled"
            candidate.add("occurrence", self.discourse.undone[2])

    def _in_past_perfect(self, at: int, tense: str) -> bool:
        """ "had met"; "During a meeting in Tianjin, he had pushed for peace"."""
        if self.atoms[at].kind == WORD:
            return " had " in tense and " had had " not in tense
        rest = f" {self.row.words(self.row.clause(at).end, len(self.atoms))} "
        fronted = not self.row.number(at) and self.atoms[0].lower in _FRONTED
        return fronted and bool(re.search(r" had (?:also |already )?\w+(?:ed|en|id|ld|de) ", rest))

    def _day_after_this(self, time: Time, here: int, at: int) -> bool:
        """ "called Xi on Nov. 25, the day after a conversation with Meng": what stands at an atom was a day before."""
        if time.sort != "next_day" or not self.row.text[: time.end].endswith("after") or here > at:
            return False
        between = self.atoms[here + 1 : at]
        return len(between) < 5 and all(one.kind == WORD and one.lower not in ("the", "and") for one in between)

    def _besides(self, candidate: Candidate, at: int, people: list[Person]) -> None:
        """Others, named at an atom, who took part too."""
        candidate.also += [one for one in people if one not in candidate.people]
        self._named_at(at, candidate)

    def _named_at(self, at: int, candidate: Candidate) -> None:
        """The names at an atom, as evidence for who takes part."""
        for mention in self.atoms[at].mentions:
            span = self.row.tokens[mention.name_start].start, self.row.tokens[mention.name_end - 1].end
            candidate.add("participants", span)

    def _name_evidence(self, candidate: Candidate) -> None:
        """Where the people stand that "they" or "their" meant; where the sentence names none, the event's own word."""
        tokens = self.row.tokens
        for mention in self.row.mentions:
            if set(mention.people) & set(candidate.people):
                span = tokens[mention.name_start].start, tokens[mention.name_end - 1].end
                candidate.add("participants", span)
        if "participants" not in candidate.spans:
            candidate.add("participants", candidate.trigger)
