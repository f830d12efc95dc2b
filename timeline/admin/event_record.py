"""From an event's forms to its record and, where the writer refuses it, back to the field that is wrong."""

from typing import Any

from django.contrib.auth.models import User
from django.utils.text import slugify
from django.utils.translation import gettext as _

from timeline import record
from timeline.models import Event, Origin, Slug, State
from timeline.record.rules import References, complete, problems

from .event_forms import EventForm, plain_line_ends
from .event_rows import RowForm, RowFormSet

_FORM_FIELDS = {"id": "slug", "topics": "chosen_topics"}
_FAMILIES_IN_SLUG = 3


class Writing:
    """The last of an event's formsets: it is valid when the one writer has taken the whole record.

    Django asks it after all real formsets. The writer's own refusals are the check, so there is one list of
    rules and nothing can slip between check and write. It shows nothing itself: each problem is put at the
    field of the form or row that it belongs to.
    """

    errors: tuple[()] = ()

    def __init__(self, event: Event | None, formsets: list[RowFormSet], wanted: str, by: User) -> None:
        self.event = event
        self.formsets = formsets
        self.wanted = wanted  # "publish", "withdraw" or "" to keep the state
        self.by = by
        self.form: EventForm | None = None  # set when it has been found valid
        self.written: Event | None = None
        self.changed: list[str] = []
        self._rows: dict[str, list[RowForm]] = {}

    def non_form_errors(self) -> tuple[()]:
        return ()

    def is_valid(self) -> bool:
        if self.written is not None:
            return True
        if self.form is None or not all(formset.is_valid() for formset in self.formsets):
            return False
        self._rows = {formset.part: formset.rows() for formset in self.formsets}
        found = [*self._seen_by_others(self.form), *self._about_state(self.form), *self._about_itself()]
        if not found:
            found = self._write(self.form)
        for problem in found:
            self._place(self.form, problem)
        return not found

    def _write(self, form: EventForm) -> list[record.Problem]:
        state, reason = self._state_and_reason(form)
        before = record.of(self.event) if self.event else None
        after = self._record(form, before)
        try:
            with record.writing(origin=Origin.EDITOR, by=self.by) as writer:
                # The event itself is read anew: what is refused must leave no trace in what is shown.
                event = Event.objects.get(pk=self.event.pk) if self.event else None
                written = writer.write(after, event=event, state=state, reason=reason)
        except record.Refused as refused:
            return refused.problems
        self.written = written.event
        now = record.of(written.event)
        self.changed = [name for name in now if before is not None and now[name] != before[name]]
        if self.event and self.event.state != state:
            self.changed.append("state")
        return []

    # What was typed --------------------------------------------------------------------------------------

    def _record(self, form: EventForm, before: record.form.Record | None) -> dict[str, Any]:
        found = {"kind": form.kind, **form.as_record()}
        for part, rows in self._rows.items():
            found[part] = [row.as_record() for row in rows]
        found["id"] = form.cleaned_data["slug"] or (before["id"] if before else self._new_slug(form))
        if before:
            _keep_what_means_the_same(found, before)
        return found

    def _new_slug(self, form: EventForm) -> str:
        """“takaichi-trump-call-2025-11-25”, or with -2, -3 where that has been taken."""
        names = []
        for row in self._rows["participants"][:_FAMILIES_IN_SLUG]:
            leader, country = row.cleaned_data["leader"], row.cleaned_data["country"]
            if leader:
                names.append(slugify(leader.family_name).replace("_", "-") or leader.slug)
            elif country:
                names.append(country.code.lower())
        days = form.cleaned_data["date"].replace("..", "").strip("/").split("/")[0]
        base = slugify("-".join([*names, form.kind, days]))[:110].strip("-")
        slug, number = base, 1
        while Slug.objects.filter(slug=slug).exists():
            number += 1
            slug = f"{base}-{number}"
        return slug

    # What the record's rules don't know --------------------------------------------------------------------

    def _state_and_reason(self, form: EventForm) -> tuple[str, str]:
        state = self.event.state if self.event else State.DRAFT
        if self.wanted == "publish":
            state = State.PUBLISHED
        elif self.wanted == "withdraw":
            state = State.WITHDRAWN
        reason = plain_line_ends(form.cleaned_data["reason"]) if state == State.WITHDRAWN else ""
        if self.event and plain_line_ends(self.event.withdrawn_reason) == reason:
            reason = self.event.withdrawn_reason
        return state, reason

    def _about_state(self, form: EventForm) -> list[record.Problem]:
        state, reason = self._state_and_reason(form)
        before = self.event.state if self.event else State.DRAFT
        if self.wanted == "withdraw" and before != State.PUBLISHED:
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

    def _seen_by_others(self, form: EventForm) -> list[record.Problem]:
        """Whether somebody has saved the event since this form was opened; saving once more goes through."""
        seen = form.cleaned_data["seen"]
        if not self.event or not seen or seen == form.version:
            return []
        data: Any = form.data.copy()  # type: ignore[attr-defined]
        data[form.add_prefix("seen")] = form.version
        form.data = data
        last = self.event.versions.order_by("number").last()
        message = _(
            "%(who)s has saved this event since you opened it here. What you typed still stands below:"
            " compare it with the event in another window; saving again puts yours in its place."
        ) % {"who": (last.by_name if last else "") or _("Somebody")}
        return [record.Problem((), message)]

    # Back to the fields ------------------------------------------------------------------------------------

    def _place(self, form: EventForm, problem: record.Problem) -> None:
        formsets = {formset.part: formset for formset in self.formsets}
        match problem.path:
            case (str(part), int(row), *rest) if part in formsets:
                self._rows[part][row].place(tuple(rest), problem.message)
            case (str(part), *_rest) if part in formsets:
                formsets[part].refuse(problem.message)
            case (str(name), *_rest) if (field := _FORM_FIELDS.get(name, name)) in form.fields:
                form.add_error(field, problem.message)
            case _:
                form.add_error(None, problem.message)


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


def missing(event: Event) -> list[str]:
    """What a saved event still lacks before it can be published, as sentences."""
    known = References()
    whole = record.canonical(record.of(event))
    known.load([whole])
    return [problem.message for problem in problems(complete(whole, known), State.PUBLISHED, known)]
