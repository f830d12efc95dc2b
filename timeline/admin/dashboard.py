"""The desk's first page: what waits, what was changed last, and one search over everything."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from timeline import differences, edtf, roles, waiting
from timeline.models import (
    Article,
    Call,
    Country,
    Discarded,
    Event,
    Leader,
    Meeting,
    Origin,
    Source,
    State,
    Statement,
    Topic,
    Version,
)
from timeline.record.form import canonical

from . import unsaved
from .writing import editor

MOST_COUNTED = 1000
_CHANGES = 15
_EVENTS_FOUND = 20
_NOUNS_FOUND = 10
LONGEST_SEARCH = 200  # characters


@dataclass(frozen=True)
class _Waiting:
    """Something that waits: in words, the rows, the list that shows them (of `noun`), and whose affair it is.

    Who has `concerns` is told of it; who has `settles` can do something about it, and `others` says who does.
    """

    words: Any
    rows: Callable[[], QuerySet[Any]]
    noun: str
    query: str
    concerns: str
    settles: str = ""
    others: Any = ""


_WAITING = (
    _Waiting(ngettext_lazy("draft", "drafts"), waiting.drafts, "event", "?state__exact=draft", "timeline.view_meeting"),
    _Waiting(
        ngettext_lazy("proposal from an article", "proposals from articles"),
        waiting.proposals,
        "article",
        "",
        "timeline.change_proposal",
    ),
    _Waiting(
        ngettext_lazy("published entry without a second source", "published entries without a second source"),
        waiting.single_sourced,
        "event",
        "?sources=one",
        roles.PUBLISH,
    ),
    _Waiting(
        ngettext_lazy("source whose address no longer resolves", "sources whose address no longer resolves"),
        waiting.failing_sources,
        "source",
        "?address=failing",
        # Who enters a draft cites sources, and may know a better address.
        "timeline.add_source",
        "timeline.change_source",
        gettext_lazy("an editor mends them"),
    ),
    _Waiting(
        ngettext_lazy("post without an end", "posts without an end"),
        waiting.open_posts,
        "leader",
        "?posts=open",
        # Who publishes is asked for posts that cover the date.
        roles.PUBLISH,
        "timeline.change_leader",
        gettext_lazy("a chief editor ends them"),
    ),
)


@dataclass(frozen=True)
class Pile:
    """Some things that wait: how many (“1000+” where nobody counts on), what, and where they are listed.

    Without an address where the list is not for who looks; `others` says who sees to it where they can't.
    """

    count: str
    words: str
    address: str
    others: str = ""


def piles(request: HttpRequest, site: admin.AdminSite) -> list[Pile]:
    """What waits and is somebody's affair; one query each, however many there are."""
    found = []
    user = editor(request)
    lists = {model._meta.model_name: site.get_model_admin(model) for model in (Event, Article, Source, Leader)}
    for one in _WAITING:
        if not user.has_perm(one.concerns):
            continue
        number = one.rows()[: MOST_COUNTED + 1].count()
        count = f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)
        may_look = lists[one.noun].has_view_or_change_permission(request)
        address = reverse(f"admin:timeline_{one.noun}_changelist") + one.query if may_look else ""
        others = str(one.others) if one.settles and not user.has_perm(one.settles) else ""
        found.append(Pile(count, one.words % number, address, others))
    return found


@dataclass(frozen=True)
class Kept:
    """A form that somebody sent and that was not saved."""

    words: str
    address: str
    key: str
    when: datetime


def unsaved_forms(request: HttpRequest) -> list[Kept]:
    """What is kept for who looks, the newest first; one query."""
    return [Kept(one.words, unsaved.address_of(one), one.pk, one.at) for one in unsaved.of(editor(request))]


@dataclass(frozen=True)
class New:
    """Something that can be entered."""

    words: str
    address: str


def to_enter(site: admin.AdminSite, request: HttpRequest) -> list[New]:
    """The forms for what somebody may enter, the commonest first."""
    words = {Meeting: _("A meeting"), Call: _("A call"), Statement: _("A statement"), Source: _("A source")}
    return [
        New(what, reverse(f"admin:timeline_{model._meta.model_name}_add"))
        for model, what in words.items()
        if site.get_model_admin(model).has_add_permission(request)  # type: ignore[type-abstract]
    ]


# What was changed last -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """One save of an event, or a draft's end: by whom, what, when."""

    title: str
    address: str
    who: str
    what: str
    when: datetime


def last_changes() -> list[Done]:
    """The newest saves and discarded drafts, the newest first; three queries."""
    versions = list(Version.objects.select_related("event").order_by("-pk")[:_CHANGES])
    pairs = [Q(event=one.event_id, number=one.number - 1) for one in versions]
    before = {}
    if pairs:
        before = {(one.event_id, one.number): one for one in Version.objects.filter(reduce(operator.or_, pairs))}
    origins = {value: str(words) for value, words in Origin.choices}
    done = [
        Done(
            one.event.title,
            reverse(f"admin:timeline_{one.event.kind}_history", args=[one.event_id]),
            one.by_name or origins.get(one.origin, one.origin),
            _what(before.get((one.event_id, one.number - 1)), one),
            one.at,
        )
        for one in versions
    ]
    gone = [
        Done(
            one.title,
            reverse("admin:timeline_event_discarded", args=[one.pk]),
            one.by_name or origins[Origin.EDITOR],
            _("discarded"),
            one.at,
        )
        for one in Discarded.objects.order_by("-pk").defer("versions")[:_CHANGES]
    ]
    return sorted([*done, *gone], key=lambda one: one.when, reverse=True)[:_CHANGES] if gone else done


def _what(before: Version | None, after: Version) -> str:
    """“published”, “changed: title and place”."""
    if before is None:
        return _("entered") if after.state == State.DRAFT else _("entered and published")
    if before.state != after.state:
        words = {State.PUBLISHED: _("published"), State.WITHDRAWN: _("withdrawn")}
        return words.get(State(after.state), after.state)
    then, now = canonical(before.record), canonical(after.record)
    names = [differences.label(name) for name in now if then[name] != now[name]]
    return _("changed: %s") % get_text_list(names, _("and")) if names else _("saved")


# One search over everything --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hit:
    words: str
    beside: str
    address: str


@dataclass(frozen=True)
class Hits:
    """What was found of one noun; `more` is the list that has the rest."""

    title: str
    hits: list[Hit]
    more: str


def search(site: admin.AdminSite, request: HttpRequest, words: str) -> list[Hits]:
    """Events, leaders, sources, topics and countries that a search finds; as many queries whatever it finds."""
    found: list[Hits] = []
    if not any(letter.isalnum() for letter in words):
        return found
    for model in (Event, Leader, Source, Topic, Country):
        model_admin = site.get_model_admin(model)
        if not model_admin.has_view_permission(request):
            continue
        most = _EVENTS_FOUND if model is Event else _NOUNS_FOUND
        rows: QuerySet[Any] = model_admin.get_search_results(request, model_admin.get_queryset(request), words)[0]
        name = model._meta.model_name
        listed = list(rows[: most + 1])
        hits = [
            Hit(str(row), _beside(row), reverse(f"admin:timeline_{name}_change", args=[row.pk]))
            for row in listed[:most]
        ]
        more = f"{reverse(f'admin:timeline_{name}_changelist')}?{_query(words)}" if len(listed) > most else ""
        if hits:
            found.append(Hits(str(model._meta.verbose_name_plural), hits, more))
    return found


def _query(words: str) -> str:

    return urlencode({"q": words})


def _beside(row: Any) -> str:
    if isinstance(row, Event):
        return ", ".join((str(row.get_kind_display()), edtf.words(row.date), str(row.get_state_display())))
    if isinstance(row, Leader):
        return row.native_name
    return row.url if isinstance(row, Source) else ""
