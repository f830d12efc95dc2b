"""A candidate with all that its sentence says: time, source, duration, place, who asked for it."""

import re

from .cues import MARK, PEOPLE, TIME, WORD
from .days import HANGING
from .lexicon import countries, pattern, word_set
from .outcome import Outcome
from .people import Person
from .reading import JUST_AFTER, Candidate
from .times import Time, part_of_day

_DURATION = pattern("duration")
_NO_DURATION = re.compile(
    r"\s*(?:ago|later|earlier|before|after|away|early|late|prior|ahead|of flight|flight|drive)\b", re.IGNORECASE
)
_NO_PLACE = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)
_NUMBERS = {
    "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10,
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip


class Details(Outcome):
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
        people = list(dict.fromkeys(people))
        if people and (len(people) < 2 or not any(person.official for person in people) or len(people) > 8):
            return None
        row = self.row
        atom = self.atoms[at]
        candidate = Candidate(
            kind, people, status, row.sentence.index, row.sentence.paragraph, row.span(at, at + 1), atom.lower, format_
        )
        chosen = time or (None if timeless else self._time_of(at))
        repeated = re.search(r"\b(?:twice|times|repeatedly|several|regularly)\b", row.words(at, at + 8))
        if repeated and not time and (chosen is None or chosen.sort in ("part_year", "year", "part_month", "week")):
            chosen = self._latest_of(at)
            if not chosen:
                return None
        if chosen and not (chosen.since and time is None):
            candidate.time = chosen
            candidate.add("date", (chosen.start, chosen.end))
        elif people and (counted := self._counted(at)):
            candidate.time = counted
            candidate.add("date", (counted.start, counted.end))
        elif people and (part := part_of_day(row.text, row.sentence.start, row.sentence.end)):
            candidate.time = Time(part[1], part[2], "same_day", {}, part[0])
            candidate.add("date", part[1:])
        candidate.told_before = next(
            (one.time for one in self.atoms[:at] if one.kind == TIME and one.time and one.time.sort not in HANGING),
            None,
        )
        number = row.number(at)
        joined = number and row.clauses[number].link == "and"
        link = row.clauses[number - 1].link if joined else row.clauses[number].link
        if people and not candidate.time and not candidate.hangs and link in ("after", "following"):
            days = [one.time for one in self.atoms[:at] if one.value in ("weekday", "day", "today", "yesterday")]
            candidate.beside = days[0] if days else None
        links = [n for n in range(number + 1) if row.clauses[n].link in ("that", "who", "which", "whom")]
        own = self.atoms[row.clauses[links[-1]].start if links else 0 :]
        others = [one for one in own if one.kind == TIME and one.time and not one.time.since and one.value != "counted"]
        candidate.unplaced = not candidate.time and not candidate.beside and bool(others)
        before = self._hung_from(at)
        if before and not candidate.time:
            candidate.hangs, candidate.hangs_words = before
        elif (
            people
            and not candidate.time
            and (
                any(self._after(look) in ("then", "subsequently", "later", "also") for look in (at - 1, at - 2))
                or re.search(r" earlier $", f" {row.words(at - 1, at)} ")
                or re.search(r" (?:then|later|also|earlier) (?:had|held) (?:\w+ ){0,3}$", f" {row.words(at - 6, at)} ")
            )
        ):
            candidate.hangs, candidate.hangs_words = "any", JUST_AFTER
        candidate.ahead = status in ("planned", "postponed", "cancelled") or self._ahead_of(at)
        tense = f" {row.words(max(row.clause(at).start - 1, at - 9), at)} "
        candidate.perfect = bool(re.search(r" (?:has|have) (?!been (?:scheduled|planned))", tense)) and not re.search(
            r" (?:(?<!has )(?<!have )had|last|previously|since|times|twice|once|already|only) ",
            f"{tense}{row.words(at, at + 6)} ",
        )
        candidate.past_perfect = " had " in tense and " had had " not in tense and self.atoms[at].kind == WORD
        timed = candidate.time and candidate.time.read.get("some") not in ("shortly", "soon")
        candidate.elsewhere = self.atoms[0].lower == "in" and len(self.atoms) > 1 and self.atoms[1].capital
        candidate.last = " last " in tense
        candidate.tentative = status == "took_place" and not timed and (
            row.clause(at).link == "before" or bool(candidate.time and candidate.time.read.get("hway") == "before")
        )  # fmt: skip
        pronouns = [self.atoms[each].value == "pair" for each in [*atoms, *([subject] if subject is not None else [])]]
        if (
            people
            and not candidate.time
            and any(pronouns)
            and re.search(r" (?:has|have) (?:previously|already|often) ", tense)
        ):
            return None
        candidate.early = row.sentence.paragraph <= 3
        candidate.during = bool(
            re.search(r" (?:during|in|at|over) (?:the|their|a|an|his|her) (?:\S+ ){0,4}$| (?:during|in|at) $", tense)
        )
        candidate.lapsed = bool(pattern("lapsed").search(f" {row.words(max(0, at - 9), at + 12)} "))
        candidate.over = bool(pattern("over").search(f" {row.words(max(0, at - 12), at)} "))
        if candidate.over and status == "planned" and row.sentence.index - self.discourse.undone[0] <= 2:
            candidate.occurrence = self.discourse.undone[1] or "cancelled"
        candidate.attribution, candidate.certainty = self._attributed(at)
        candidate.add("occurrence", row.span(at, at + 1))
        for each in ([subject] if subject is not None else []) + atoms:
            if self.atoms[each].kind == PEOPLE:
                for mention in self.atoms[each].mentions:
                    candidate.add(
                        "participants", (row.tokens[mention.name_start].start, row.tokens[mention.name_end - 1].end)
                    )
        if people and "participants" not in candidate.spans:
            self._name_evidence(candidate)
        if starts and starts.country:
            candidate.initiated = starts.country
            candidate.add("initiated_by", row.span(subject if subject is not None else at, at + 1))
        self._details(at, candidate)
        self.candidates.append(candidate)
        return candidate

    def _name_evidence(self, candidate: Candidate) -> None:
        """Where the people stand that "they" or "their" meant; where the sentence names none, the event's own word."""
        tokens = self.row.tokens
        for mention in self.row.mentions:
            if set(mention.people) & set(candidate.people):
                span = tokens[mention.name_start].start, tokens[mention.name_end - 1].end
                candidate.add("participants", span)
        if "participants" not in candidate.spans:
            candidate.add("participants", candidate.trigger)

    def _attributed(self, at: int) -> tuple[str, str]:
        """Who is named as the source of this, and the certainty that follows."""
        for number in range(self.row.number(at), -1, -1):
            clause = self.row.clauses[number]
            words = self.row.words(clause.start, min(clause.end, at))
            if match := re.search(r"according to (?:the |a |an )?(.+)$", words):
                return match[1].strip(" ,"), "attributed"
            for look in range(clause.start, min(clause.end, at)):
                if self.atoms[look].kind == WORD and self.atoms[look].lower in word_set("saying_verbs"):
                    subject = self._subject(look)
                    name = (
                        self.row.tokens[self.atoms[subject].start : self.atoms[subject].end]
                        if subject is not None
                        else ()
                    )
                    return " ".join(token.text for token in name), "attributed"
        tail = self.row.words(at, len(self.atoms))
        if match := re.search(r", (.{3,60}) (?:said|announced|confirmed)(?: (?:on )?\w+)? \.?$", tail):
            return match[1], "attributed"
        if match := re.search(r"according to (?:the |a |an )?([^,.]{3,60})", tail):
            return match[1].strip(), "attributed"
        if re.search(r"\breportedly\b", self.row.words(max(0, at - 6), at)):
            return "reports", "attributed"
        return "", "stated"

    def _details(self, at: int, candidate: Candidate) -> None:
        """Duration, who asked for it, the place, the format: what stands around an event."""
        start, end = self.row.sentence.start, self.row.sentence.end
        text = self.row.text
        single = len({cand.trigger for cand in self.candidates if cand.kind != "statement"}) == 0
        for match in _DURATION.finditer(text, start, end):
            if _NO_DURATION.match(text, match.end()) or not single or self._in_quote(match.start()):
                continue
            minutes = _minutes(match)
            if 1 <= minutes <= 1440:
                candidate.duration, candidate.about = minutes, bool(match["about"]) or bool(match["half"])
                candidate.add("duration_minutes", (match.start(), match.end()))
                break
        self._initiator(candidate)
        self._place(at, candidate)
        words = self.row.words(0, len(self.atoms))
        if candidate.kind == "meeting" and not candidate.format:
            near = self.row.words(max(0, at - 4), at + 1)
            if len(candidate.people) == 3 and "trilateral" in words:
                candidate.format = "trilateral"
            elif "summit" in self.atoms[at].lower and "sidelines" not in near:
                candidate.format = "summit"
            elif len(candidate.people) == 2:
                candidate.format = "bilateral"
            elif len(candidate.people) == 3:
                candidate.format = "trilateral"

    def _in_quote(self, offset: int) -> bool:
        return any(token.quoted and token.start <= offset < token.end for token in self.row.tokens)

    def _initiator(self, candidate: Candidate) -> None:
        text = self.row.text
        start, end = self.row.sentence.start, self.row.sentence.end
        for phrase in self.grammar["initiated"]["by"]:
            if phrase == "at the invitation of" and candidate.kind == "call":
                continue
            match = re.compile(rf"\b{phrase}\b", re.IGNORECASE).search(text, start, end)
            if match:
                self._country_behind(match.start(), match.end(), candidate)
                return
        match = re.compile(
            r"\bat the (?:latter|former)['’]s request\b|\bat the request of the (?:latter|former)\b"
        ).search(text, start, end)
        if match and len(candidate.people) == 2:
            person = candidate.people["latter" in match[0]]
            if person.country:
                candidate.initiated = person.country
                candidate.add("initiated_by", match.span())
            return
        match = re.compile(
            r"\b(?:at|on) (?:the )?([A-Z][\w.’' -]{1,40}?)(?:['’]s)? (?:side['’]s )?(?:initiative|invitation)\b"
        ).search(text, start, end)
        if match and candidate.kind == "call":
            self._country_behind(match.start(), match.start(1), candidate)
            return
        match = re.compile(r"\bat (?:the )?([A-Z][\w.’' -]{1,40}?)(?:['’]s?)? (?:side['’]s )?request\b").search(
            text, start, end
        )
        if match:
            self._country_behind(match.start(), match.start(1), candidate)
            return
        match = pattern("received_call").search(text, start, end)
        if match:
            self._country_behind(match.start(), match.end(), candidate)

    def _country_behind(self, start: int, at: int, candidate: Candidate) -> None:
        """The country named behind an offset, by itself or by a person of the event."""
        for index, token in enumerate(self.row.tokens):
            if token.start < at:
                continue
            if token.start > at + 60:
                return
            for mention in self.row.mentions:
                if mention.start <= index < mention.end and mention.people and mention.people[0].country:
                    candidate.initiated = mention.people[0].country
                    candidate.add("initiated_by", (start, self.row.tokens[mention.end - 1].end))
                    return
            if hit := countries().place(self.row.tokens, index):
                candidate.initiated = hit[1]
                candidate.add("initiated_by", (start, self.row.tokens[index + hit[0] - 1].end))
                return

    def _place(self, at: int, candidate: Candidate) -> None:
        """ "in Tokyo", "at the White House" behind the event's word, before anything else is told."""
        others = [other for other in self._tellers() if other > at]
        stop = min(others, default=len(self.atoms))
        for look in range(at + 1, min(stop, at + 16)):
            if self.atoms[look].kind == MARK or self.atoms[look].lower in ("and", "to", "focusing", "on the"):
                return
            if self.atoms[look].lower not in ("in", "at", "aboard") or self.atoms[look].kind != WORD:
                continue
            first = look + 1
            if self._after(first) == "the":
                first += 1
            end = first
            while (
                end < len(self.atoms)
                and self.atoms[end].kind == WORD
                and (
                    self.atoms[end].capital
                    or (
                        self.atoms[end].lower in ("of", "the")
                        and end > first
                        and end + 1 < len(self.atoms)
                        and self.atoms[end + 1].capital
                    )
                )
            ):
                end += 1
            gathering = self.atoms[first].lower in self.grammar["meeting"]["multilateral"]
            if (
                end > first
                and not gathering
                and self.atoms[first].lower not in _NO_PLACE
                and candidate.kind == "meeting"
            ):
                begin, close = self.row.span(first, end)
                candidate.place = re.sub(r"\s+", " ", self.row.text[begin:close])
                candidate.add("place", (begin, close))
                return


def _minutes(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["minutes"]:
        word = match["minutes"].lower()
        return int(word) if word.isdigit() else _NUMBERS[word]
    word = match["hours"].lower()
    hours = float(word) if word[0].isdigit() else _NUMBERS[word]
    total = int(hours * 60)
    if match["andhalf"] or (match["tail"] and "half" in match["tail"]):
        total += 30
    if match["tailminutes"]:
        total += int(match["tailminutes"])
    return total
