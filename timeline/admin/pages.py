"""What every page of the desk has that Django's admin does not make itself: the site around it, its title, its noun."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse


def desk_page(
    site: admin.AdminSite, request: HttpRequest, template: str, title: str, **context: Any
) -> TemplateResponse:
    """A page of the desk; `template` is below `admin/`, without its ending."""
    request.current_app = site.name
    whole = {**site.each_context(request), "title": title, "subtitle": None, **context}
    return TemplateResponse(request, f"admin/{template}.html", whole)


def noun_page(modeladmin: Any, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
    """A page of one noun, with what its forms need; `template` is below `admin/timeline/`, without its ending."""
    own = {"opts": modeladmin.opts, "media": modeladmin.media}
    return desk_page(modeladmin.admin_site, request, f"timeline/{template}", title, **{**own, **context})
