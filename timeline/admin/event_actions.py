"""Many events at once: published or withdrawn, each by the same checks as alone, with one summary in words."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from timeline import record
from timeline.batches import in_batches
from timeline.models import BulkChange, Doing, Event, Origin, State
from timeline.patience import long_work
from timeline.record.bulk import as_one
from timeline.record.checklist import before_publishing
from timeline.record.correcting import correct
from timeline.record.rules import References, complete

from .choices import can_be_key
from .event_record import changed_for_readers, may_add_posts
from .notes import NoteForm, WithdrawForm, note
from .pages import noun_page
from .writing import editor

_NAMED = 10  # refused events that are named one by one
_LISTED = 200  # events whose titles are shown before they are published or withdrawn


@admin.action(permissions=["publish"], description=_("Publish the selected %(verbose_name_plural)s"))
def publish_selected(modeladmin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Publish what nothing is missing of, and say of the rest what is; what one may not publish is left as it is.

    Where readers saw some of it before and saw it say something else, what they are told is asked for first.
    """
    chosen = _chosen(modeladmin, request, queryset)
    events = [
        event
        for event in chosen
        if event.state != State.PUBLISHED and modeladmin.has_publish_permission(request, event)
    ]
    owing = _changed_for_readers(events, request)
    form = NoteForm(request.POST if "_publish" in request.POST else None)
    if owing and not form.is_valid():
        changed = [event for event in events if event.pk in owing]
        title = _t("Publish %s") % modeladmin.opts.verbose_name_plural
        return _question(modeladmin, request, "publish", title, events, len(chosen) - len(events), changed, form=form)
    correction, reason = (note(form, name) for name in ("correction", "not_correction")) if owing else ("", "")
    silent, told = ([event for event in events if (event.pk in owing) is is_told] for is_told in (False, True))
    with as_one(Doing.PUBLISHED, words=correction or reason, by=editor(request)) as bulk:
        done, refused = _write(silent, State.PUBLISHED, "", request)
        told, rest = _write(told, State.PUBLISHED, correction or reason, request)
        if correction:
            correct([event.pk for event in told], correction)
    done, refused = [*done, *told], [*refused, *rest]
    said = ngettext("%d entry is published.", "%d entries are published.", len(done)) % len(done)
    _log(request, done, _t("Published."))
    _tell(modeladmin, request, done, refused, said, _t("Not published:"), len(chosen) - len(events), bulk.row)
    return None


def _changed_for_readers(events: Sequence[Event], request: HttpRequest) -> set[int]:
    """Of these, by id, those that readers saw before they were withdrawn and saw say something else."""
    found: set[int] = set()
    with record.writing(origin=Origin.EDITOR, by=editor(request)) as writer:
        for batch in in_batches(event.pk for event in events if event.state == State.WITHDRAWN):
            records = record.of_all(batch)
            whole = dict(zip(records, writer.prepared_all(records.values()), strict=True))
            found |= changed_for_readers(writer, whole)
    return found


@admin.action(permissions=["withdraw"], description=_("Withdraw the selected %(verbose_name_plural)s"))
def withdraw_selected(modeladmin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Ask for the reason, then take back what is published."""
    chosen = _chosen(modeladmin, request, queryset)
    events = [
        event
        for event in chosen
        if event.state == State.PUBLISHED and modeladmin.has_withdraw_permission(request, event)
    ]
    others = len(chosen) - len(events)
    if not events:
        modeladmin.message_user(
            request, _t("None of these is published: there is nothing to withdraw."), messages.WARNING
        )
        return None
    form = WithdrawForm(request.POST if "_withdraw" in request.POST else None)
    if form.is_valid():
        reason = note(form, "reason")
        with as_one(Doing.WITHDRAWN, words=reason, by=editor(request)) as bulk:
            done, refused = _write(events, State.WITHDRAWN, reason, request)
        said = ngettext("%d entry is withdrawn.", "%d entries are withdrawn.", len(done)) % len(done)
        _log(request, done, _t("Withdrawn: %s") % reason)
        _tell(modeladmin, request, done, refused, said, _t("Not withdrawn:"), others, bulk.row)
        return None
    title = _t("Withdraw %s") % modeladmin.opts.verbose_name_plural
    return _question(modeladmin, request, "withdraw", title, events, others, events, form=form)


def _question(
    modeladmin: Any,
    request: HttpRequest,
    verb: str,
    title: str,
    events: Sequence[Event],
    others: int,
    listed: Sequence[Event],
    **context: Any,
) -> HttpResponse:
    """The page that asks what has to be said of many events; they all come back in one field."""
    return noun_page(
        modeladmin,
        request,
        f"event/{verb}_selected",
        title,
        events=events,
        others=others,
        listed=listed[:_LISTED],
        unlisted=max(len(listed) - _LISTED, 0),
        chosen=",".join(str(event.pk) for event in events),
        checkbox=ACTION_CHECKBOX_NAME,
        action=f"{verb}_selected",
        **context,
    )


def _chosen(modeladmin: Any, request: HttpRequest, queryset: Any) -> list[Event]:
    """The events that the page with the question names, all in one field; before that page, those of the list."""
    if "chosen" not in request.POST:
        return list(queryset)
    keys = dict.fromkeys(int(key) for key in request.POST["chosen"].split(",") if can_be_key(modeladmin.model, key))
    everything = modeladmin.get_queryset(request)
    return [event for batch in in_batches(keys) for event in everything.filter(pk__in=batch)]


def _write(
    events: Sequence[Event], state: str, reason: str, request: HttpRequest
) -> tuple[list[Event], list[tuple[Event, list[str]]]]:
    """Give the events this state where they may have it; those that do, and of the others what is wrong."""
    done: list[Event] = []
    refused: list[tuple[Event, list[str]]] = []
    can_add = may_add_posts(editor(request))
    with long_work(), record.writing(origin=Origin.EDITOR, by=editor(request)) as writer:
        for batch in in_batches(events):
            records, known = record.of_all(event.pk for event in batch), References()
            known.load(records.values())
            sound = []
            for event in batch:
                whole = complete(records[event.pk], known)
                found = before_publishing(whole, known, may_add_posts=can_add) if state == State.PUBLISHED else []
                if found:
                    refused.append((event, [problem.message for problem in found]))
                else:
                    sound.append((whole, event))
            for (_whole, event), written in zip(
                sound, writer.write_all(sound, state=state, reason=reason), strict=True
            ):
                if isinstance(written, record.Refused):
                    refused.append((event, [problem.message for problem in written.problems]))
                else:
                    done.append(event)
    return done, refused


def _log(request: HttpRequest, events: Sequence[Event], words: str) -> None:
    if events:
        LogEntry.objects.log_actions(editor(request).pk, events, CHANGE, change_message=words)


def _tell(
    modeladmin: Any,
    request: HttpRequest,
    done: Sequence[Event],
    refused: Sequence[tuple[Event, list[str]]],
    said: str,
    not_done: str,
    passed_over: int,
    bulk: BulkChange | None,
) -> None:
    """One summary: how many, what was refused and why, what was so already; and where it can be put back."""
    parts = [said] if done or not refused else []
    if refused:
        named = [f"“{event.title}”: {' '.join(problems)}" for event, problems in refused[:_NAMED]]
        if len(refused) > _NAMED:
            named.append(_t("and %d more.") % (len(refused) - _NAMED))
        parts.append(f"{not_done} {' '.join(named)}")
    if passed_over:
        parts.append(
            ngettext("%d was left as it is.", "%d were left as they are.", passed_over) % passed_over,
        )
    words: str = " ".join(parts)
    if bulk:
        address = reverse("admin:timeline_bulkchange_change", args=[bulk.pk])
        words = format_html('{} <a href="{}">{}</a>', words, address, _t("Look at them, or put them back."))
    modeladmin.message_user(request, words, messages.WARNING if refused else messages.SUCCESS)
