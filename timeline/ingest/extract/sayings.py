"""Statements: what a named leader or official says to the public.

One statement is one speaker on one occasion, not one sentence. What someone is told in a call or meeting, by its
readout, belongs to that event; so does what a participant "said" where the text gives neither an occasion nor a time
for it. A spokesperson is the speaker of their own words.
"""

import re

from .cues import OCCASION, PEOPLE, QUOTE, WORD, Atom, named
from .days import HANGING
from .lexicon import pattern, word_set
from .occasions import Occasions
from .reading import Candidate
from .times import part_of_day

_COARSE = ("month", "month_in", "early_month", "month_noun", "year", "part_year", "season", "part_month", "ago")
_SHORT_QUOTE, _LONG_QUOTE = 20, 200  # characters, between which a quotation is a statement's words


class Sayings(Occasions):
    """Reads statements."""

    def _statements(self) -> None:
        verbs = set(self.grammar["statement"]["verbs"])
        weak = set(self.grammar["statement"]["weak"])
        done: set[int] = set()
        for at, atom in enumerate(self.atoms):
            if atom.kind == WORD and (atom.lower in verbs or atom.lower in weak):
                self._statement(at, atom, strong=atom.lower in verbs, done=done)
        if not any(candidate.kind == "statement" for candidate in self.candidates):
            self._opened_with_an_occasion(done)

    def _opened_with_an_occasion(self, done: set[int]) -> None:
        """ "In a speech on Monday, Xi mocked ...": whatever the verb, words were said."""
        if self.atoms[0].lower not in ("in", "at", "during", "addressing", "speaking", "on", "through"):
            return
        first = self.row.clauses[0]
        if not any(one.kind == OCCASION for one in self.atoms[1 : first.end]) or len(self.row.clauses) < 2:
            return
        subject = self._first_subject(1)
        number = self.row.number(subject) if subject is not None else 9
        if subject is None or number > 2 or not self._verbal(subject + 1):
            return
        at = subject + 2 if self._after(subject + 1) in ("also", "then") else subject + 1
        if at < len(self.atoms) and self._after(at) not in word_set("auxiliaries"):
            self._statement(at, self.atoms[at], strong=True, done=done)

    def _statement(self, at: int, atom: Atom, *, strong: bool, done: set[int]) -> None:
        subject = self._speaker(at)
        if subject is None:
            return
        people = self._people(subject)
        if not people or len(people) != 1:
            return
        speaker = people[0]
        if self._trails(subject, at):
            # "Bin Alawi will attend, too, he added.": whoever spoke before
            if not self.discourse.speaker:
                return
            speaker = self.discourse.speaker
            people = [speaker]
        elif self.atoms[subject].value == "pronoun" and speaker is self.discourse.focus and self.discourse.speaker:
            speaker = self.discourse.speaker  # "..., the minister said. ..., she added."
            people = [speaker]
        if self._in_anothers_words(subject, at):
            return
        joined = self._after(subject - 1) == "and" and subject > 1 and self.atoms[subject - 2].kind == PEOPLE
        nobody = "neither" in self.row.words(max(0, subject - 5), at).split()
        if not speaker.official or speaker.former or joined or nobody:
            return  # "he and Lavrov gave a press conference" is nobody's alone
        start = max(subject + 1, at - 6, self.row.clause(at).start) if subject < at else max(0, at - 3)
        before = f" {self.row.words(start, at)} "
        if re.search(
            r" (?:will|would|may|might|could|should|is to|to|not|never|without|n't|was|were|been|being|be|if) ", before
        ) and not pattern("still_said").search(before):
            if not re.search(r" (?:was|were|been) $", before) or atom.lower in (
                "told",
                "asked",
                "called",
                "said",
                "quoted",
            ):
                return
            if atom.lower not in ("speaking", "responding", "answering"):
                return
        if any(one.trigger[0] == self.row.span(at, at + 1)[0] for one in self.candidates):
            return  # "called his counterpart" is a call
        if atom.lower in ("spoke", "speaking") and self._to_someone(at):
            return
        if self.row.words(at + 1, at + 4) == "at the time" or pattern("said_before").search(before):
            return  # nobody says when
        if self._told_by_another(at, speaker):
            return
        occasion = self._occasion(at, subject)
        addressee = self._addressee(at)
        if addressee == "person" and not self._before_all(at, occasion):
            return
        time, direct = self._said_when(at, subject)
        if not time and (counted := self._counted(at)):
            time, direct = counted, True
        if occasion and occasion[1] is not None and (beside := self._beside(occasion[1])):
            time, direct = beside, True
        stage = self.discourse.stage
        stage = None if occasion or time or not stage or speaker not in stage.people else stage
        if stage:
            occasion = stage.format, None
        direct = direct and (strong or time is None or time.sort not in HANGING)
        if (
            not strong
            and not occasion
            and not (direct and atom.lower in self.grammar["statement"]["speech_acts"] and not self.candidates)
        ):
            return
        if atom.lower in word_set("loose_sayings") and not occasion and not direct:
            return
        if (
            occasion
            and occasion[0] in ("interview", "parliament", "speech", "written", "social_media", "to_reporters")
            and not strong
            and not self._speaks(at, atom, occasion)
        ):
            return
        if time and not occasion and (time.sort in _COARSE or (not strong and time.sort in ("week", "part_week"))):
            return  # "had threatened in January": background
        row = self.row
        key = subject
        candidate = Candidate(
            "statement",
            people,
            "took_place",
            row.sentence.index,
            row.sentence.paragraph,
            row.span(at, at + 1),
            atom.lower,
        )
        candidate.speaker = speaker
        if occasion:
            candidate.format = occasion[0]
            if occasion[1] is not None:
                candidate.add("format", row.span(occasion[1], occasion[1] + 1))
            elif not stage:
                candidate.add("format", candidate.trigger)  # "tweeted": the verb itself
        if stage:
            candidate.add("format", stage.span)
            candidate.time = stage.time
            candidate.hangs, candidate.hangs_words = stage.hangs
            if stage.time:
                candidate.add("date", (stage.time.start, stage.time.end))
        if time:
            candidate.time = time
            candidate.add("date", (time.start, time.end))
        elif not stage and (hung := self._hung_from(at)):
            candidate.hangs, candidate.hangs_words = hung
            candidate.hangs_that = bool(re.search(r" (?:after|following) that ", row.words(at, len(self.atoms)) + " "))
        if not (candidate.time and candidate.time.part):
            self._part(at, candidate)
        between = self.row.clauses[self.row.number(subject) : self.row.number(at)]
        # "Foley, who spoke to Marchetti on Monday, said": the call is told in passing.
        aside = any(one.link == "who" and self._clause_times(one) for one in between)
        tense = f" {self.row.words(max(0, at - 3), at)} "
        candidate.perfect = " has " in tense or " have " in tense
        candidate.early = row.sentence.paragraph <= 3
        candidate.inside = not occasion and not direct and not candidate.hangs and not aside
        that = next((look for look in range(at, len(self.atoms)) if self.atoms[look].lower == "that"), len(self.atoms))
        if pattern("inside").search(row.words(0, that)) and not occasion:
            return
        if pattern("while_meeting").search(row.words(0, len(self.atoms))):
            return
        mention = self.atoms[subject].mentions[0]
        candidate.add("speaker", (row.tokens[mention.name_start].start, row.tokens[mention.name_end - 1].end))
        candidate.add("occurrence", row.span(at, at + 1))
        self._said(at, candidate)
        if key in done and not occasion and not time:
            return
        done.add(key)
        self.candidates.append(candidate)

    def _part(self, at: int, candidate: Candidate) -> None:
        """ "told a briefing in the morning": the part of the day, where it stands behind the verb."""
        last = min(at + 12, self.row.clause(at).end)
        start, end = self.row.span(at, last)
        if found := part_of_day(self.row.text, start, end):
            candidate.part = found[0]
            candidate.add("part_of_day", found[1:])

    def _in_anothers_words(self, subject: int, at: int) -> bool:
        """ "the press officer said the president welcomed it": told of, not said by, the president."""
        said = subject - 1
        if not 0 < said < at or self.atoms[said].lower not in word_set("saying_verbs"):
            return False
        return self.atoms[said - 1].kind != QUOTE and self._after(said - 1) != ","

    def _trails(self, subject: int, at: int) -> bool:
        """Whether ", he said." ends a sentence that somebody else may be the subject of."""
        alone = self.atoms[subject].value == "pronoun" and subject == at - 1 and self._after(subject - 1) == ","
        names = [one for one in self.atoms[:subject] if one.kind == PEOPLE and one.value in ("name", "office")]
        quoted = any(one.kind == QUOTE for one in self.atoms[:subject])
        return alone and bool(names) and not quoted and self._after(at + 1) in (".", "")

    def _before_all(self, at: int, occasion: tuple[str, int | None] | None) -> bool:
        """Whether words to someone are public: "urged Xi in a Diet debate", "told La Nación in an interview"."""
        if not occasion:
            return False
        if occasion[0] == "interview":
            return not any(one.official for one in named(self.atoms[at + 1]))
        return occasion[0] in ("parliament", "press_conference", "social_media", "speech") and occasion[1] is not None

    def _to_someone(self, at: int) -> bool:
        """ "spoke with both leaders", "spoke to Xi": not to the public."""
        word, behind = self._after(at + 1), self.atoms[at + 2 : at + 3]
        return word == "with" or (word == "to" and bool(behind) and behind[0].kind == PEOPLE)

    def _said(self, at: int, candidate: Candidate) -> None:
        """The words themselves, where they are quoted, and that something was declined."""
        row = self.row
        # What stands behind "said" comes first, then what is nearest before it.
        for number, atom in sorted(enumerate(self.atoms), key=lambda one: (one[0] < at, abs(one[0] - at))):
            start, end = row.span(number, number + 1)
            end -= row.text[end - 1] in "”\"’'»"
            # A whole saying ends with a mark of its own; what does not is but a word or two.
            if atom.kind == QUOTE and _SHORT_QUOTE < end - start <= _LONG_QUOTE and row.text[end - 1] in ".,?!…":
                candidate.add("words", (start + 1, end))
        text = row.text[row.sentence.start : row.sentence.end].lower().replace("’", "'")
        if any(phrase in text for phrase in self.grammar["statement"]["declined"]):
            candidate.add("declined", (row.sentence.start, row.sentence.end))

    def _speaks(self, at: int, atom: Atom, occasion: tuple[str, int | None]) -> bool:
        """Whether a weaker verb with an occasion means that words were said: "delivered a speech"."""
        if atom.lower in word_set("deeds"):
            where = occasion[1]
            return where is not None and 0 < where - at <= 5
        return True
