"""Who is met, called or spoken to: the people behind a verb, together or apart.

"Met X and Y" is one meeting, but several where the text says so ("separately", "respectively", a time for each).
"""

import re

from .cues import MARK, PEOPLE, TIME, WORD
from .details import Details
from .lexicon import word_set
from .people import Person
from .times import Time, shifted

_PREPOSITIONS = word_set("prepositions")
_SKIP = word_set("skipped")


class Objects(Details):
    """Finds those behind a verb, and makes one candidate of them or several."""

    def _objects(self, at: int, *, direct: bool, to: bool) -> list[int] | None:
        """The atoms of those met: directly behind the verb, or behind "with". None where one of them is nobody."""
        look, behind_with = at + 1, False
        limit = min(len(self.atoms), at + 14)
        commas = 0
        while look < limit:
            atom = self.atoms[look]
            if atom.lower == "in" and self._after(look + 1) == "audience":
                look += 2
                direct = True
                at = look - 1
                continue
            if (owned := self._owned(look)) and (direct or behind_with):
                return [owned, *self._more_objects(owned)]
            if atom.kind == PEOPLE and not direct and not behind_with and atom.possessive:
                look += 1  # "discussed Xi's visit with Putin"
                continue
            if atom.kind == PEOPLE:
                if not (
                    behind_with
                    or (
                        direct
                        and look - at <= 3
                        and not any(self.atoms[i].lower in _PREPOSITIONS for i in range(at + 1, look))
                    )
                    or (direct and self._inserted(at + 1, look))
                ):
                    return []
                if atom.possessive and not behind_with:
                    return []
                if atom.possessive:
                    return []
                if atom.value == "pronoun" and atom.lower in ("his", "her"):
                    return None
                return [look, *self._more_objects(look)]
            if atom.lower == "with" or (to and atom.lower == "to"):
                behind_with = True
            elif atom.kind == MARK and atom.lower in (".", ";", ":"):
                return []
            elif atom.kind == MARK and atom.lower == ",":
                commas += 1
                if commas > 1 and not behind_with and not self._inserted(at + 1, look):
                    return []
            elif (
                behind_with
                and atom.kind == WORD
                and atom.lower not in _SKIP
                and not atom.capital
                and atom.lower not in word_set("before_people")
            ):
                # "met with business leaders": someone else was met.
                return []
            elif not behind_with and atom.lower in word_set("ends_search") and not to:
                return []
            look += 1
        return []

    def _inserted(self, first: int, behind: int) -> bool:
        """Whether only a time and a place stand here: "received on Wednesday, in Doha, the foreign minister"."""
        return behind > first and all(
            atom.kind in (TIME, MARK) or atom.lower in ("on", "in", "at", "the") or (atom.capital and atom.kind == WORD)
            for atom in self.atoms[first:behind]
        )

    def _more_objects(self, at: int) -> list[int]:
        """ "met X on Monday, Y on Tuesday and on Friday Z": further objects, each with its own time."""
        found, look = [], at + 1
        timed = False
        while look < len(self.atoms):
            atom = self.atoms[look]
            if atom.kind == TIME:
                timed = True
                look += 1
                continue
            ahead = self._aside(look) or self._timed_with(look)
            apart = ahead or timed or self._after(look - 1) == "separately" or self._after(look + 1) == "with"
            listed = atom.lower == "," and timed and look + 2 < len(self.atoms) and self.atoms[look + 2].kind == TIME
            if (atom.lower == "and" and apart) or ahead or (listed and self.atoms[look + 1].kind == PEOPLE):
                look += 1 + ahead
                if look < len(self.atoms) and self.atoms[look].lower in ("with", "then", "later"):
                    look += 1
                if look >= len(self.atoms) or self.atoms[look].kind != PEOPLE or self.atoms[look].possessive:
                    break
                behind = self._after(look + 1)
                if behind and self.atoms[look + 1].kind == WORD and behind not in word_set("behind_objects"):
                    break
                found.append(look)
                timed = False
                look += 1
            elif atom.lower in word_set("between_objects") or (atom.capital and atom.kind == WORD):
                look += 1
            else:
                break
        return found

    def _timed_with(self, at: int) -> int:
        """How many atoms "and", or a comma, has behind it in "and on Friday with Y" up to the "with"; 0 for none."""
        look, timed = at + 1, False
        while self._after(at) in ("and", ",") and look < min(len(self.atoms), at + 9):
            atom = self.atoms[look]
            if atom.lower == "with":
                return look - at - 1 if timed else 0
            timed = timed or atom.kind == TIME
            if not (atom.kind == TIME or atom.lower in ("on", "in", "at", "later", "then") or atom.capital):
                return 0
            look += 1
        return 0

    def _aside(self, at: int) -> int:
        """How many atoms ", separately," or ", later that day," behind an "and" takes; 0 where there is none."""
        words = [self._after(look) for look in range(at, at + 4)]
        timed = at + 2 < len(self.atoms) and self.atoms[at + 2].kind == TIME
        apart = timed or words[2] in ("separately", "then")
        return 3 if words[0] == "and" and words[1] == words[3] == "," and apart else 0

    def _by(self, at: int) -> list[int]:
        for look in range(at + 1, min(at + 10, len(self.atoms))):
            if self.atoms[look].lower == "by" and look + 1 < len(self.atoms) and self.atoms[look + 1].kind == PEOPLE:
                return [look + 1]
        return []

    def _paired(
        self,
        at: int,
        kind: str,
        left: list[Person],
        subject: int | None,
        objects: list[int],
        status: str,
        format_: str,
        starts: bool,
    ) -> None:
        """One candidate, or several where the text tells them apart ("separately", "respectively", own times)."""
        groups = [self._people(each) for each in objects]
        if any(group is None for group in groups):
            return
        apart = self._apart(at, objects)
        right = [group for group in groups if group]
        if len(objects) > 1:
            for each, group in zip(objects, right, strict=False):
                self._make(
                    at,
                    kind,
                    [*left, *group],
                    status,
                    format_,
                    subject,
                    [each],
                    time=self._time_beside(each),
                    starts=left[0] if starts else None,
                )
            return
        group = right[0]
        if apart == "respectively":
            times = [atom.time for atom in self.atoms[at:] if atom.kind == TIME and atom.time]
            spread = times[0] if len(times) == 1 and times[0].sort == "two_weekdays" else None
            if len(left) == len(group) > 1:
                for one, other in zip(left, group, strict=True):
                    self._make(at, kind, [one, other], status, format_, subject, objects)
                return
            for number, other in enumerate(group):
                time = self._spread(spread, number) if spread else times[number] if len(times) == len(group) else None
                self._make(at, kind, [*left, other], status, format_, subject, objects, time=time)
            return
        many = kind == "call" and len(left) == 1 and (starts or self.discourse.many_calls)
        if (apart == "separately" or many) and len(group) > 1:
            for other in group:
                self._make(
                    at, kind, [*left, other], status, format_, subject, objects, starts=left[0] if starts else None
                )
            return
        self._make(
            at,
            kind,
            [*left, *group],
            status,
            format_,
            subject,
            objects,
            starts=left[0] if starts and len(left) == 1 else None,
        )

    def _spread(self, time: Time, number: int) -> Time:
        if number == 0:
            return shifted(time, sort="weekday", read={"weekday": time.read["weekday"]})
        return shifted(time, sort="weekday", read={"weekday": time.read["weekday2"]})

    def _apart(self, at: int, objects: list[int]) -> str:
        clause = self.row.clause(at)
        words = self.row.words(clause.start, min(len(self.atoms), max(objects) + 12))
        if "respectively" in words:
            return "respectively"
        if re.search(r"\b(separately|separate|each|individually|in turn|one after the other|back-to-back)\b", words):
            return "separately"
        return ""

    def _time_beside(self, at: int) -> Time | None:
        """The time of one object of several: "on Friday with Y", "and, later that day, Y", else what stands behind."""
        before = self.atoms[at - 2] if at > 1 and self._after(at - 1) in ("with", ",") else None
        return before.time if before and before.kind == TIME else self._time_behind(at)

    def _time_behind(self, at: int) -> Time | None:
        for look in range(at + 1, min(at + 8, len(self.atoms))):
            atom = self.atoms[look]
            if atom.kind == TIME:
                return atom.time
            if atom.kind == PEOPLE or atom.lower == "and":
                break
        return None
