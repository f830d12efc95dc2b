"""Many events at once: published or withdrawn, each by the same checks as alone, with one summary in words."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from timeline import record
from timeline.models import Event, Origin, State
from timeline.record.batches import in_batches
from timeline.record.checklist import before_publishing
from timeline.record.rules import References, complete

from .choices import can_be_key
from .event_forms import plain_line_ends
from .writing import editor

_NAMED = 10  # refused events that are named one by one
_LISTED = 200  # events whose titles are shown before they are withdrawn


@admin.action(permissions=["publish"], description=_("Publish the selected %(verbose_name_plural)s"))
def publish_selected(modeladmin: Any, request: HttpRequest, queryset: Any) -> None:
    """Publish what nothing is missing of, and say of the rest what is; what one may not publish is left as it is."""
    events = [
        event for event in queryset.exclude(state=State.PUBLISHED) if modeladmin.has_publish_permission(request, event)
    ]
    done, refused = _write(events, State.PUBLISHED, "", request)
    said = ngettext("%d entry is published.", "%d entries are published.", len(done)) % len(done)
    _log(request, done, _t("Published."))
    _tell(modeladmin, request, done, refused, said, _t("Not published:"), queryset.count() - len(events))


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
    reason = plain_line_ends(request.POST.get("reason", "").replace("\x00", ""))[:5000]
    if "_withdraw" in request.POST and reason:
        done, refused = _write(events, State.WITHDRAWN, reason, request)
        said = ngettext("%d entry is withdrawn.", "%d entries are withdrawn.", len(done)) % len(done)
        _log(request, done, _t("Withdrawn: %s") % reason)
        _tell(modeladmin, request, done, refused, said, _t("Not withdrawn:"), others)
        return None
    request.current_app = modeladmin.admin_site.name
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": _t("Withdraw %s") % modeladmin.opts.verbose_name_plural,
        "subtitle": None,
        "opts": modeladmin.opts,
        "event": None,
        "events": events,
        "listed": events[:_LISTED],
        "unlisted": max(len(events) - _LISTED, 0),
        "others": others,
        "chosen": ",".join(str(event.pk) for event in events),
        "checkbox": ACTION_CHECKBOX_NAME,
        "is_missing": "_withdraw" in request.POST,
        "media": modeladmin.media,
    }
    return TemplateResponse(request, "admin/timeline/event/withdraw_selected.html", context)


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
    with record.writing(origin=Origin.EDITOR, by=editor(request)) as writer:
        for batch in in_batches(events):
            records, known = record.of_all(event.pk for event in batch), References()
            known.load(records.values())
            sound = []
            for event in batch:
                whole = complete(records[event.pk], known)
                found = before_publishing(whole, known) if state == State.PUBLISHED else []
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
) -> None:
    """One summary: how many, what was refused and why, what was so already."""
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
    modeladmin.message_user(request, " ".join(parts), messages.WARNING if refused else messages.SUCCESS)
