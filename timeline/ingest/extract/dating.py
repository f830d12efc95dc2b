"""Which of a sentence's times belongs to which of its events."""

import re

from .cues import MARK, NOUN, OCCASION, PEOPLE, QUOTE, TIME, WORD, Clause
from .lexicon import countries, pattern, word_set
from .reading import Reading
from .times import Time, shifted

_PREPOSITIONS = word_set("prepositions")
_SKIP = word_set("skipped")
_PLURALS = word_set("plurals")
_UNITS = frozenset(("days", "weeks", "months", "years"))


class Dating(Reading):
    """Finds times for events."""

    def _time_of(self, at: int) -> Time | None:
        """The time of what stands at an atom: in its clause, the nearest; else in a clause that tells of nothing."""
        number = self.row.number(at)
        clause = self.row.clauses[number]
        inside = [one for one in self._clause_times(clause) if not self._of_the_saying(one, at)]
        others = [other for other in self._tellers() if other != at and clause.start <= other < clause.end]
        if inside:
            best = min(inside, key=lambda one: (self._between(at, one, others), 0 if one > at else 1, abs(one - at)))
            if not self._between(at, best, others) or not any(abs(best - other) < abs(best - at) for other in others):
                return self.atoms[best].time
        # "On Tuesday, A met B"; "A met B in Tokyo, Japan, on Tuesday".
        for step in (1, -1, 2, -2):
            look = number + step
            if not 0 <= look < len(self.row.clauses):
                continue
            other_clause = self.row.clauses[look]
            between = self.row.clauses[min(number, look) + 1 : max(number, look) + 1]
            if any(
                one.link not in ("", ",", "and", "where", "when") and not (step == 1 and self._scheduled(one))
                for one in between
            ):
                continue
            if any(
                other_clause.start <= other < other_clause.end
                and not (step == 1 and self._restates(other_clause, other))
                for other in self._tellers()
            ):
                continue
            if (step == 2 and self._tells(number + 1)) or (step == -2 and self._tells(number - 1)):
                continue
            if found := self._clause_times(other_clause):
                said = step < 0 and any(
                    one.lower in word_set("saying_verbs") and one.kind == WORD for one in self.atoms[found[0] + 1 : at]
                )
                if said or (step > 0 and not self._bare_time(other_clause, found[0])):
                    continue  # "On June 15, officials said the president will host"
                return self.atoms[found[0]].time
        coming = self.row.clauses[number + 1] if number + 1 < len(self.row.clauses) else None
        came = coming and pattern("who_came").match(self.row.words(coming.start, coming.end))
        if coming and came and (found := self._clause_times(coming)):
            return self.atoms[found[0]].time  # "found the time to see Xi, who came to Berlin on Monday"
        if clause.link in ("as", "while") and number and not inside:
            # "said on Monday that ..., as he met Xi": at the same time
            for atom in self.atoms[: clause.start]:
                if atom.kind == TIME and atom.value in ("weekday", "day", "today", "yesterday"):
                    return atom.time
        if self.atoms[at].kind == NOUN and (when := self._began(number)):
            return when
        # In a relative clause or "and" clause: a time at the head of the sentence covers all.
        first = self.row.clauses[0]
        links = ("and", ",", "before", "after")
        if number and (found := self._clause_times(first)) and found[0] <= 2 and clause.link in links:
            said = self.grammar["statement"]["verbs"]
            of_a_noun = self.atoms[found[0] + 1].kind == NOUN  # "The Monday meeting came after Trump met Putin"
            if not of_a_noun and not any(self.atoms[other].lower in said for other in self._tellers() if other < at):
                return self.atoms[found[0]].time
        return None

    def _began(self, number: int) -> Time | None:
        """ "The call, made at Xi's request, began at 9 p.m. on Tuesday"."""
        for clause in self.row.clauses[number + 1 : number + 3]:
            verb = clause.start + (self._after(clause.start) == ",")
            if clause.link == "," and self._after(verb) in ("began", "started", "took", "lasted", "was", "came"):
                found = self._clause_times(clause)
                return self.atoms[found[0]].time if found else None
        return None

    def _of_the_saying(self, time: int, at: int) -> bool:
        """Whether a time is of what was said before it: "said on Wednesday he would not attend talks"."""
        said = time - 2 if self._after(time - 1) == "on" else time - 1
        if not 0 <= said < time < at or self.atoms[said].lower not in word_set("saying_verbs"):
            return False
        behind = self.atoms[time + 1]
        return behind.kind == PEOPLE and not behind.possessive and self._subject(at) == time + 1

    def _restates(self, clause: Clause, noun: int) -> bool:
        """ ", in a tense encounter in July": says once more what the clause before told."""
        first = self.row.words(clause.start, clause.start + 3)
        return (
            self.atoms[noun].kind == NOUN
            and bool(re.match(r", (?:in|at|for|during|over|via|by) (?:a|an|what|separate|back-to-back)\b", first))
            and not self._right_of(noun)
        )

    def _scheduled(self, clause: Clause) -> bool:
        """ "a meeting that had been scheduled for Friday"."""
        return bool(pattern("scheduled").match(self.row.words(clause.start, clause.end)))

    def _between(self, at: int, time: int, others: list[int]) -> bool:
        """Whether something else that tells of an event stands between an atom and a time."""
        low, high = min(at, time), max(at, time)
        return any(
            low < other < high and not self._same_event(at, other) and not self._talked_about(other, time)
            for other in others
        )

    def _talked_about(self, noun: int, time: int) -> bool:
        """ "spoke about the summit on 12 May": the talks that are no event here, before a day."""
        if self.atoms[noun].kind != NOUN or self.atoms[time].value not in ("day", "iso") or noun > time:
            return False
        return bool(pattern("topic").search(self.row.words(0, noun))) and not self._right_of(noun)

    def _same_event(self, at: int, other: int) -> bool:
        """ "held talks", "met for talks", "huddled over dinner": the verb and its noun tell of one event."""
        if abs(at - other) <= 1:
            return True
        low, high = min(at, other), max(at, other)
        if (
            self.atoms[low].lower in self.grammar["meeting"]["support"]
            and self.atoms[high].kind == NOUN
            and high - low < 6
            and all(one.kind in (WORD, QUOTE) and one.lower not in _PREPOSITIONS for one in self.atoms[low + 1 : high])
        ):
            return True  # "received a phone call"
        if self.atoms[other].kind != NOUN or self._right_of(other):
            return False
        if self.atoms[other].lower in ("one-on-one", "face-to-face") and self.atoms[other - 1].kind == PEOPLE:
            return True  # "met him one-on-one on Monday"
        if self.atoms[other].lower == "audience" and self._after(other - 1) == "in":
            return True  # "received him in audience on Monday"
        return any(
            self.atoms[look].lower in ("for", "over") or self.row.words(look, look + 2) in ("in a", "during a")
            for look in range(max(0, other - 4), other)
        ) or self._multilateral(other)

    def _bare_time(self, clause: Clause, time: int) -> bool:
        """Whether nothing but a place stands before a time: ", in Alaska on Friday"."""
        if self._scheduled(clause) or any(self._restates(clause, at) for at in range(clause.start, time)):
            return True
        fronted = re.match(r"\W+ during ", self.row.words(clause.start, time))
        if fronted and not self._tells(self.row.number(clause.start)):
            return True
        small = word_set("place_words")
        return all(
            atom.kind == MARK or atom.capital or atom.lower in small or (atom.kind == NOUN and self._multilateral(look))
            for look, atom in enumerate(self.atoms[clause.start : time], clause.start)
        )

    def _tells(self, number: int) -> bool:
        clause = self.row.clauses[number]
        return any(clause.start <= other < clause.end for other in self._tellers())

    def _tellers(self) -> list[int]:
        """Atoms that tell of something that has a time of its own."""
        if self._told is not None:
            return self._told
        said = self.grammar["statement"]["verbs"]
        met = word_set("met_verbs")
        self._told = [
            at
            for at, atom in enumerate(self.atoms)
            if (
                atom.kind == NOUN
                and not atom.value.endswith("visit")
                and self._after(at - 1) not in word_set("bodies")
                and not self._multilateral(at)
            )
            or (atom.kind == WORD and (atom.lower in said or atom.lower in met))
        ]
        return self._told

    def _clause_times(self, clause: Clause) -> list[int]:
        return [
            at
            for at in range(clause.start, clause.end)
            if self.atoms[at].kind == TIME and self.atoms[at].value != "counted"
        ]

    def _latest_of(self, at: int) -> Time | None:
        """ "has met him three times this year, most recently on April 11": the one that has a time."""
        for look in range(at, len(self.atoms) - 2):
            if self.atoms[look].lower in ("recently", "last", "latest") and self._after(look - 1) in (
                "most",
                "the",
                ",",
            ):
                return next((atom.time for atom in self.atoms[look : look + 14] if atom.kind == TIME), None)
        return None

    def _counted(self, at: int) -> Time | None:
        """ "a day after Zelensky met ...": what is counted from lies so long before what the sentence told first."""
        clause = self.row.clause(at)
        number = self.row.clauses.index(clause)
        if clause.link not in ("after", "before") or not number:
            return None
        for look in range(clause.start - 1, max(clause.start - 3, -1), -1):
            time = self.atoms[look].time
            if time and time.sort == "counted":
                way = "before" if clause.link == "after" else "after"
                return shifted(time, sort="counted", read={**time.read, "way": way})
        return None

    def _counted_from(self, at: int) -> Time | None:
        """ "Two days before the talks, he phoned": counted from what the sentence begins with."""
        time = self.atoms[0].time
        if not time or time.sort != "counted" or self.row.number(at) < 2 or self.row.clauses[1].start != 1:
            return None
        way = self.row.clauses[1].link
        known = way in ("before", "after") and self._hung_from(at)
        return shifted(time, sort="counted", read={**time.read, "way": way}) if known else None

    def _hung_from(self, at: int) -> tuple[str, str] | None:
        """ "after the call": the kind of what this hangs from, and the words."""
        number = self.row.number(at)
        joined = self.row.clauses[number].link == "and"
        for look, clause in enumerate(self.row.clauses):
            if joined and look == number - 1:
                continue  # "after he met X and was received by Y"
            if clause.link in ("after", "following", "before", "when") and not clause.start <= at < clause.end:
                ahead = self.atoms[clause.start - 2 : clause.start] if clause.start > 1 else ()
                if any(one.value == "counted" or one.lower in _UNITS for one in ahead):
                    continue  # "a day after the call", "days after the call"
                head = self.atoms[clause.start : min(clause.end, clause.start + 6)]
                for one in head:
                    if one.kind == NOUN:
                        return one.value.split()[0], f"{clause.link} the {one.lower}"
                    if one.lower in word_set("hung_verbs"):
                        what = "call" if one.lower in ("speaking", "talking", "spoke") else "meeting"
                        return "any", f"{clause.link} the {what}"
        return None

    def _ahead_of(self, at: int) -> bool:
        """Whether a noun stands behind "ahead of" or "before": then its weekday lies in the future."""
        clause = self.row.clause(at)
        first = self.row.words(clause.start, clause.start + 3)
        return bool(re.search(r"\b(ahead of|ahead|upcoming)\b", first)) and self.atoms[at].kind == NOUN

    def _multilateral(self, at: int) -> bool:
        before = self.row.words(at - 4, at)
        if re.search(r"\b(?:sidelines|margins|fringes) of (?:\S+ ){0,4}$", f"{self.row.words(at - 7, at)} "):
            return True
        here = self.atoms[at].lower
        ahead = self.atoms[at - 1] if at else None
        if (
            ahead
            and ahead.kind == WORD
            and ahead.capital
            and at > 1
            and here in ("summit", "meeting", "dialogue", "talks", "session", "meetings")
            and not countries().place(self.row.tokens, ahead.start)
        ):
            return True
        return any(f" {word} " in f" {before} {here} " for word in self.grammar["meeting"]["multilateral"])

    def _right_of(self, at: int) -> tuple[str, int] | None:
        """ "with P", "between P" right behind a noun; adverbs, times and places may come between."""
        look, limit = at + 1, min(len(self.atoms), at + 12)
        word = ""
        while look < limit:
            atom = self.atoms[look]
            if atom.kind == PEOPLE:
                owned = self._owned(look)
                return (word, owned or look) if word and (owned or not atom.possessive) else None
            if atom.lower in ("with", "between", "involving", "among"):
                word = atom.lower
            elif atom.lower == "of" and look == at + 1:
                word = "of"
            elif word and atom.lower == "'s":
                look = self._past_words(look)  # "with Cambodia's former strongman Sok Chea"
            elif (atom.lower == "from" and self.atoms[at].value.startswith("call")) or (
                atom.lower in ("on", "to") and "courtesy" in self.atoms[at].lower
            ):
                # "received a call from", "paid a courtesy call on"
                word = "with"
            elif word and (atom.kind == WORD and not atom.capital and atom.lower not in _SKIP | _PLURALS):
                return None
            elif not word and atom.kind == WORD and (atom.lower in word_set("ends_noun") or atom.lower.endswith("ed")):
                if atom.lower not in ("held",):
                    return None
            elif (atom.kind in (QUOTE, NOUN, OCCASION) and not (atom.kind == NOUN and not word)) or (
                atom.kind == MARK and atom.lower in (";", ":", ".", ",")
            ):
                return None
            look += 1
        return None

    def _past_words(self, at: int) -> int:
        """Behind a possessive: the last of up to four small words before people, or where it stands."""
        look = at + 1
        while look < len(self.atoms) and self.atoms[look].kind == WORD and not self.atoms[look].capital:
            look += 1
        found = look < len(self.atoms) and self.atoms[look].kind == PEOPLE and look - at <= 5
        return look - 1 if found else at
