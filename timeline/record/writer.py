"""The writer itself: rows, order, versions, search tokens, change log and data version in one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import search
from timeline.batches import in_batches
from timeline.models import DataVersion, Event, Origin, Slug, State, What
from timeline.models.guard import BEFORE, unheard, unlocked

from . import by_hand, contacts, discarding, links, rows, versions
from .form import Record, canonical, of_all
from .former import Formers, Note
from .log import ChangeLog
from .rules import Problem, References, Refused, complete, problems, state_problems
from .threads import put_in_order

_DISCARDED_TOGETHER = 300  # drafts; each has rows in a dozen tables


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
        with unlocked(unheard):
            writer._close()


class Writer:
    """Writes events from their records; made by `writing()`."""

    def __init__(self, data_version: DataVersion, origin: str, by: AbstractBaseUser | None) -> None:
        self._data_version = data_version
        self._origin = origin
        self._by = by
        self._known = References()
        self._log = ChangeLog()
        self._formers = Formers()
        self._saved: dict[int, versions.Saved] = {}
        self._by_hand: set[int] = set()
        self._open_links: dict[int, Record] = {}

    # Looking -----------------------------------------------------------------------------------------------

    def check(self, record: Record, *, state: str) -> list[Problem]:
        """What is wrong with a record that is to have this state; nothing is written."""
        return problems(self.prepared(record), state, self._known)

    def find(self, slug: str) -> Event | None:
        """The event that has, or ever had, this slug."""
        return self.find_all([slug]).get(slug)

    def find_all(self, slugs: Iterable[str]) -> dict[str, Event]:
        """The events that have, or ever had, these slugs, by slug; one query a thousand."""
        found: dict[str, Event] = {}
        for batch in in_batches(set(slugs)):
            found.update({row.slug: row.event for row in Slug.objects.select_related("event").filter(slug__in=batch)})
        return found

    def prepared(self, record: Record) -> Record:
        """The record in its canonical form, with what follows from the rest filled in."""
        return self.prepared_all([record])[0]

    def prepared_all(self, records: Iterable[Record]) -> list[Record]:
        """`prepared` for many records, in their order; few queries."""
        whole = [canonical(record) for record in records]
        self._known.load(whole)
        # A link by a former slug is the same link.
        today = links.slugs_today(link["event"] for record in whole for link in record["links"])
        for record in whole:
            for link in record["links"]:
                link["event"] = today.get(link["event"], link["event"])
        return [complete(record, self._known) for record in whole]

    # Writing -----------------------------------------------------------------------------------------------

    def write(
        self, record: Record, *, event: Event | None = None, state: str | None = None, reason: str = ""
    ) -> Written:
        """Make an event's rows agree with `record`; without `event`, a new one.

        `state` defaults to what the event has, or to a draft. `reason` is kept with the version: why it was
        withdrawn, or why what readers saw was changed. Raises Refused where the record may not stand.
        """
        (written,) = self._write([(record, event)], state, reason, {})
        if isinstance(written, Refused):
            raise written
        return written

    def write_all(
        self,
        pairs: Sequence[tuple[Record, Event | None]],
        *,
        state: str | None = None,
        reason: str = "",
        numbers: Mapping[str, int] | None = None,
    ) -> list[Written | Refused]:
        """`write` for many records at once, each with its event: what became of each, in their order.

        A record that is refused is not written; the others are. `numbers` are primary keys for new events, by slug,
        that nobody has.
        """
        return self._write(pairs, state, reason, numbers or {})

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
        """Delete a draft that readers never saw, with its slugs; what its versions held stays on record."""
        self.discard_all([event])

    def discard_all(self, events: Sequence[Event]) -> None:
        """`discard` for many drafts; a constant number of queries for some hundred of them."""
        for batch in in_batches(events, _DISCARDED_TOGETHER):
            discarding.check(batch)
            discarding.keep(batch, self._by)
            keys = [event.pk for event in batch]
            search.forget(keys)
            # Django's own, for all at once: ours goes row by row, and these have been looked at.
            models.QuerySet.delete(Event.objects.filter(pk__in=keys))
            for pk in keys:
                self._log.note("event", pk, What.DELETED)
                self._saved.pop(pk, None)
                self._open_links.pop(pk, None)

    def explain(self, row: models.Model, *, correction: str = "", reason: str = "") -> None:
        """Say why a country, leader, source or topic changes in this block: to readers, or why they need no word."""
        self._formers.explain(row, Note(correction, reason))

    def _write(
        self,
        pairs: Sequence[tuple[Record, Event | None]],
        state: str | None,
        reason: str,
        numbers: Mapping[str, int],
    ) -> list[Written | Refused]:
        records = self.prepared_all(record for record, _event in pairs)
        owners = dict(links.targets(record["id"] for record in records))
        renamed = [
            record["id"]
            for record, (_, event) in zip(records, pairs, strict=True)
            if event and event.slug != record["id"]
        ]
        # What a merged entry was called last leads to the other one, but stays its own name.
        owners |= links.merged(renamed)
        before = self._all_today([event for _record, event in pairs if event])
        results: list[Written | Refused] = []
        drafts: list[rows.Draft] = []
        for record, (_given, event) in zip(records, pairs, strict=True):
            was = event.state if event else State.DRAFT
            wanted = state or was
            why = reason
            if event and was == wanted == State.WITHDRAWN:
                why = why or event.withdrawn_reason
            found = [*state_problems(was, wanted, why), *problems(record, wanted, self._known)]
            if event and event.merged_into_id:
                found = [Problem((), _("This entry has been merged into another: change that one."))]
            elif record["id"] in owners and (event is None or owners[record["id"]] != event.pk):
                message = _("The slug “%s” belongs to another event, now or before.") % record["id"]
                found.append(Problem(("id",), message))
            if found:
                results.append(Refused(found))
                continue
            if event is None:
                draft = rows.Draft(record, Event(pk=numbers.get(record["id"])), None, wanted, why)
                owners[record["id"]] = 0  # the next record of this id in the same list is refused
            elif (
                before[event.pk] == record
                and was == wanted
                and (wanted != State.WITHDRAWN or why == event.withdrawn_reason)
            ):
                results.append(Written(event, created=False, changed=False))
                continue
            else:
                draft = rows.Draft(record, event, before[event.pk], wanted, why)
                owners.setdefault(record["id"], event.pk)
            drafts.append(draft)
            results.append(Written(draft.event, created=event is None, changed=True))
        self._save(drafts)
        return results

    def _save(self, drafts: list[rows.Draft]) -> None:
        with unlocked(unheard):
            rows.save(drafts, self._known)
        for draft in drafts:
            pk = draft.event.pk
            if draft.differs("links"):
                self._open_links[pk] = draft.record
            self._saved[pk] = versions.Saved(draft.event, draft.record, draft.reason)
            self._by_hand.discard(pk)  # that was read, and is part of `before`
            self._log.note("event", pk, What.CREATED if draft.before is None else What.CHANGED)

    def _today(self, event: Event) -> Record:
        return self._all_today([event])[event.pk]

    def _all_today(self, events: Iterable[Event]) -> dict[int, Record]:
        """The events' records, with the links that stand open until the block ends."""
        found = of_all(event.pk for event in events)
        for pk in found.keys() & self._open_links.keys():
            found[pk]["links"] = canonical(self._open_links[pk])["links"]
        return found

    # What follows from the rows ----------------------------------------------------------------------------

    def _heard(self, row: models.Model, what: str) -> None:
        """A public row is written by other hands: remember what that changes."""
        if what in (BEFORE, What.DELETED):
            self._formers.see(row)
        if what == BEFORE:
            return
        if what == What.CREATED:
            self._formers.made(row)
        owner = self._log.hear(row, what)
        if isinstance(owner, Event):
            self._by_hand.add(owner.pk)
        elif owner:
            self._known = References()  # what was fetched of this noun may be old now

    def _close(self) -> None:
        self._formers.keep(self._by)
        links.replace(self._open_links)
        touched = self._log.events()
        existing = {
            pk
            for batch in in_batches(touched)
            for pk in Event.objects.filter(pk__in=batch).order_by().values_list("pk", flat=True)
        }
        versions.make(self._as_saved(), self._origin, self._by)
        versions.make(by_hand.changed(self._by_hand & existing, self._known), self._origin, self._by)
        moved = put_in_order(touched)
        search.refresh(existing)
        contacts.rebuild(existing | moved)
        self._log.settle(touched | moved, existing | moved)
        self._log.append(self._data_version)

    def take_in(self, row: models.Model, what: str) -> None:
        """A dumped row comes in as it is: its version came with it."""
        if what != BEFORE:
            self._log.load(row, what)

    @property
    def data_version(self) -> int:
        """The number that this block raises."""
        return self._data_version.number

    def go_on_from(self, number: int) -> None:
        """Let the data version that this block makes be later than this one, whatever was dumped."""
        DataVersion.objects.filter(pk=1, number__lt=number).update(number=number)

    def _as_saved(self) -> list[versions.Saved]:
        """What was written, its links by the slugs that their targets have now, whichever the records named."""
        saved = list(self._saved.values())
        today = links.slugs_today(link["event"] for one in saved for link in one.record["links"])
        for one in saved:
            for link in one.record["links"]:
                link["event"] = today.get(link["event"], link["event"])
        return saved
