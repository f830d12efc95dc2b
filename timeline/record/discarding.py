"""Drafts that are discarded: what they held and who wrote it stays on record, and can become a draft again."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractBaseUser, User
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.models import Discarded, Event, Link, Slug, State, Version
from timeline.models.guard import WriteRefused, unheard, unlocked

from .form import canonical
from .rules import Problem, Refused
from .slugs import free

if TYPE_CHECKING:
    from .writer import Writer, Written

_COLUMNS = ("number", "state", "record", "reason", "origin", "by_name")


def check(events: Sequence[Event]) -> None:
    """Raise Refused where one of these is no draft, was one that readers saw, or is linked to by another entry."""
    keys = [event.pk for event in events]
    linked = Link.objects.filter(target__in=keys).select_related("event").first()
    if linked is not None:
        message = _("“%s” is linked to it: take that link away first.") % linked.event.title
        raise Refused([Problem((), message)])
    seen = set(Version.objects.public().filter(event__in=keys).values_list("event", flat=True))
    for event in events:
        if event.state != State.DRAFT or event.pk in seen:
            raise WriteRefused(f"“{event.title}” has been published: withdraw it, its address must last.")


def keep(events: Sequence[Event], by: AbstractBaseUser | None) -> None:
    """Put the versions of drafts that are about to go on record; a draft of this very block has none yet."""
    versions: dict[int, list[dict[str, Any]]] = {}
    for one in Version.objects.filter(event__in=[event.pk for event in events]).order_by("event", "number"):
        kept = {**{name: getattr(one, name) for name in _COLUMNS}, "by": one.by_id, "at": one.at.isoformat()}
        versions.setdefault(one.event_id, []).append(kept)
    Discarded.objects.bulk_create(
        Discarded(
            number=event.pk,
            kind=event.kind,
            slug=event.slug,
            title=event.title,
            versions=versions[event.pk],
            by_id=by.pk if by else None,
            by_name=by.get_username() if by else "",
            at=timezone.now(),
        )
        for event in events
        if event.pk in versions
    )


def bring_back(writer: "Writer", discarded: Discarded) -> "Written":
    """Make it a draft again, under the key that it had and with its history; where its slug is taken, with another.

    Raises Refused where it is there again already, or its last version may not stand any more.
    """
    if Event.objects.filter(pk=discarded.number).exists():
        raise Refused([Problem((), _("This draft has been brought back already."))])
    record = canonical(discarded.versions[-1]["record"])
    record["id"] = free(record["id"], Slug)
    pairs = [(record, None)]
    numbers = {record["id"]: discarded.number}
    (written,) = writer.write_all(pairs, state=State.DRAFT, reason=_("Brought back."), numbers=numbers)
    if isinstance(written, Refused):
        raise written
    accounts = set(User.objects.filter(pk__in={one["by"] for one in discarded.versions}).values_list("pk", flat=True))
    with unlocked(unheard):
        Version.objects.bulk_create(
            Version(
                event=written.event,
                **{name: one[name] for name in _COLUMNS},
                by_id=one["by"] if one["by"] in accounts else None,
                at=datetime.fromisoformat(one["at"]),
            )
            for one in discarded.versions
        )
    return written
