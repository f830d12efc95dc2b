"""The writer itself: rows, order, versions, search tokens, change log and data version in one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.db.models import Manager, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import search
from timeline.models import (
    Change,
    Citation,
    Correction,
    Country,
    DataVersion,
    Event,
    Leader,
    Link,
    Origin,
    Participation,
    Point,
    Post,
    Readout,
    Slug,
    Source,
    State,
    Tagging,
    Topic,
    Version,
    What,
)
from timeline.models.guard import unlocked

from . import contacts
from .form import Record, canonical, of
from .rules import Problem, References, Refused, complete, problems, state_problems
from .threads import put_in_order


@dataclass(frozen=True)
class Written:
    """What became of one record: the event, whether it is new, whether anything changed."""

    event: Event
    created: bool
    changed: bool


@contextmanager
def writing(*, origin: str = Origin.EDITOR, by: AbstractBaseUser | None = None) -> "Iterator[Writer]":
    """Open the record for writing; everything inside happens together or not at all.

    Writers queue: the data version's row is locked until the transaction ends. Blocks nest; an inner one
    belongs to the outer one's transaction and makes its own versions.
    """
    with transaction.atomic():
        DataVersion.objects.get_or_create(pk=1, defaults={"at": timezone.now()})
        data_version = DataVersion.objects.select_for_update().get(pk=1)
        writer = Writer(data_version, origin, by)
        with unlocked(writer._heard):
            yield writer
            writer._close()


class Writer:
    """Writes events from their records; made by `writing()`."""

    def __init__(self, data_version: DataVersion, origin: str, by: AbstractBaseUser | None) -> None:
        self._data_version = data_version
        self._origin = origin
        self._by = by
        self._known = References()
        self._changes: dict[tuple[str, str], str] = {}
        self._saved: dict[int, tuple[Event, Record, str]] = {}
        self._open_links: dict[int, Record] = {}

    # Events ----------------------------------------------------------------------------------------------

    def check(self, record: Record, *, state: str) -> list[Problem]:
        """What is wrong with a record that is to have this state; nothing is written."""
        record = self.prepared(record)
        return problems(record, state, self._known)

    def check_links(self, record: Record) -> list[Problem]:
        """Links to events that nobody knows; `write` leaves this to the end, when all records have been seen."""
        return [
            Problem(("links", place, "event"), _("The event “%s” is not known.") % link["event"])
            for place, link in enumerate(canonical(record)["links"])
            if self.find(link["event"]) is None
        ]

    def find(self, slug: str) -> Event | None:
        """The event that has, or ever had, this slug."""
        held = Slug.objects.select_related("event").filter(slug=slug).first()
        return held.event if held else None

    def write(
        self, record: Record, *, event: Event | None = None, state: str | None = None, reason: str = ""
    ) -> Written:
        """Make an event's rows agree with `record`; without `event`, a new one.

        `state` defaults to what the event has, or to a draft. Raises Refused where the record may not stand.
        """
        was = event.state if event else State.DRAFT
        state = state or was
        if event and was == state == State.WITHDRAWN:
            reason = reason or event.withdrawn_reason
        record = self.prepared(record)
        found = [*state_problems(was, state, reason), *problems(record, state, self._known)]
        owner = Slug.objects.filter(slug=record["id"]).first()
        if owner and (event is None or owner.event_id != event.pk):
            found.append(Problem(("id",), _("The slug “%s” belongs to another event, now or before.") % record["id"]))
        if found:
            raise Refused(found)
        before = self._today(event) if event else None
        if event and before == record and event.state == state and event.withdrawn_reason == reason:
            return Written(event, created=False, changed=False)
        written = self._save_row(event or Event(), record, state, reason)
        self._save_parts(written, before, record)
        if before is None or before["id"] != record["id"]:
            Slug.objects.get_or_create(slug=record["id"], defaults={"event": written})
        self._saved[written.pk] = (written, record, reason)
        return Written(written, created=event is None, changed=True)

    def publish(self, event: Event) -> Written:
        """Let readers see it; Refused names what is still missing."""
        return self.write(self._today(event), event=event, state=State.PUBLISHED)

    def withdraw(self, event: Event, reason: str) -> Written:
        """Take a published event back: its address then answers with this reason."""
        if event.state != State.PUBLISHED:
            raise Refused([Problem(("state",), _("Only a published event can be withdrawn."))])
        if not reason.strip():
            raise Refused([Problem(("reason",), _("Readers need to know why: give a reason."))])
        return self.write(self._today(event), event=event, state=State.WITHDRAWN, reason=reason.strip())

    def discard(self, event: Event) -> None:
        """Delete a draft that readers never saw, with its slugs and versions."""
        pk = event.pk
        if linked := Event.objects.filter(links__target=event).first():
            message = _("“%s” is linked to it: take that link away first.") % linked.title
            raise Refused([Problem((), message)])
        search.forget(pk)
        event.delete()
        self._saved.pop(pk, None)
        self._open_links.pop(pk, None)

    # Rows ------------------------------------------------------------------------------------------------

    def prepared(self, record: Record) -> Record:
        """The record in its canonical form, with what follows from the rest filled in."""
        record = canonical(record)
        self._known.load(record)
        # A link by a former slug is the same link.
        today = self._slugs_today([link["event"] for link in record["links"]])
        for link in record["links"]:
            link["event"] = today.get(link["event"], link["event"])
        return complete(record, self._known)

    def _today(self, event: Event) -> Record:
        """The event's record, with the links that stand open until the block ends."""
        record = of(event)
        if event.pk in self._open_links:
            record["links"] = canonical(self._open_links[event.pk])["links"]
        return record

    @staticmethod
    def _slugs_today(slugs: list[str]) -> dict[str, str]:
        if not slugs:
            return {}
        return dict(Slug.objects.filter(slug__in=slugs).values_list("slug", "event__slug"))

    def _save_row(self, event: Event, record: Record, state: str, reason: str) -> Event:
        now = timezone.now()
        event.kind, event.slug, event.state = record["kind"], record["id"], state
        for name in ("title", "summary", "date", "occurrence", "duration_minutes", "duration_approximate"):
            setattr(event, name, record[name])
        for name in ("note", "part_of_day", "time_zone", "format", "place", "words"):
            setattr(event, name, record[name] or "")
        event.country_id, event.initiated_by_id = record["country"], record["initiated_by"]
        withdrawn = state == State.WITHDRAWN
        event.withdrawn_reason = reason if withdrawn else ""
        event.withdrawn_at = (event.withdrawn_at or now) if withdrawn else None
        event.changed_at = now
        event.save()
        return event

    def _save_parts(self, event: Event, before: Record | None, record: Record) -> None:
        def differs(part: str, rows: Manager[Any]) -> bool:
            """Whether this part is to be written; what stood there is gone then."""
            if before is not None and before[part] != record[part]:
                rows.all().delete()
            return before is None or before[part] != record[part]

        leaders, topics, sources = self._known.leaders, self._known.topics, self._known.sources
        if differs("participants", event.participations):
            Participation.objects.bulk_create(
                Participation(
                    event=event,
                    leader=leaders.get(one["leader"]),
                    role=one["role"],
                    country_id=one["country"],
                    title=one["title"] or "",
                    order=order,
                )
                for order, one in enumerate(record["participants"])
            )
        if differs("topics", event.taggings):
            Tagging.objects.bulk_create(
                Tagging(event=event, topic=topics[slug], order=order) for order, slug in enumerate(record["topics"])
            )
        if differs("citations", event.citations):
            Citation.objects.bulk_create(
                Citation(
                    event=event,
                    source=sources[one["source"]],
                    supports=one["supports"],
                    excerpt=one["excerpt"] or "",
                    order=order,
                )
                for order, one in enumerate(record["citations"])
            )
        if differs("readouts", event.readouts):
            self._create_readouts(event, record)
        if differs("links", event.links):
            self._open_links[event.pk] = record

    def _create_readouts(self, event: Event, record: Record) -> None:
        readouts = Readout.objects.bulk_create(
            Readout(
                event=event,
                side_id=one["side"],
                given_by=self._known.leaders.get(one["given_by"]),
                given_as=one["given_as"] or "",
                source=self._known.sources.get(one["source"]),
                date=one["date"] or "",
                issued=one["issued"],
                order=order,
            )
            for order, one in enumerate(record["readouts"])
        )
        Point.objects.bulk_create(
            Point(readout=readout, order=order, **point)
            for readout, one in zip(readouts, record["readouts"], strict=True)
            for order, point in enumerate(one["points"])
        )

    # What follows from the rows ----------------------------------------------------------------------------

    def _heard(self, row: models.Model, what: str) -> None:
        """A public row was saved or is being deleted: remember what that changes."""
        if isinstance(row, Post | Correction):
            row, what = row.leader if isinstance(row, Post) else row.event, What.CHANGED
        noun = (row._meta.concrete_model or type(row))._meta.model_name or ""
        if not isinstance(row, Event | Leader | Country | Topic | Source):
            return  # an event's own parts: the event itself is announced
        if noun != "event":
            self._known = References()  # what was fetched of this noun may be old now
        self._note(noun, row.pk, what)

    def _note(self, noun: str, key: Any, what: str) -> None:
        """The first word on a row stands, unless it is deleted afterwards."""
        if what == What.DELETED:
            self._changes[noun, str(key)] = what
        else:
            self._changes.setdefault((noun, str(key)), what)

    def _close(self) -> None:
        self._resolve_links()
        touched = set(self._saved) | self._touched_events()
        moved = put_in_order(touched)
        self._make_versions()
        existing = set(Event.objects.filter(pk__in=touched).values_list("pk", flat=True))
        search.refresh(existing)
        contacts.rebuild(existing | moved)
        for pk in existing | moved:
            self._note("event", pk, What.CHANGED)
        for pk in touched - existing:
            self._changes["event", str(pk)] = What.DELETED
        if not self._changes:
            return
        # A block inside this one may have raised it already.
        self._data_version.refresh_from_db()
        self._data_version.number += 1
        self._data_version.at = timezone.now()
        self._data_version.save()
        Change.objects.bulk_create(
            Change(version=self._data_version.number, noun=noun, key=key, what=what)
            for (noun, key), what in sorted(self._changes.items())
        )

    def _resolve_links(self) -> None:
        found: list[Problem] = []
        rows: list[Link] = []
        for pk, record in self._open_links.items():
            targets = self._targets(link["event"] for link in record["links"])
            seen: set[tuple[str, int]] = set()
            for order, link in enumerate(record["links"]):
                target = targets.get(link["event"])
                if target is None:
                    message = _("The event “%s” is not known.") % link["event"]
                    found.append(Problem(("links", order, "event"), message))
                elif target == pk:
                    found.append(Problem(("links", order, "event"), _("An event can't be linked to itself.")))
                elif (link["relation"], target) in seen:
                    found.append(Problem(("links", order, "event"), _("This link stands here twice.")))
                else:
                    seen.add((link["relation"], target))
                    rows.append(Link(event_id=pk, relation=link["relation"], target_id=target, order=order))
        if found:
            raise Refused(found)
        Link.objects.bulk_create(rows)

    @staticmethod
    def _targets(slugs: Iterable[str]) -> dict[str, int]:
        return dict(Slug.objects.filter(slug__in=list(slugs)).values_list("slug", "event_id"))

    def _touched_events(self) -> set[int]:
        """The events whose rows changed, or whose people, countries or topics did."""
        keys: dict[str, list[str]] = {}
        for noun, key in self._changes:
            keys.setdefault(noun, []).append(key)
        touched = {int(key) for key in keys.get("event", [])}
        about = {
            "leader": Q(participations__leader__in=keys.get("leader", []))
            | Q(readouts__given_by__in=keys.get("leader", [])),
            "country": Q(participations__country__in=keys.get("country", [])),
            "topic": Q(taggings__topic__in=keys.get("topic", [])),
        }
        for noun, condition in about.items():
            if keys.get(noun):
                touched |= set(Event.objects.filter(condition).values_list("pk", flat=True))
        return touched

    def _make_versions(self) -> None:
        for event, record, reason in self._saved.values():
            # Links are stored by the slug that the target has today, whichever the record named.
            slugs = dict(Link.objects.filter(event=event).values_list("order", "target__slug"))
            for order, link in enumerate(record["links"]):
                link["event"] = slugs.get(order, link["event"])
            last = event.versions.aggregate(number=Max("number"), public=Max("public_number"))
            shown = event.versions.public().order_by("-number").first()
            shows_more = event.state == State.PUBLISHED and (shown is None or shown.record != record)
            Version(
                event=event,
                number=(last["number"] or 0) + 1,
                public_number=(last["public"] or 0) + 1 if shows_more else None,
                state=event.state,
                record=record,
                reason=reason,
                origin=self._origin,
                by_id=self._by.pk if self._by else None,
                by_name=self._by.get_username() if self._by else "",
                at=event.changed_at,
            ).save()
