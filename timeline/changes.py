"""What has changed since a data version, and what became public or was taken back last."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, OuterRef, Q, Subquery
from pyroaring import BitMap

from timeline.models import Change, Citation, Event, Readout, State, Version
from timeline.record.batches import in_batches

MANY = 2000  # versions that are looked at together


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

    An event stands where its newest public version does; `before` is the place to go on from. Up to two thousand
    events are put in order at once; among more, two queries for every two thousand versions that are passed by.
    """
    if len(ids) <= MANY:
        return _newest_of_few(ids, size, before)
    found: list[int] = []
    place = before
    while True:
        versions = Version.objects.public().order_by("-pk")
        rows = list(
            (versions.filter(pk__lt=place) if place is not None else versions).values_list("pk", "event")[:MANY]
        )
        wanted = [(pk, event) for pk, event in rows if event in ids]
        later = _standing_higher(wanted)
        for pk, event in wanted:
            if pk in later:
                continue
            if len(found) == size:
                return found, place
            found.append(event)
            place = pk
        if len(rows) < MANY:
            return found, None
        place = rows[-1][0]


def _newest_of_few(ids: BitMap, size: int, before: int | None) -> tuple[list[int], int | None]:
    places = sorted(((pk, event) for event, pk in _last(ids).items() if before is None or pk < before), reverse=True)
    shown = places[:size]
    return [event for _pk, event in shown], (shown[-1][0] if len(places) > size else None)


def _standing_higher(rows: list[tuple[int, int]]) -> set[int]:
    """Of these (version, event), the versions that are not their event's newest public one."""
    last = _last({event for _pk, event in rows})
    return {pk for pk, event in rows if last[event] != pk}


def _last(events: Iterable[int]) -> dict[int, int]:
    """The newest public version of each of these events that has one."""
    last: dict[int, int] = {}
    for batch in in_batches(events):
        rows = Version.objects.public().filter(event__in=batch).order_by().values("event").annotate(last=Max("pk"))
        last.update(rows.values_list("event", "last"))
    return last


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
