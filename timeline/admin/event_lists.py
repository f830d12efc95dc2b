"""How editors find events: filters and search that stand on indexes, and an autocomplete over all kinds."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from timeline import search, waiting
from timeline.among import among
from timeline.models import Country, Participation

from .by_order import DeskList
from .choices import event_label


class SpokeForFilter(admin.SimpleListFilter):
    """By the country that one of the participants spoke for."""

    title = _("country of a participant")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        taking_part = Participation.objects.filter(country=OuterRef("pk"))
        return list(Country.objects.filter(Exists(taking_part)).values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=Participation.objects.filter(country=self.value()).values("event_id"))


class SecondSourceFilter(admin.SimpleListFilter):
    """Published entries that rest on one source alone."""

    title = _("sources")
    parameter_name = "sources"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("one", _("Published, without a second"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return waiting.single_sourced(queryset) if self.value() == "one" else queryset


class EventList(DeskList):
    """With the people, in the same number of queries however many rows there are."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        people = Participation.objects.select_related("leader", "country")
        return super().get_queryset(request, exclude_parameters).prefetch_related(Prefetch("participations", people))


def found(queryset: Any, term: str) -> Any:
    """The events that a search finds: by whole words; where there are none, by the beginning of the slug."""
    term = term.replace("\x00", "").strip()
    if not term:
        return queryset
    query = search.parse(term)
    if query:
        by_words = queryset.filter(_holding(query))
        if by_words.exists():
            return by_words
    return queryset.filter(slug__startswith="-".join(term.lower().split()))


def _holding(query: search.Query) -> Q:
    """That an event matches the query: ids first, for a database that has to guess how many there are guesses wrong."""
    if not query.phrases:
        return Q(pk__in=search.matching(query).values("pk"))
    return Q(among("pk", search.in_any_state(query)))


class EventChoices(AutocompleteJsonView):
    """As Django's own, with the date behind the title: many events have the same title."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": event_label(obj)}
