"""What has changed since a data version, and what became public or was taken back last."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery
from pyroaring import BitMap

from timeline.among import among
from timeline.models import Change, Citation, Event, Readout, State, Version
from timeline.record.batches import in_batches

MANY = 2000  # versions that are looked at first, where more events than that are asked for


def touched(since: int) -> BitMap:
    """The ids of the events in whose entries something changed after a data version, published or not.

    A changed name counts for all who bear it: a leader's, a country's, a topic's, a source's.
    """
    rows = Change.objects.filter(version__gt=since).order_by()
    found = BitMap(int(key) for key in rows.filter(noun="event").values_list("key", flat=True).distinct().iterator())
    sources = [int(key) for key in rows.filter(noun="source").values_list("key", flat=True).distinct()]
    for batch in in_batches(sources):
        for model in (Citation, Readout):
            rows_of = model._base_manager.filter(source__in=batch).order_by()
            found.update(rows_of.values_list("event_id", flat=True).distinct())
    return found


def removed(ids: BitMap) -> list[Event]:
    """Of these events, those that readers saw once and that have been withdrawn or merged since, by id."""
    found: list[Event] = []
    for batch in in_batches(ids):
        gone = Event.objects.filter(pk__in=batch, state=State.WITHDRAWN).select_related("merged_into")
        found += gone.filter(pk__in=Version.objects.public().filter(event__in=batch).values("event")).order_by("pk")
    return found


# The newest first --------------------------------------------------------------------------------------------


def newest(ids: BitMap, size: int, before: int | None = None) -> tuple[list[int], int | None]:
    """The events of `ids` that were published or changed last, and the place behind them where more may follow.

    An event stands where its newest public version does; `before` is the place to go on from. Three queries at most.
    """
    places = _lately(ids, size, before) if len(ids) > MANY else None
    if places is None:
        every = _last(ids).order_by("-last").values_list("last", "event")
        places = list((every if before is None else every.filter(last__lt=before))[: size + 1])
    shown = places[:size]
    return [event for _pk, event in shown], (shown[-1][0] if len(places) > size else None)


def _lately(ids: BitMap, size: int, before: int | None) -> list[tuple[int, int]] | None:
    """(version, event) of one more than `size`, if the last versions before that place are of so many events.

    Of a large view they nearly always are, and then nobody has to look at all of its events.
    """
    every = Version.objects.public().order_by("-pk").values_list("pk", "event")
    latest = (every if before is None else every.filter(pk__lt=before))[:MANY]
    wanted = [(pk, event) for pk, event in latest if event in ids]
    last = dict(_last({event for _pk, event in wanted}).values_list("event", "last"))
    places = [(pk, event) for pk, event in wanted if last[event] == pk]
    return places[: size + 1] if len(places) > size else None


def _last(events: Iterable[int]) -> Any:
    """The newest public version of each of these events that has one, as rows of `event` and `last`."""
    return Version.objects.public().filter(among("event", events)).order_by().values("event").annotate(last=Max("pk"))


@dataclass(frozen=True)
class Step:
    """One public change: an entry is “new”, “changed”, “withdrawn”, “merged” or public “again” after a withdrawal.

    `version` is the row that says so.
    """

    what: str
    version: Version
    event: Event


def steps(size: int, before: int | None = None) -> tuple[list[Step], int | None]:
    """What readers saw change last, and the place behind it if more follows; two queries.

    Of a withdrawn entry only each withdrawal is told: its claim is gone.
    """
    shown = Version.objects.annotate(was=_BEFORE).filter(
        Q(public_number__isnull=False, event__state=State.PUBLISHED)
        | Q(was=State.WITHDRAWN, state=State.PUBLISHED, event__state=State.PUBLISHED)
        | Q(was=State.PUBLISHED, state=State.WITHDRAWN)
    )
    if before is not None:
        shown = shown.filter(pk__lt=before)
    rows = list(shown.select_related("event__merged_into").order_by("-pk")[: size + 1])
    found = [Step(_what(row), row, row.event) for row in rows[:size]]
    return found, (rows[size - 1].pk if len(rows) > size else None)


# The state in the version before; numbers have no gaps.
_BEFORE = Subquery(
    Version.objects.filter(event=OuterRef("event"), number=OuterRef("number") - 1).order_by().values("state")[:1]
)


def _what(row: Version) -> str:
    if row.state == State.WITHDRAWN:
        return "merged" if row.event.merged_into_id else "withdrawn"
    if row.was == State.WITHDRAWN:  # type: ignore[attr-defined]
        return "again"
    return "new" if row.public_number == 1 else "changed"
