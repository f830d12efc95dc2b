"""Did it happen? The occurrence of what a sentence tells of, from the words around it.

What is only hoped for, offered, possible, asked about or denied has no occurrence: nothing is proposed for it.
"""

import re
from functools import cache

from .cues import NOUN, PEOPLE, WORD, Clause
from .dating import Dating
from .lexicon import grammar, pattern, word_set

_ADVERBS = re.compile(r" (?:also|now|still|then|later|originally|initially|already|currently|tentatively|instead)(?= )")


class Outcome(Dating):
    """Finds out whether events happened."""

    def _status(self, at: int, *, verb: bool) -> str | None:
        """The occurrence of what stands at an atom; None where it is only possible, wished for or asked about."""
        clause = self.row.clause(at)
        plan, doubt, not_held = self.grammar["plan"], self.grammar["doubt"], self.grammar["not_held"]
        number = self.row.clauses.index(clause)
        start = self._reach(at, clause)
        before = f" {self.row.words(start, at)} "
        after = f" {self.row.words(at, self._tail(at, clause))} "
        whole = f" {self.row.words(clause.start, clause.end)} "
        held = not verb and pattern("in_the_course").search(before) and re.search(r" (?:that|which) had ", after)
        for name in () if held else ("did_not", "cancelled", "postponed"):
            value = "did_not_take_place" if name == "did_not" else name
            if not verb and name == "did_not" and self._no_such(at, after):
                return value
            if not verb and any(
                f" {phrase} " in after or (f" {phrase} " in before and name != "did_not") for phrase in not_held[name]
            ):
                if (
                    re.search(
                        r"\b(not|never|denied|could|may|might|if)\b",
                        after.split(next(p for p in not_held[name] if p in after + before))[0],
                    )
                    and name != "did_not"
                ):
                    return None
                return value
        if verb and any(
            f" {phrase} to " in before or before.rstrip().endswith(phrase)
            for phrase in ("cancelled plans", "canceled plans", "called off plans", "scrapped plans")
        ):
            return "cancelled"
        if re.search(
            r" (?:is|are) (?:also |now )?(?:holding|hosting|convening|meeting|receiving|having|due in|due at) ",
            f"{before}{self.atoms[at].lower} ",
        ):
            return "planned" if self._time_of(at) else None
        if not verb and not number and re.match(r" (?:during|in|at) (?:a|an|the|their|this) ", before):
            # "During the meeting, the two are expected to"
            main = self.row.clauses[1] if len(self.row.clauses) > 1 else clause
            words = f" {self.row.words(main.start, main.end)} "
            if main.link == "," and any(f" {one} " in words for one in (*plan["auxiliaries"], *plan["to_phrases"])):
                return "planned"
        if pattern("was_due").search(before):
            # "had been due in Rome for a meeting": over, whatever became of it.
            return self._undone_trip(at) or "planned"
        doubtful = set(before.split()) & (set(doubt["words"]) | set(doubt["auxiliaries"]))
        if clause.link in ("if", "whether", "unless") or (
            clause.link == "until" and not (verb and self.atoms[at].lower in ("met", "spoke", "hosted", "received"))
        ):
            return None
        if (
            number
            and pattern("denied_before").search(self.row.words(self.row.clauses[number - 1].start, clause.start))
            and clause.link == "that"
        ):
            return None
        if re.search(r" not (?:\w+ ){1,12}(?:as of )?yet | (?:has|have) yet to ", f"{before}{after[1:]}"):
            return None
        if not verb and pattern("in_doubt_behind").search(after):
            return None
        if not verb and re.search(
            r" (?:could|may|might|should|can) (?:also |still |soon )?(?:be |take place|happen|come)", after
        ):
            return None
        if not verb and pattern("stays_away").search(before):
            # "would not attend a meeting with Xi that was set for Friday"
            set_for = pattern("set_for").search(before + self.row.words(at, len(self.atoms)))
            return "cancelled" if set_for else None
        if pattern("turned_down").search(before):
            return "did_not_take_place" if self._turned_down(at, before) else None
        negated = not (not verb and pattern("elsewhere_failed").search(before)) and bool(
            re.search(r"(?: not | never |n't | no | neither | without | nor | failed to | skipped )", before)
        )
        word = self.atoms[at].lower
        planned = self._planned(before, after, verb, word, plan)
        if negated:
            return self._negated(before, word, doubtful)
        if re.search(r" (?:was|were) (?:\w+ )?to have ", before) and (fate := self._undone_trip(at)):
            return fate
        if re.search(
            r" (would|had been|was|were) (?:\w+ )?(?:have (?:met|spoken|held)|to have (?:met|held|spoken))",
            before + word,
        ):
            return None
        if re.search(r" (?:believed|thought|rumou?red|alleged|understood|said) to have ", before):
            return None
        if re.search(r" (?:could|would|may|might|should|must) have ", before):
            return None
        if doubtful - {"agreed"} and not (planned == "planned" and doubtful <= word_set("mild_doubts")):
            if doubtful <= word_set("passing_doubts") and (
                (verb and word in ("met", "spoke", "hosted", "received", "phoned", "telephoned"))
                or (not verb and re.search(r" (held|had|hold|during|after|following|in) ", before))
            ):
                return planned or "took_place"
            return None
        if (
            number
            and self.row.clauses[number].link in ("that", "")
            and re.search(
                r"\b(speculation|rumou?rs|possibility|suggestions?|proposal|prospect|idea)\b",
                self.row.words(self.row.clauses[number - 1].start, clause.start),
            )
        ):
            return None
        if planned:
            # "put off her trip to Paris, where she was to meet him"
            before_this = self.row.clauses[number - 1] if number and clause.link == "where" else None
            trip = self.undone(self.row.words(before_this.start, before_this.end)) if before_this else ""
            return self.undone(after.partition(" but ")[2]) or trip or self._undone_trip(at) or planned
        if not verb and (wished := pattern("infinitive").search(before)):
            # "agreed in principle to hold talks": a plan; any other "to hold talks" is only wished for.
            return "planned" if re.search(r" agreed ", before[: wished.start() + 1]) else None
        if verb and self._after(at - 1) == "did" and number == self.row.number(at - 1):
            return "took_place"  # "did receive him after all"
        if verb and word in word_set("base_verbs"):
            # "The two meet on Friday", "saw the leaders meet": only with a subject right before it and a time.
            return self._present(at)
        if re.search(r" (?:would|will) ", before):
            return "planned"
        if " to " in before[-14:] and verb and word not in ("met", "spoke", "hosted", "received"):
            return None
        return "took_place" if whole else None

    def cue(self, occurrence: str, trigger: tuple[int, int]) -> tuple[int, int] | None:
        """Where the words stand that make an event one that was not held, as offsets in the article.

        `trigger` is where the event's own word stands; the nearest cue counts, and takes in a verb right behind it
        ("did not meet", "declined to meet"). None where the sentence has none.
        """
        text, sentence = self.row.text, self.row.sentence
        for words in _not_held(occurrence):
            found = [one.span() for one in words.finditer(text, sentence.start, sentence.end)]
            if found:
                start, end = min(found, key=lambda one: (max(one[0] - trigger[1], trigger[0] - one[1]), one))
                beside = end <= trigger[0] and text[end : trigger[0]].split() in ([], ["to"])
                return start, trigger[1] if beside else max(end, trigger[1] if start <= trigger[0] < end else end)
        return None

    def _turned_down(self, at: int, before: str) -> bool:
        """ "declined a meeting with Xi on Saturday": only with its day behind it, and not where that is still ahead."""
        time = self._time_of(at)
        here = next((look for look, atom in enumerate(self.atoms) if time and atom.time is time), -1)
        if here < at or re.search(r" (?:not|never|would|might|may|could|will|has repeatedly) ", before):
            return False
        ahead = r"\b(?:next|coming|later|scheduled|planned|due|set|before|after)\b"
        return not re.search(ahead, self.row.words(at, here + 1))

    def _no_such(self, at: int, after: str) -> bool:
        """ "No meeting took place", "no talks between them were held"."""
        return self._after(at - 1) == "no" and bool(pattern("not_at_all").match(after))

    def _undone_trip(self, at: int) -> str:
        """ "was to meet Xi, but aides announced that the trip had been cancelled"."""
        rest = self.row.words(at, len(self.atoms)).partition(" but ")[2]
        trip = pattern("the_trip").search(rest)
        return self.undone(rest[trip.start() :]) if trip else ""

    def undone(self, words: str) -> str:
        """The occurrence that words give to a plan ("but it was called off"); empty where it stands."""
        not_held = self.grammar["not_held"]
        if match := re.match(
            r"\s*(?:\w+ )?(will not|will no longer|would not|did not|never did) (?:[,.]|now|do so|$)", words
        ):
            return "cancelled" if match[1].startswith("w") else "did_not_take_place"
        for name in ("did_not", "cancelled", "postponed"):
            if any(f" {phrase} " in f" {words} " for phrase in not_held[name]):
                return "did_not_take_place" if name == "did_not" else name
        return ""

    def _reach(self, at: int, clause: Clause) -> int:
        """From where words before an event colour it: its clause, or behind the last thing that was said."""
        start = clause.start
        said = self.grammar["statement"]["verbs"]
        for look in range(at - 1, clause.start - 1, -1):
            atom = self.atoms[look]
            if atom.kind == WORD and atom.lower in said and look < at - 1:
                return look + 1
            if atom.kind == WORD and atom.lower in ("met", "held", "spoke") and look < at - 8:
                return look + 1
        if clause.link in ("and", ",") and clause.start:
            # "will visit Seoul and meet Lee": the auxiliary stands before the "and".
            number = self.row.clauses.index(clause)
            previous = self.row.clauses[number - 1]
            subject_here = any(
                self.atoms[look].kind == PEOPLE and not self._governed(look) and not self.atoms[look].possessive
                for look in range(clause.start, at)
            )
            if (
                clause.link == "and"
                and not subject_here
                and self.atoms[at].lower in ("meet", "hold", "host", "speak", "receive", "visit")
            ) or (
                clause.link == "and"
                and not subject_here
                and self.atoms[at].kind == NOUN
                and self._after(clause.start + 1) in ("hold", "have", "meet")
            ):
                start = previous.start
        return start

    def _tail(self, at: int, clause: Clause) -> int:
        """How far words behind an event colour it: to the clause's end, and past one inserted clause."""
        number = self.row.clauses.index(clause)
        end = clause.end
        for following in self.row.clauses[number + 1 : number + 4]:
            if following.link in ("but", ",", "and", "which", "that"):
                if any(
                    self.atoms[look].kind == NOUN and self._after(look - 1) not in ("such", "the", "that", "this", "no")
                    for look in range(following.start, following.end)
                ) and following.link not in ("which",):
                    break
                if following.link in (",", "and", "but") and any(
                    self.atoms[look].kind == PEOPLE and not self._governed(look)
                    for look in range(following.start, following.end)
                ):
                    break
                end = following.end
                if following.link == "but":
                    break
            else:
                break
        return end

    def _planned(self, before: str, after: str, verb: bool, word: str, plan: dict[str, list[str]]) -> str:
        before = _ADVERBS.sub("", before)
        if any(f" {one} " in before for one in plan["auxiliaries"]):
            return "planned"
        if any(f" {one} " in before for one in plan["to_phrases"]) and (verb or not self._agreed_on_else(before)):
            return "planned"
        if not verb:
            if any(
                (f" {one} " in before[-40:] and before.rstrip().endswith(one)) or f" {one} {word}" in f"{before}{word}"
                for one in plan["adjectives"]
                if one not in ("next", "coming", "future")
            ):
                return "planned"
            if any(f" {one} " in after for one in plan["after"]):
                return "planned"
            if pattern("due_for").search(before):
                return "planned"
            if pattern("plan_verbs").search(before):
                return "planned"
        if re.search(r" would (?:\w+ )?$", before) and word in word_set("would_verbs"):
            return "planned"
        if re.search(r" would (?:\w+ )?(?:hold|have|attend) (?:\w+ ){0,3}$", before):
            return "planned"
        return ""

    @staticmethod
    def _agreed_on_else(before: str) -> bool:
        """ "agreed to deepen ties during talks": the talks are no plan."""
        agreed = re.search(
            r" agreed to (?!(?:\w+ )?(?:hold|have|meet|attend|resume|convene|continue|begin|start)\b)", before
        )
        return bool(agreed and re.search(r" (?:during|in|at|after|following|over|by|via) (?:\S+ ){0,3}$", before))

    def _negated(self, before: str, word: str, doubtful: set[str]) -> str | None:
        """ "did not meet" is an event that did not take place; "will not meet", "no plans to" are none."""
        if re.search(r" (?:could not|couldn't|were unable to|was unable to|were not able to) (?:\w+ )?$", before):
            return "did_not_take_place"
        if pattern("no_plan").search(before):
            return None
        if pattern("did_not").search(before):
            if doubtful - {"ask", "asked", "expected", "open", "called"}:
                return None
            if pattern("did_not_verb").search(before):
                if (
                    " without " in before
                    or re.search(r" (?:had|has|have) not (?:\w+ )?$| never ", before)
                    or re.search(r" no (?:\w+ )?$", before)
                ):
                    return None
                return "did_not_take_place"
        return None

    def _present(self, at: int) -> str | None:
        """ "A and B meet on Friday": planned where a time lies ahead; in a caption it took place."""
        if self._after(at - 1) == "to" or self._after(at - 2) == "to":
            return None
        if re.search(r"\b(did|do|does|let)\b", self.row.words(max(0, at - 3), at)):
            return None
        return "planned" if self._time_of(at) else None


@cache
def _not_held(occurrence: str) -> tuple[re.Pattern[str], ...]:
    """What to look for as the cue of an event that was not held, in this order."""
    lists = grammar()["not_held"]
    own = "did_not" if occurrence == "did_not_take_place" else occurrence
    others = [one for name in sorted(lists) if name != own for one in lists[name]]
    found = []
    for phrases in (lists[own], grammar()["denials"]["words"], others):
        words = "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in sorted(phrases, key=len, reverse=True))
        found.append(re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    return tuple(found)
