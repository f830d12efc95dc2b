"""The change log: which rows one block has touched, and the data version that it raises for them."""

import time
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from timeline.batches import in_batches
from timeline.models import (
    Change,
    Citation,
    Correction,
    Country,
    DataVersion,
    Event,
    Leader,
    Link,
    Participation,
    Point,
    Post,
    Readout,
    Slug,
    Source,
    Tagging,
    Topic,
    What,
)

_NOUNS = (Event, Leader, Country, Topic, Source)
_PARTS = (Participation, Tagging, Citation, Readout, Link, Slug)


class ChangeLog:
    """What one block did to which row."""

    def __init__(self) -> None:
        self._changes: dict[tuple[str, str], str] = {}

    def hear(self, row: models.Model, what: str) -> models.Model | None:
        """A public row was saved or is being deleted; gives the row that it belongs to, or itself.

        A post is a part of its leader, a correction, a participant, a point ... of its event.
        """
        owner: models.Model | None = row
        if isinstance(row, Post):
            owner = row.leader
        elif isinstance(row, Point):
            owner = row.readout.event
        elif isinstance(row, (Correction, *_PARTS)):
            owner = row.event
        if not isinstance(owner, _NOUNS):
            return None
        self.note(_noun(owner), owner.pk, what if owner is row else What.CHANGED)
        return owner

    def load(self, row: models.Model, what: str) -> None:
        """A row came in as it was dumped. Parts are passed over: what they belong to comes with them."""
        if isinstance(row, _NOUNS):
            self.note(_noun(row), row.pk, what)

    def note(self, noun: str, key: Any, what: str) -> None:
        """The first word on a row stands, unless it is deleted afterwards."""
        if what == What.DELETED:
            self._changes[noun, str(key)] = what
        else:
            self._changes.setdefault((noun, str(key)), what)

    def events(self) -> set[int]:
        """The events whose rows changed, or whose people, countries or topics did."""
        keys: dict[str, list[str]] = {}
        for noun, key in self._changes:
            keys.setdefault(noun, []).append(key)
        touched = {int(key) for key in keys.get("event", [])}
        abouts = {
            "leader": ("participations__leader__in", "readouts__given_by__in"),
            "country": ("participations__country__in",),
            "topic": ("taggings__topic__in",),
        }
        for noun, lookups in abouts.items():
            for lookup in lookups:
                for batch in in_batches(keys.get(noun, [])):
                    touched.update(Event.objects.filter(Q(**{lookup: batch})).order_by().values_list("pk", flat=True))
        return touched

    def settle(self, touched: Iterable[int], existing: set[int]) -> None:
        """Name every event that was touched, and as deleted those that are gone."""
        for pk in touched:
            self.note("event", pk, What.CHANGED if pk in existing else What.DELETED)

    def append(self, data_version: DataVersion) -> None:
        """Raise the data version and write the changes under its new number; nothing where nothing changed."""
        if not self._changes:
            return
        # A block inside this one may have raised it already.
        data_version.refresh_from_db()
        data_version.number = next_number(data_version.number)
        data_version.at = timezone.now()
        data_version.save()
        Change.objects.bulk_create(
            (
                Change(version=data_version.number, noun=noun, key=key, what=what)
                for (noun, key), what in sorted(self._changes.items())
            ),
            batch_size=5000,
        )


def _noun(row: models.Model) -> str:
    return (row._meta.concrete_model or type(row))._meta.model_name or ""


def next_number(last: int) -> int:
    """The number of the data version that follows: the time in microseconds, and more than the last.

    A number that was rolled back is not given to another state of the record: nothing that a process keeps under
    it can be mistaken for that state.
    """
    return max(last + 1, time.time_ns() // 1000)
