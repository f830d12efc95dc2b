"""The desk as a site: reached by signing in, with what waits on its first page."""

from functools import update_wrapper
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.utils import get_next_redirect_url
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from timeline import accounts

from .pages import desk_page

_ORDER = ("Meeting", "Call", "Statement", "Article", "Leader", "Country", "Topic", "Source")


class Desk(admin.AdminSite):
    """Django's admin, whose door is the site's own page for signing in."""

    site_title = _("Readout")
    site_header = _("Readout: the editors' desk")
    index_title = _("The desk")

    def has_permission(self, request: HttpRequest) -> bool:
        """Who may see the desk at all: with an account that is in use and, where one is needed, a second factor."""
        return super().has_permission(request) and not accounts.lacks_second_factor(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django's own; a form of the record that comes when nobody is signed in any more is kept until they are."""
        guarded = super().admin_view(view, cacheable)

        def keeping(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            from . import unsaved

            # Its token has been checked by now: the middleware does that before any view is called.
            if request.method == "POST" and not self.has_permission(request) and (kept := unsaved.keep(request)):
                return unsaved.to_sign_in(request, kept)
            return guarded(request, *args, **kwargs)

        return update_wrapper(keeping, guarded)

    @method_decorator(never_cache)
    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Nobody signs in here: who is signed in goes on, or sets up the second factor that is still missing."""
        if accounts.lacks_second_factor(request.user):
            messages.warning(
                request,
                _t("Your account may change what others have published: add a second factor before you go on."),
            )
            return HttpResponseRedirect(reverse("mfa_index"))
        return HttpResponseRedirect(get_next_redirect_url(request) or reverse("admin:index"))

    # What stands on its pages ------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        return [
            path("find/", self.admin_view(self.find), name="find"),
            path("unsaved/<str:key>/forget/", self.admin_view(require_POST(self.forget)), name="forget_unsaved"),
            *super().get_urls(),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The record's nouns in the order in which editors need them, before accounts."""
        found: list[Any] = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=lambda model: (*_ORDER, model["object_name"]).index(model["object_name"]))
        return sorted(found, key=lambda app: app["app_label"] != "timeline")

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """What waits, what can be entered, what was changed last, and what somebody typed and has not saved."""
        from . import dashboard

        context = {
            "unsaved": dashboard.unsaved_forms(request),
            "piles": dashboard.piles(request, self),
            "new": dashboard.to_enter(self, request),
            "changes": dashboard.last_changes() if request.user.has_perm("timeline.view_meeting") else [],
        }
        return super().index(request, context | (extra_context or {}))

    def find(self, request: HttpRequest) -> TemplateResponse:
        """One search over everything; `q` are the words."""
        from . import dashboard

        words = request.GET.get("q", "").replace("\x00", "").strip()[: dashboard.LONGEST_SEARCH]
        found = dashboard.search(self, request, words) if words else []
        return desk_page(self, request, "find", _t("Search"), words=words, found=found)

    def forget(self, request: HttpRequest, key: str) -> HttpResponse:
        """Throw a form away that was kept."""
        from . import unsaved
        from .writing import editor

        unsaved.forget(editor(request), key)
        messages.success(request, _t("It has been thrown away."))
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return HttpResponseRedirect(reverse("account_change_password"))
