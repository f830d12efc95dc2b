"""What is done to many entries at once, written down as one thing.

    with as_one(Doing.TABLE, words="calls.csv", by=user) as bulk:
        with writing(by=user) as writer:
            ...                                     # every version that is made in here is an entry of it
        bulk.add(Leader, before, after)             # a row of a noun has no versions
    bulk.row                                        # the BulkChange, or None where nothing was changed

The block holds the writer's lock from beginning to end, so nobody else's versions can come in between.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Max, Min
from django.utils import timezone

from timeline.models import BulkChange, BulkEntry, Event, Origin, Version

from .nouns import NOUNS, Row
from .writer import writing

_EVENT = "event"
_LONGEST = 300  # characters of words and titles


class Bulk:
    """What one bulk change does; `row` is made when its block ends."""

    def __init__(self) -> None:
        self.row: BulkChange | None = None
        self.entries: list[BulkEntry] = []

    def add(self, model: type[models.Model], before: Row | None, after: Row | None) -> None:
        """A country, leader, source or topic has become another, is new (no `before`), or gone (no `after`)."""
        noun, row = NOUNS[model], after or before or {}
        title = str(row.get("name") or row.get("title"))[:_LONGEST]
        self.entries.append(BulkEntry(noun=noun.name, key=row[noun.key], title=title, before=before, after=after))

    def gone(self, event: Event, number: int) -> None:
        """A draft, whose last version had this number, is about to be discarded."""
        self.entries.append(BulkEntry(noun=_EVENT, key=str(event.pk), title=event.title[:_LONGEST], was=number))


@contextmanager
def as_one(
    what: str, *, words: str = "", by: AbstractBaseUser | None = None, puts_back: BulkChange | None = None
) -> Iterator[Bulk]:
    """Keep what is written inside, in blocks of its own, as one bulk change."""
    bulk = Bulk()
    with writing(origin=Origin.EDITOR, by=by):
        last = Version.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        yield bulk
        entries = [*_of_events(last, {one.key for one in bulk.entries if one.noun == _EVENT}), *bulk.entries]
        if not entries:
            return
        bulk.row = BulkChange.objects.create(
            what=what,
            words=words[:_LONGEST],
            by_id=by.pk if by else None,
            by_name=by.get_username() if by else "",
            at=timezone.now(),
            size=len(entries),
            puts_back=puts_back,
        )
        for entry in entries:
            entry.bulk = bulk.row
        BulkEntry.objects.bulk_create(entries, batch_size=1000)


def _of_events(last: int, gone: set[str]) -> Iterator[BulkEntry]:
    made = Version.objects.filter(pk__gt=last).order_by().values_list("event", "event__title")
    for pk, title, first, number in made.annotate(first=Min("number"), last=Max("number")).order_by("event"):
        if str(pk) not in gone:
            yield BulkEntry(noun=_EVENT, key=str(pk), title=title[:_LONGEST], was=first - 1, number=number)
