"""Drafts that are discarded: what they held and who wrote it stays on record, and can become a draft again."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, User
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.models import Discarded, Event, Slug, State, Version
from timeline.models.guard import unheard, unlocked

from .form import canonical
from .rules import Problem, Refused

if TYPE_CHECKING:
    from .writer import Writer, Written

_COLUMNS = ("number", "state", "record", "reason", "origin", "by_name")


def keep(event: Event, by: AbstractBaseUser | None) -> None:
    """Put the versions of a draft that is about to go on record; a draft of this very block has none yet."""
    versions = [
        {**{name: getattr(one, name) for name in _COLUMNS}, "by": one.by_id, "at": one.at.isoformat()}
        for one in event.versions.order_by("number")
    ]
    if versions:
        Discarded(
            number=event.pk,
            kind=event.kind,
            slug=event.slug,
            title=event.title,
            versions=versions,
            by_id=by.pk if by else None,
            by_name=by.get_username() if by else "",
            at=timezone.now(),
        ).save()


def bring_back(writer: "Writer", discarded: Discarded) -> "Written":
    """Make it a draft again, under the key that it had and with its history; where its slug is taken, with another.

    Raises Refused where it is there again already, or its last version may not stand any more.
    """
    if Event.objects.filter(pk=discarded.number).exists():
        raise Refused([Problem((), _("This draft has been brought back already."))])
    record = canonical(discarded.versions[-1]["record"])
    record["id"] = _free(record["id"])
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


def _free(slug: str) -> str:
    free, number = slug, 1
    while Slug.objects.filter(slug=free).exists():
        number += 1
        free = f"{slug[:115]}-{number}"
    return free
