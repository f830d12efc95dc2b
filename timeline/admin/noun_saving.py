"""Leaders, countries, topics and sources: how their forms are put together with what others saved, and written."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from timeline import record
from timeline.differences import noun_label, post_words
from timeline.models import Country, Leader, Origin
from timeline.record.nouns import NOUNS, Row, fill, give_posts, second_posts

from .desk_forms import NounForm
from .event_rows import RowFormSet
from .notes import about_note, note
from .saving import Held, Question, Saving, Theirs, Wanted, questions


class NounSaving(Saving):
    """The last of a noun's formsets: it is valid when what was typed stands together with what others have saved.

    What changes names in published entries asks for its note. The row is written by `write`.
    """

    form: NounForm

    def __init__(
        self, model: type[models.Model], formsets: Sequence[RowFormSet], wanted: Wanted, by: User, may_change_rows: bool
    ) -> None:
        super().__init__(formsets, wanted, by)
        self.model = model
        self.what = str(model._meta.verbose_name)
        self._may_change_rows = may_change_rows
        self._row: Row = {}

    def label(self, name: str) -> str:
        return noun_label(self.model, name)

    def questions(self) -> list[Question]:
        values = [value for one in self.conflicts for value in (one.before, one.theirs, one.mine)]
        codes = {value["country"] for value in values if isinstance(value, dict)}
        countries = Country.objects.in_bulk(list(codes))

        def words(name: str, value: Any) -> str:
            return post_words(value, countries) if value and name == "posts" else str(value or "")

        return questions(self.conflicts, self.label, words)

    def settle(self) -> bool:
        rows: dict[str, Any] = {one.part: [row.as_record() for row in one.rows()] for one in self.formsets}
        today = self.form.today
        if today is None:
            self._row = rows
            return self._has_each_post_once()
        if not self._may_change_rows:
            rows = {part: today[part] for part in rows}
        try:
            self._row = self._with_theirs(today, rows)
        except Held as held:
            self.form.add_error(None, held.message)
            return False
        self.changed = [name for name in self._row if self._row[name] != today[name]]
        problems = self._about_note(today)
        for problem in problems:
            self.form.add_error(str(problem.path[0]), problem.message)
        may_stand = "posts" not in self.changed or self._has_each_post_once()
        return may_stand and not problems

    def _has_each_post_once(self) -> bool:
        """Whether no two posts are one; a second one is refused at its row."""
        twice = second_posts(self._row.get("posts", ()))
        for formset in [one for one in self.formsets if one.part == "posts"]:
            for place, first in twice.items():
                message = _("This is post %d again: title, country and since are the same.") % (first + 1)
                if "posts" in self.mixed:
                    formset.refuse(message)
                else:
                    formset.rows()[place].place((), message)
        return not twice

    def _with_theirs(self, today: Row, rows: dict[str, Any]) -> Row:
        """What was typed, with what another editor has changed since the form was opened."""
        mine = {**NOUNS[self.model].row(self.form.instance), **rows}
        if mine == today:
            return mine
        seen = self.form.seen_row()
        if seen is None:
            raise self.unseen(self.form.version, _("Somebody"))
        base, since = seen
        if base == today:
            return mine
        return self.put_together(Theirs(base, today, _digest(today), self._who(since)), mine)

    def _who(self, since: datetime) -> str:
        """Who has saved it last."""
        entries = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(self.model), object_id=str(self.form.instance.pk)
        )
        last = entries.filter(action_time__gte=since).exclude(user=self.by).select_related("user").first()
        return last.user.get_username() if last else _("Somebody")

    def _about_note(self, today: Row) -> list[record.Problem]:
        said = next((name for name in ("correction", "not_correction") if note(self.form, name)), "")
        if not self.changed:
            message = _("Nothing changes, so there is nothing to tell: empty this field.")
            return [record.Problem((said,), message)] if said else []
        if said or record.shown_otherwise(self.model, [(self.form.instance.pk, today, self._row)]):
            message = _(
                "Published entries show this: say what was wrong and what is right, or, below, why this is no"
                " correction."
            )
            return about_note(self.form, message)
        return []

    def in_words(self) -> str:
        """What was changed and what was said of it, for the history."""
        names = get_text_list([self.label(name) for name in self.changed], _("and"))
        said = _("Changed %s.") % names if names else ""
        if correction := note(self.form, "correction"):
            said += " " + _("Correction, for readers: %s") % correction
        if reason := note(self.form, "not_correction"):
            said += " " + _("Not a correction: %s") % reason
        return said

    def write(self, row: Any) -> None:
        """Save what stands together; what has not changed is not written."""
        with record.writing(origin=Origin.EDITOR, by=self.by) as writer:
            is_new = self.form.today is None
            if not is_new:
                # What was typed is in it already, and need not be the same.
                fill(row, self._row)
                correction, reason = note(self.form, "correction"), note(self.form, "not_correction")
                writer.explain(row, correction=correction, reason=reason)
            if is_new or set(self.changed) - {"posts"}:
                row.save()
            if isinstance(row, Leader) and (is_new or "posts" in self.changed):
                give_posts(row, self._row["posts"])
        self.is_done = True


def _digest(row: Row) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
