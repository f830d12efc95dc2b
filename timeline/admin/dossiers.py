"""Dossiers (JSON) in the admin: events with all that they name, readouts included, into the record and out of it."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import bundled, edtf, record
from timeline.differences import Names, differences
from timeline.formats import dossiers
from timeline.ingest import dossier, trial
from timeline.ingest.store import Terms
from timeline.ingest.trial import Outcome
from timeline.models import Country, Doing, Event, State
from timeline.record import form
from timeline.record.nouns import NOUNS, country_row
from timeline.site import base

from .imports import SHOWN, Import, Note, Preview, Refusal, Shown, Told, Written
from .tables import file_name
from .uploads import Upload
from .writing import editor, kind_admins

MOST = 10_000  # events in a dossier; its schema says the same


class DossierImport(Import[Outcome]):
    """A dossier, whose events come in as drafts or, by who may publish, for everyone."""

    purpose = "dossier"
    doing = Doing.DOSSIER
    template = "dossier"
    accept = ".json,application/json"

    @property
    def link(self) -> str:
        return _t("Import a dossier")

    @property
    def title(self) -> str:
        return _t("Import a dossier")

    def is_allowed(self, request: HttpRequest) -> bool:
        kinds = kind_admins(self.site).values()
        return all(one.has_add_permission(request) and one.has_change_permission(request) for one in kinds)

    def may_publish(self, request: HttpRequest) -> bool:
        return all(one.has_publish_permission(request) for one in kind_admins(self.site).values())

    def context(self, request: HttpRequest) -> dict[str, Any]:
        return {"may_publish": self.may_publish(request), "schema": reverse("schema")}

    def answers(self, request: HttpRequest) -> dict[str, str]:
        is_public = request.POST.get("state") == State.PUBLISHED
        return {"state": State.PUBLISHED if is_public else State.DRAFT}

    def check(self, request: HttpRequest, upload: Upload) -> None:
        self._terms(request, upload)
        _parsed(upload)

    def look(self, request: HttpRequest, upload: Upload) -> Outcome:
        try:
            outcome = trial.attempt(_parsed(upload), self._terms(request, upload))
        except dossier.DossierError as error:
            raise _refusal(error) from error
        self._check_nouns(request, outcome)
        return outcome

    def _terms(self, request: HttpRequest, upload: Upload, note: Note | None = None) -> Terms:
        state = upload.answers["state"]
        if state == State.PUBLISHED and not self.may_publish(request):
            raise Refusal([Told("", "", _t("You may not publish: bring the events in as drafts."))])
        note = note or Note()
        return Terms(state, editor(request), note.reason, note.correction)

    def _check_nouns(self, request: HttpRequest, outcome: Outcome) -> None:
        """Leaders, sources ... by who may add or change them by hand."""
        told = []
        for one in outcome.nouns:
            own = self.site.get_model_admin(one.model)
            is_new = one.before is None
            if not (own.has_add_permission(request) if is_new else own.has_change_permission(request)):
                words = _t("You may not add %s.") if is_new else _t("You may not change %s.")
                told.append(Told("", one.name, words % own.opts.verbose_name_plural))
        if told:
            raise Refusal(told)

    def summary(self, found: Outcome) -> Preview:
        counts = found.counts
        return Preview(
            counts={"created": counts.created, "changed": counts.updated, "unchanged": counts.unchanged},
            digest=found.digest,
            can_be_written=found.writes,
            asks_for_note=found.changes_public,
        )

    def preview(self, found: Outcome) -> Preview:
        by_what = {what: [one for one in found.events if one.what == what] for what in ("created", "updated", "kept")}
        changed = by_what["updated"][:SHOWN]
        names = Names([row for one in changed for row in (one.before, one.after) if row])
        return replace(
            self.summary(found),
            created=[Shown("", _label(one)) for one in by_what["created"][:SHOWN]],
            changed=[
                Shown("", _label(one), changes=differences(one.before, one.after, names), is_public=one.was_public)
                for one in changed
            ],
            beside=[*self._nouns(found), *_kept([_label(one) for one in by_what["kept"]])],
        )

    def _nouns(self, found: Outcome) -> Iterable[str]:
        for model in NOUNS:
            for is_new, words in (
                (True, _t("New %(nouns)s: %(names)s.")),
                (False, _t("Changed %(nouns)s: %(names)s.")),
            ):
                rows = (one for one in found.nouns if one.model is model)
                names = [one.name for one in rows if (one.before is None) == is_new]
                if names:
                    yield words % {"nouns": model._meta.verbose_name_plural, "names": _listed(names)}

    def carry_out(self, request: HttpRequest, upload: Upload, note: Note, agree: Any) -> Written:
        try:
            outcome = trial.carry_out(_parsed(upload), self._terms(request, upload, note))
        except dossier.DossierError as error:
            raise _refusal(error) from error
        self._check_nouns(request, outcome)
        agree(outcome)
        trial.finish(outcome)
        events = Event.objects.in_bulk([one.key for one in outcome.events])
        return Written(
            [events[one.key] for one in outcome.events if one.what == "created"],
            [events[one.key] for one in outcome.events if one.what == "updated"],
            [one.key for one in outcome.events if one.what == "updated" and one.was_public],
            [(one.model, one.before, one.after) for one in outcome.nouns],
        )


def _parsed(upload: Upload) -> dossier.Dossier:
    try:
        text = upload.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal([Told("", "", _t("Expected UTF-8 text (byte %d is none).") % error.start)]) from error
    try:
        return dossier.parse(text, upload.name)
    except dossier.DossierError as error:
        raise _refusal(error) from error


def _refusal(error: dossier.DossierError) -> Refusal:
    return Refusal(Told(fault.pointer, fault.value, fault.expected) for fault in error.faults)


def _label(one: trial.Done) -> str:
    return f"{one.after['title']} ({edtf.words(one.after['date'])})"


def _listed(names: list[str]) -> str:
    more = [_t("and %d more") % (len(names) - SHOWN)] if len(names) > SHOWN else []
    return "; ".join([*names[:SHOWN], *more])


def _kept(names: list[str]) -> list[str]:
    return (
        [_t("Kept as the record has it, edited there since or in another record state: %s.") % _listed(names)]
        if names
        else []
    )


# Out of the lists ------------------------------------------------------------------------------------------------


@admin.action(permissions=["view"], description=_("Download the selected %(verbose_name_plural)s as a dossier (JSON)"))
def dossier_selected(modeladmin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """The selected events with all that they name; what was withdrawn is left out."""
    events = queryset.prefetch_related(None).exclude(state=State.WITHDRAWN)
    keys = list(events.values_list("pk", flat=True)[: MOST + 1])
    if not keys or len(keys) > MOST:
        said = _t("A dossier holds at most %s events: select fewer.") % f"{MOST:,}"
        if not keys:
            said = _t("These are all withdrawn: a dossier would bring them back.")
        modeladmin.message_user(request, said, messages.WARNING)
        return None
    text = json.dumps(made(keys, base(request)), ensure_ascii=False, indent=1) + "\n"
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{file_name(modeladmin.opts.verbose_name_plural)}.json"'
    return response


def made(keys: list[int], site: str) -> dict[str, Any]:
    """The dossier of these events, in this order; `site` is the site's address."""
    found = record.of_all(keys)
    rows = [found[key] for key in keys if key in found]
    from_the_start = bundled.countries()
    named = Country.objects.filter(code__in=form.named(rows)["countries"]).order_by("code")
    own = [row for row in map(country_row, named) if row != from_the_start.get(row["code"])]
    return {
        "$schema": site + reverse("schema"),
        "dossier": f"selection-{timezone.localdate()}",
        "title": _t("Selected entries"),
        "export": {"from": site, "made": timezone.now().isoformat(timespec="seconds")},
        **({"countries": own} if own else {}),
        **dossiers.nouns(rows),
        "events": rows,
    }
