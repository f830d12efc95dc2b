"""From candidates to events: what several sentences tell of one event is put together.

Calls and meetings of the same people are one event unless their dates say otherwise. "The call", "it was later
cancelled" add to the latest event of their kind. Statements of one speaker are one event for each occasion: another
day or another format makes another one.
"""

from .dates import NEAR, Dates, Event
from .days import HANGING, Dated, first_day, last_day, narrower, overlap
from .people import Person
from .reading import IT, JUST_AFTER, NOT_HELD, VAGUE, Candidate

_BACKGROUND = 14  # days before the report, from which on an event told later in the text is background


class Merger(Dates):
    """Takes candidates in the order of the text; `events` has what they come to."""

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
            self._widen(event)
            first = event.candidates[0]
            if not event.dated and event.occurrence == "took_place" and first.perfect and first.early:
                event.dated = Dated(self.day.isoformat(), "", "the day of the report")
        for event in self.events:
            first = event.candidates[0]
            hanging = all(not one.time or one.time.sort in HANGING for one in event.candidates)
            just_after = first.hangs_words == JUST_AFTER
            background = first.earlier or first.past_perfect or (not just_after and self._hangs_loose(event))
            told_now = (first.during and first.early) or self._goes_on(event)
            scene_set = event.kind == "statement" or just_after or (told_now and not background)
            if event.dated or not hanging or not scene_set or event.occurrence != "took_place":
                continue
            scene = self._scene_of(event)
            if scene and (event.kind == "statement" or just_after or self._surely_now(scene)):
                event.dated = Dated(scene, first.time.part if first.time else "", "the day that the report stands in")
        return [
            event
            for event in self.events
            if not (event.occurrence == "planned" and event.dated and last_day(event.dated.edtf) < self.day)
            and not self._bare_saying(event)
            and not (event.occurrence == "planned" and all(one.over for one in event.candidates))
            and (
                event.dated
                or event.occurrence != "took_place"
                or not all(self._adrift(one) for one in event.candidates)
            )
            and (
                event.dated
                or event.occurrence != "took_place"
                or event.kind == "statement"
                or any(one.early or (one.time and one.time.sort == "vague") for one in event.candidates)
            )
        ]

    @staticmethod
    def _widen(event: Event) -> None:
        """Add who took part besides: those who speak for a country of their own."""
        if event.kind == "statement":
            return
        for person in dict.fromkeys(one for candidate in event.candidates for one in candidate.also):
            sides = {one.country for one in [*event.people, *event.joined]} | {""}
            if person.country not in sides and person.sorts & {"head", "minister", "leader", "royal"}:
                event.joined.append(person)

    def _hangs_loose(self, event: Event) -> bool:
        """ "Following the summit": whether that has no day itself."""
        return any(
            one is not event
            and one.kind == event.candidates[0].hangs
            and one.occurrence == "took_place"
            and not one.dated
            for one in self.events
        )

    @staticmethod
    def _adrift(candidate: Candidate) -> bool:
        """Whether a contact without a day is told in passing or aside, or beside a time that could not be placed."""
        lost = candidate.time is not None and candidate.time.sort in ("counted", "offset")
        return candidate.passing or candidate.unplaced or candidate.relative or candidate.recently or lost

    @staticmethod
    def _bare_saying(event: Event) -> bool:
        """Whether something was said, but neither when nor on which occasion is told; or it is but background."""
        if event.kind != "statement" or event.dated:
            return False
        background = all(one.perfect and not one.early for one in event.candidates)
        return background or not event.format

    def _contact(self, candidate: Candidate) -> None:
        dated = self._dated(candidate)
        if dated and candidate.occurrence == "took_place" and first_day(dated.edtf) > max(self.day, self.published):
            if candidate.topical:
                dated, candidate.unplaced = None, True
            else:
                candidate.occurrence = "planned"
        if candidate.occurrence == "planned" and dated and last_day(dated.edtf) < self.day:
            candidate.ahead = False
        event = self._same(candidate, dated)
        if event:
            self._join(event, candidate, dated)
            return
        # Of a journey of these days nobody says yet that it led to talks, or when.
        on_the_way = candidate.on_the_way and not (dated and (self.day - last_day(dated.edtf)).days > NEAR)
        if candidate.tentative or on_the_way or (candidate.occurrence == "planned" and not dated):
            return
        if not dated and candidate.occurrence == "took_place":
            dated = self._inherited(candidate) or self._of_the_paragraph(candidate)
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
            vague = candidate.word in VAGUE or event.word in VAGUE or candidate.vague
            if (
                event.kind != candidate.kind
                and not (
                    vague
                    and dated
                    and event.dated
                    and overlap(dated.edtf, event.dated.edtf)
                    and not (candidate.place or event.candidates[0].place)
                )
                and not (
                    vague
                    and not (dated and event.dated)
                    and candidate.sentence - event.candidates[-1].sentence <= 2
                    and (candidate.tentative or not dated)
                )
            ):
                continue
            apart = candidate.sentence - event.candidates[-1].sentence > 1
            if dated and candidate.last and not event.dated:
                continue
            if dated and not event.dated and apart and (self.day - last_day(dated.edtf)).days > _BACKGROUND:
                continue  # "they last met in March": not the talks that the report is about
            if dated and event.dated:
                if not overlap(dated.edtf, event.dated.edtf):
                    if (
                        candidate.occurrence in NOT_HELD
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
                if candidate.occurrence in NOT_HELD and event.occurrence in NOT_HELD:
                    return event
                continue
            if event.occurrence == candidate.occurrence or (
                event.occurrence == "planned" and candidate.occurrence in NOT_HELD
            ):
                return event
            if event.occurrence in NOT_HELD and candidate.occurrence in ("planned", *NOT_HELD):
                return event
        return None

    def _join(self, event: Event, candidate: Candidate, dated: Dated | None) -> None:
        event.candidates.append(candidate)
        if dated and (
            not event.dated
            or (event.dated.basis and not dated.basis and not narrower(event.dated.edtf, dated.edtf))
            or (narrower(dated.edtf, event.dated.edtf) and not dated.basis)
        ):
            event.dated = dated
        elif dated and event.dated and dated.part and not event.dated.part and dated.edtf == event.dated.edtf:
            event.dated = Dated(event.dated.edtf, dated.part, event.dated.basis)
        if candidate.occurrence in NOT_HELD and event.occurrence == "planned":
            event.occurrence = candidate.occurrence
        if candidate.kind == event.kind and (
            (not event.format and candidate.format != "visit")
            or (event.format == "bilateral" and candidate.format in ("summit", "standing_talk"))
        ):
            event.format = candidate.format
        self._stand(candidate, dated)

    def _pointing(self, candidate: Candidate) -> None:
        """ "The call lasted ...", "the meeting did not take place": the report's own event before background."""
        order = sorted(self.events, key=self._salience, reverse=True)
        if candidate.hangs_that:
            order = sorted(self.events, key=lambda event: event.candidates[-1].sentence, reverse=True)
        for event in order:
            if event.kind == "statement":
                continue
            if event.kind != candidate.kind and candidate.word not in VAGUE and candidate.word != IT:
                continue
            if candidate.sentence - event.candidates[-1].sentence > 12:
                return
            if candidate.occurrence in NOT_HELD:
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
            if dated and event.dated and not overlap(dated.edtf, event.dated.edtf):
                continue
            close = candidate.sentence - event.candidates[-1].sentence <= 3
            if dated and close and (not event.dated or narrower(dated.edtf, event.dated.edtf)):
                event.dated = dated
                self._stand(candidate, dated)
            elif dated and event.dated and dated.part and not event.dated.part and dated.edtf == event.dated.edtf:
                event.dated = Dated(event.dated.edtf, dated.part, event.dated.basis)
            elif candidate.time and not dated:
                candidate.spans.pop("date", None)
            event.candidates.append(candidate)
            return

    def _salience(self, event: Event) -> tuple[bool, int, int]:
        near = bool(event.dated and abs((first_day(event.dated.edtf) - self.day).days) <= NEAR)
        return near or not event.dated, event.candidates[-1].sentence, event.sentence

    def _statement(self, candidate: Candidate) -> None:
        speaker = candidate.speaker
        dated = self._dated(candidate) if candidate.time or candidate.hangs else None
        known = [event for event in self.events if event.kind == "statement" and event.speaker is speaker]
        for event in reversed(known):
            apart = dated and event.dated and not overlap(dated.edtf, event.dated.edtf)
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
                    not event.dated or (event.dated.basis and not dated.basis) or narrower(dated.edtf, event.dated.edtf)
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
            and (not event.dated or abs((last_day(event.dated.edtf) - self.day).days) <= 2 * NEAR)
            for event in self.events
        )


def _alike(one: str, other: str) -> bool:
    """Formats that may name one occasion: a press conference is to reporters."""
    return {one, other} <= {"press_conference", "to_reporters"} or {one, other} <= {"written", "social_media"}
