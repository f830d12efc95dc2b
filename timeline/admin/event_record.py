"""From an event's forms to its record and, where the writer refuses it, back to the field that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from timeline import duplicates, record
from timeline.differences import label
from timeline.models import Correction, Event, Origin, Source, State, Version
from timeline.record.checklist import Item, before_publishing, checklist
from timeline.record.form import Record
from timeline.record.merge import MINE, Conflict, three_way
from timeline.record.rules import References, complete

from . import event_slugs, new_sources
from .event_forms import EventForm, plain_line_ends
from .event_rows import CitationForm, RowForm, RowFormSet

_FORM_FIELDS = {"id": "slug", "topics": "chosen_topics"}
_TELL_TWINS_BY = ("kind", "date", "participants")


@dataclass(frozen=True)
class Wanted:
    """What an editor asks for beside what stands in the forms."""

    state: str = ""  # "publish", "withdraw" or "" to keep it
    answers: Mapping[str, str] = field(default_factory=dict)  # by conflict's id: MINE or THEIRS
    is_brought_back: bool = False  # what the browser had kept is only to be shown again


class _Held(Exception):
    """Nothing is wrong with the record, but the editor should see something before it is written."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class Writing:
    """The last of an event's formsets: it is valid when the one writer has taken the whole record.

    Django asks it after all real formsets. The writer's own refusals are the check, so there is one list of
    rules and nothing can slip between check and write. It shows nothing itself: each problem is put at the
    field of the form or row that it belongs to. What an editor should see before it is saved stands in
    `conflicts` and `twins`.
    """

    errors: tuple[()] = ()

    def __init__(self, event: Event | None, formsets: list[RowFormSet], wanted: Wanted, by: User) -> None:
        self.event = event
        self.formsets = formsets
        self.wanted = wanted
        self.by = by
        self.form: EventForm | None = None  # set when it has been found valid
        self.written: Event | None = None
        self.changed: list[str] = []
        self.conflicts: list[Conflict] = []
        self.twins: list[Event] = []
        self.beside = ""  # what another editor changed meanwhile and stands now beside this one's changes
        self._rows: dict[str, list[RowForm]] = {}
        self._mixed: set[str] = set()  # parts whose rows are no longer those of the form

    def non_form_errors(self) -> tuple[()]:
        return ()

    def is_valid(self) -> bool:
        if self.written is not None:
            return True
        if self.form is None or not all(formset.is_valid() for formset in self.formsets):
            return False
        if self.wanted.is_brought_back:
            return False
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
        except _Held as held:
            return [record.Problem((), held.message)]
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
                _refuse(publishing_problems(after))
            if state == State.PUBLISHED and is_public and after != before:
                _refuse([*writer.check(after, state=state), *_about_note(form)])
                reason = _note(form, "correction") or _note(form, "not_correction")
            written = writer.write(after, event=event, state=state, reason=reason).event
            self._insist(form, before, after)
        self.changed = [name for name in after if before is not None and after[name] != before[name]]
        if self.event and self.event.state != state:
            self.changed.append("state")
        return written

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
        chosen = [row.cleaned_data["leader"] or row.cleaned_data["country"] for row in self._rows["participants"]]
        return event_slugs.free([one for one in chosen if one], form.kind, form.cleaned_data["date"])

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
        """What was typed, with what another editor has changed since the form was opened.

        Where both changed the same thing, the editor is asked before anything is written.
        """
        if before is None or form.cleaned_data["seen"] == form.version:
            return writer.prepared(self._record(form, before))
        last = self.event.versions.order_by("number").last() if self.event else None
        who = (last.by_name if last else "") or _("Somebody")
        seen = self._seen(form)
        if seen is None:
            form.put("seen", form.version)
            raise _Held(
                _("%s may have saved this event since you opened it here: look at it in another window, then save.")
                % who
            )
        base, theirs, mine = writer.prepared_all([seen.record, before, self._record(form, seen.record)])
        was_shown = form.cleaned_data["answered"] == form.version
        answers = self.wanted.answers if was_shown else {}
        found = three_way(base, theirs, mine, answers)
        has_moved = self.event is not None and self.event.state != seen.state
        if not was_shown and (found.conflicts or has_moved):
            self.conflicts = found.conflicts
            form.put("answered", form.version)
            raise _Held(self._asked(who, has_moved))
        # An answer that did not come is the one that was marked: yours.
        if found.conflicts:
            found = three_way(base, theirs, mine, {one.id: MINE for one in found.conflicts} | dict(answers))
        self._mixed = set(found.taken)
        others = [name for name in found.taken if base[name] != theirs[name]]
        if others:
            self.beside = _("%(who)s has changed meanwhile: %(what)s. That stands beside what you changed.") % {
                "who": who,
                "what": get_text_list([label(name) for name in others], _("and")),
            }
        return found.record

    def _seen(self, form: EventForm) -> Version | None:
        """The version that the form was filled from."""
        number = form.cleaned_data["seen"]
        if not (self.event and number.isascii() and number.isdigit() and len(number) < 10):
            return None
        return self.event.versions.filter(number=int(number)).first()

    def _asked(self, who: str, has_moved: bool) -> str:
        said = []
        if has_moved and self.event:
            said.append(
                _("%(who)s has saved it meanwhile as %(state)s: what you save will be so, too.")
                % {"who": who, "state": self.event.get_state_display()}
            )
        if self.conflicts:
            said.append(
                _("%s has saved this event since you opened it, and changed the same things as you: choose above.")
                % who
            )
        return " ".join([*said, _("Nothing has been saved yet; save again to go on.")])

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
        raise _Held(_("This looks like an entry that is there already: see above. Save again if it is another event."))

    # What readers are told ---------------------------------------------------------------------------------

    def _correct(self, form: EventForm, event: Event) -> None:
        """The public note of a correction; the version that it is about has just been made."""
        text = _note(form, "correction")
        if text and event.state == State.PUBLISHED and self.event and self.event.state == State.PUBLISHED:
            add_correction(event, text)

    # Back to the fields ------------------------------------------------------------------------------------

    def _place(self, form: EventForm, problem: record.Problem) -> None:
        formsets = {formset.part: formset for formset in self.formsets}
        match problem.path:
            case (str(part), int(row), *rest) if part in formsets and part not in self._mixed:
                self._rows[part][row].place(tuple(rest), problem.message)
            case (str(part), *_rest) if part in formsets:
                formsets[part].refuse(problem.message)
            case (str(name), *_rest) if (field := _FORM_FIELDS.get(name, name)) in form.fields:
                form.add_error(field, problem.message)
            case _:
                form.add_error(None, problem.message)


def _note(form: EventForm, name: str) -> str:
    return plain_line_ends(form.cleaned_data.get(name) or "")


def _about_note(form: EventForm) -> list[record.Problem]:
    """What is wrong with what readers are told of a change to a published event."""
    correction, other = _note(form, "correction"), _note(form, "not_correction")
    if correction and other:
        message = _("It is a correction or it is not: empty one of the two fields.")
        return [record.Problem(("not_correction",), message)]
    if not (correction or other):
        message = _(
            "Readers have seen this entry: say what was wrong and what is right, or, below, why this is no correction."
        )
        return [record.Problem(("correction",), message)]
    return []


def _refuse(found: list[record.Problem]) -> None:
    if found:
        raise record.Refused(found)


def add_correction(event: Event, text: str) -> None:
    """A dated public note about the event's last version; inside a writing block."""
    version = event.versions.order_by("number").last()
    Correction(event=event, version=version, date=timezone.localdate(), text=text).save()


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


def _whole(one: Record) -> tuple[Record, References]:
    known = References()
    whole = record.canonical(one)
    known.load([whole])
    return complete(whole, known), known


def publishing_problems(one: Record) -> list[record.Problem]:
    """What keeps an editor from publishing this record."""
    return before_publishing(*_whole(one))


def checked(event: Event) -> list[Item]:
    """The checklist of a saved event; a constant number of queries."""
    return checklist(*_whole(record.of(event)))
