"""An event's page as readers would see it, for editors alone."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from timeline import record
from timeline.models import Event, State
from timeline.views import share
from timeline.views.events import shown


@require_safe
@never_cache
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The public page of an event as it is saved, whatever its state; who may not see it learns nothing of it.

    It is published for the time that its page takes to make, and what that changed is undone: so the place in time,
    the nth contact and the neighbours are those that readers will see.
    """
    if not admin.site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    event = Event.objects.filter(slug=slug, merged_into=None).first()
    if event is None or not _may_see(request, event):
        raise Http404
    if event.state == State.PUBLISHED:
        return _page(request, event, [])
    try:
        with transaction.atomic():
            with record.writing() as writer:
                writer.publish(Event.objects.get(pk=event.pk))
            raise _Undo(_page(request, event, []))
    except _Undo as undo:
        return undo.page
    except record.Refused as refused:
        return _page(request, event, [problem.message for problem in refused.problems])


class _Undo(Exception):
    """Carries the page out of the block whose changes are undone."""

    def __init__(self, page: HttpResponse) -> None:
        self.page = page
        super().__init__()


def _may_see(request: HttpRequest, event: Event) -> bool:
    return any(request.user.has_perm(f"timeline.{verb}_{event.kind}") for verb in ("view", "change"))


def _page(request: HttpRequest, event: Event, missing: list[str]) -> HttpResponse:
    found = Event.objects.with_entry().get(pk=event.pk)
    context = {
        **shown(request, found),
        **({} if missing else share.panel(request, found)),  # there is nothing yet to be shared
        "missing": missing,
        "edit": reverse(f"admin:timeline_{event.kind}_change", args=[event.pk]),
        "state": event.state,
        "state_words": event.get_state_display(),
    }
    return render(request, "timeline/preview.html", context)
