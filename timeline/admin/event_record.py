"""From an event's forms to its record and, where the writer refuses it, back to the field that is wrong."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from timeline import differences, duplicates, record
from timeline.models import Event, Origin, Slug, Source, State, Version
from timeline.record import slugs
from timeline.record.checklist import Item, before_publishing, checklist
from timeline.record.correcting import correct
from timeline.record.form import Record
from timeline.record.merge import ORDER, Conflict, is_list
from timeline.record.rules import References, complete

from . import new_sources
from .event_forms import EventForm
from .event_rows import CitationForm, RowForm, RowFormSet
from .notes import about_note, note, plain_line_ends
from .saving import Held, Question, Saving, Theirs, Wanted, questions

_FORM_FIELDS = {"id": "slug", "topics": "chosen_topics"}
_TELL_TWINS_BY = ("kind", "date", "participants")


class Writing(Saving):
    """The last of an event's formsets: it is valid when the one writer has taken the whole record.

    The writer's own refusals are the check, so there is one list of rules and nothing can slip between check and write.
    What an editor should see before it is saved stands in `conflicts` and `twins`.
    """

    form: EventForm

    def __init__(self, event: Event | None, formsets: list[RowFormSet], wanted: Wanted, by: User) -> None:
        super().__init__(formsets, wanted, by)
        self.event = event
        self.what = _("event")
        self.written: Event | None = None
        self.twins: list[Event] = []
        self._rows: dict[str, list[RowForm]] = {}

    def label(self, name: str) -> str:
        return differences.label(name)

    def questions(self) -> list[Question]:
        return questions(self.conflicts, self.label, differences.Names(_rows_of(self.conflicts)).words)

    def settle(self) -> bool:
        self._rows = {formset.part: formset.rows() for formset in self.formsets}
        found = [*self._about_state(self.form), *self._about_itself()]
        if not found:
            found = self._write(self.form)
        for problem in found:
            self._place(self.form, problem)
        return not found

    def _write(self, form: EventForm) -> list[record.Problem]:
        try:
            with record.writing(origin=Origin.EDITOR, by=self.by):
                self.written = self._written(form)
                self._correct(form, self.written)
        except record.Refused as refused:
            self.written = None
            return refused.problems
        except Held as held:
            return [record.Problem((), held.message)]
        self.is_done = True
        return []

    def _written(self, form: EventForm) -> Event:
        state, reason = self._state_and_reason(form)
        with record.writing(origin=Origin.EDITOR, by=self.by) as writer:
            self._add_sources()
            # The event itself is read anew: what is refused must leave no trace in what is shown.
            event = Event.objects.get(pk=self.event.pk) if self.event else None
            before = record.of(event) if event else None
            after = self._with_theirs(writer, form, before)
            is_public = event is not None and event.state == State.PUBLISHED
            if state == State.PUBLISHED and not is_public:
                _refuse(publishing_problems(after, self.by))
            if state == State.PUBLISHED and self._reads_otherwise(writer, event, before, after):
                _refuse([*writer.check(after, state=state), *about_note(form)])
                reason = note(form, "correction") or note(form, "not_correction")
            written = writer.write(after, event=event, state=state, reason=reason).event
            self._insist(form, before, after)
        self.changed = [name for name in after if before is not None and after[name] != before[name]]
        if self.event and self.event.state != state:
            self.changed.append("state")
        return written

    def _reads_otherwise(
        self, writer: record.Writer, event: Event | None, before: Record | None, after: Record
    ) -> bool:
        """Whether readers will see something else than they saw last, be it before a withdrawal."""
        if event is None:
            return False
        if event.state == State.PUBLISHED:
            return after != before
        return bool(changed_for_readers(writer, {event.pk: after}))

    # What was typed --------------------------------------------------------------------------------------

    def _record(self, form: EventForm, base: Record | None) -> Record:
        found = {"kind": form.kind, **form.as_record()}
        for part, rows in self._rows.items():
            found[part] = [row.as_record() for row in rows]
        found["id"] = form.cleaned_data["slug"] or (base["id"] if base else self._new_slug(form))
        if base:
            _keep_what_means_the_same(found, base)
        return found

    def _new_slug(self, form: EventForm) -> str:
        rows = [row.cleaned_data for row in self._rows["participants"]]
        people = [row["leader"] or row["country"].code for row in rows if row["leader"] or row["country"]]
        return slugs.free(slugs.of_event(people, form.kind, form.cleaned_data["date"]), Slug)

    def _add_sources(self) -> None:
        """Make the sources that were given by their addresses; they go again where the record is refused."""
        made: dict[str, Source] = {}
        for row in self._rows["citations"]:
            if isinstance(row, CitationForm) and row.new_source:
                source = made.setdefault(row.new_source.url, row.new_source)
                if not source.slug:
                    source.slug = new_sources.free_slug(source)
                    source.save()
                row.cleaned_data["source"] = source

    # What others have saved meanwhile ------------------------------------------------------------------------

    def _with_theirs(self, writer: record.Writer, form: EventForm, before: Record | None) -> Record:
        """What was typed, with what another editor has changed since the form was opened."""
        if before is None or form.cleaned_data["seen"] == form.version:
            return writer.prepared(self._record(form, before))
        last = self.event.versions.order_by("number").last() if self.event else None
        who = (last.by_name if last else "") or _("Somebody")
        seen = self._seen(form)
        if seen is None:
            raise self.unseen(form.version, who)
        base, theirs, mine = writer.prepared_all([seen.record, before, self._record(form, seen.record)])
        return self.put_together(Theirs(base, theirs, form.version, who, self._moved(seen, who)), mine)

    def _seen(self, form: EventForm) -> Version | None:
        """The version that the form was filled from."""
        number = form.cleaned_data["seen"]
        if not (self.event and number.isascii() and number.isdigit() and len(number) < 10):
            return None
        return self.event.versions.filter(number=int(number)).first()

    def _moved(self, seen: Version, who: str) -> str:
        if self.event is None or self.event.state == seen.state:
            return ""
        return _("%(who)s has saved it meanwhile as %(state)s: what you save will be so, too.") % {
            "who": who,
            "state": self.event.get_state_display(),
        }

    # What the record's rules don't know --------------------------------------------------------------------

    def _state_and_reason(self, form: EventForm) -> tuple[str, str]:
        state: str = self.event.state if self.event else State.DRAFT
        if self.wanted.state == "publish":
            state = State.PUBLISHED
        elif self.wanted.state == "withdraw":
            state = State.WITHDRAWN
        reason = plain_line_ends(form.cleaned_data["reason"]) if state == State.WITHDRAWN else ""
        if self.event and plain_line_ends(self.event.withdrawn_reason) == reason:
            reason = self.event.withdrawn_reason
        return state, reason

    def _about_state(self, form: EventForm) -> list[record.Problem]:
        state, reason = self._state_and_reason(form)
        before = self.event.state if self.event else State.DRAFT
        if self.wanted.state == "withdraw" and before != State.PUBLISHED:
            return [record.Problem(("state",), _("Only a published event can be withdrawn."))]
        if state == State.WITHDRAWN and not reason:
            return [record.Problem(("reason",), _("Readers need to know why: give a reason."))]
        if state == before == State.PUBLISHED and form.cleaned_data["reason"]:
            message = _("To take the event back with this reason, press “Withdraw”; to keep it, empty this field.")
            return [record.Problem(("reason",), message)]
        if state == before == State.WITHDRAWN and (told := _told(form)):
            message = _(
                "Readers don't see a withdrawn event: say this when you publish it again, and empty this field."
            )
            return [record.Problem((told,), message)]
        return []

    def _about_itself(self) -> list[record.Problem]:
        """Links to the event itself; by its slug alone, one would pass that is being renamed."""
        return [
            record.Problem(("links", place, "event"), _("An event can't be linked to itself."))
            for place, row in enumerate(self._rows["links"])
            if self.event and row.cleaned_data["target"].pk == self.event.pk
        ]

    def _insist(self, form: EventForm, before: Record | None, after: Record) -> None:
        """Show likely twins once before a new event is saved, or one whose kind, date or people change."""
        if before and all(before[name] == after[name] for name in _TELL_TWINS_BY):
            return
        own = Event.objects.filter(slugs__slug=after["id"]).first()
        twins = duplicates.likely(after, but=own)
        insisted = set(form.cleaned_data["insisted"].split(","))
        if {str(twin.pk) for twin in twins} <= insisted:
            return
        self.twins = twins
        form.put("insisted", ",".join(str(twin.pk) for twin in twins))
        raise Held(_("This looks like an entry that is there already: see above. Save again if it is another event."))

    # What readers are told ---------------------------------------------------------------------------------

    def _correct(self, form: EventForm, event: Event) -> None:
        """The public note of a correction; the version that it is about has just been made."""
        text = note(form, "correction")
        if text and event.state == State.PUBLISHED and self.event and self.event.state != State.DRAFT:
            add_correction(event, text)

    # Back to the fields ------------------------------------------------------------------------------------

    def _place(self, form: EventForm, problem: record.Problem) -> None:
        formsets = {formset.part: formset for formset in self.formsets}
        match problem.path:
            case (str(part), int(row), *rest) if part in formsets and part not in self.mixed:
                self._rows[part][row].place(tuple(rest), problem.message)
            case (str(part), *_rest) if part in formsets:
                formsets[part].refuse(problem.message)
            case (str(name), *_rest) if (field := _FORM_FIELDS.get(name, name)) in form.fields:
                form.add_error(field, problem.message)
            case _:
                form.add_error(None, problem.message)


def _told(form: EventForm) -> str:
    """The first of the two fields for readers in which something stands."""
    return next((name for name in ("correction", "not_correction") if note(form, name)), "")


def _refuse(found: list[record.Problem]) -> None:
    if found:
        raise record.Refused(found)


def add_correction(event: Event, text: str) -> None:
    """A dated public note about the event's last version; inside a writing block."""
    correct([event.pk], text)


def changed_for_readers(writer: record.Writer, records: Mapping[int, Record]) -> set[int]:
    """Of these events, by id with what they are to say, those that readers saw once and saw say something else."""
    last = record.last_shown(list(records))
    seen = dict(zip(last, writer.prepared_all(last.values()), strict=True))
    return {pk for pk, was in seen.items() if was != records[pk]}


def _rows_of(conflicts: list[Conflict]) -> list[Record]:
    """The values that conflict, as records, for their names to be looked up together."""
    found = []
    for one in conflicts:
        for value in (one.before, one.theirs, one.mine):
            if value is not None and one.key != ORDER:
                found.append(record.canonical({one.name: [value] if is_list(one.name) else value}))
    return found


def _keep_what_means_the_same(found: dict[str, Any], before: dict[str, Any]) -> None:
    """A form gives texts back with other line ends and checkboxes in their own order: that is no change."""
    for name in ("summary", "note"):
        if plain_line_ends(before[name] or "") == found[name]:
            found[name] = before[name]
    cited = {one["source"]: one for one in before["citations"]}
    for one in found["citations"]:
        was = cited.get(one["source"])
        if was is None:
            continue
        kept = [name for name in was["supports"] if name in one["supports"]]
        one["supports"] = kept + [name for name in one["supports"] if name not in kept]
        if plain_line_ends(was["excerpt"] or "") == one["excerpt"]:
            one["excerpt"] = was["excerpt"]


# Before publishing -------------------------------------------------------------------------------------------


def completed(one: Record) -> tuple[Record, References]:
    """The record in full, with the country of each leader, and the rows that it names."""
    known = References()
    whole = record.canonical(one)
    known.load([whole])
    return complete(whole, known), known


def may_add_posts(by: User) -> bool:
    """Whether this editor may give a leader a post that is missing."""
    return by.has_perms(("timeline.change_leader", "timeline.add_post"))


def publishing_problems(one: Record, by: User) -> list[record.Problem]:
    """What keeps an editor from publishing this record."""
    return before_publishing(*completed(one), may_add_posts=may_add_posts(by))


def checked(one: Record, by: User) -> list[Item]:
    """The checklist of a record as this editor is told it; a constant number of queries."""
    return checklist(*completed(one), may_add_posts=may_add_posts(by))
