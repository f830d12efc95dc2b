"""What has changed since a data version, and what became public or was taken back last."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from pyroaring import BitMap

from timeline.among import among
from timeline.models import Change, Citation, Event, Readout, State, Version

WEEK = 7 * 24 * 60 * 60 * 1_000_000  # microseconds
MOST_CHANGES = 10_000  # that are told to those who have not asked for a week
MANY = 2000  # versions that are looked at first, where more events than that are asked for


def is_too_much(since: int, now: int) -> bool:
    """Whether more has changed from one data version to another than one answer should hold.

    Never within a week of the first of those changes, if `since` is a data version that there was: who follows the
    record and asks that often is told all of it, a large import too. Three queries at most.
    """
    later = Change.objects.filter(version__gt=since).order_by("version").values_list("version", flat=True)
    if not later[MOST_CHANGES:].exists():
        return False
    # Data versions are moments, in microseconds.
    return now - later[0] > WEEK or not Change.objects.filter(version=since).exists()


def touched(since: int) -> BitMap:
    """The ids of the events in whose entries something changed after a data version, published or not.

    A changed name counts for all who bear it: a leader's, a country's, a topic's, a source's. Four queries at most.
    """
    rows = Change.objects.filter(version__gt=since).order_by()
    found = BitMap(int(key) for key in rows.filter(noun="event").values_list("key", flat=True).distinct().iterator())
    sources = [int(key) for key in rows.filter(noun="source").values_list("key", flat=True).distinct()]
    for model in (Citation, Readout) if sources else ():
        rows_of = model._base_manager.filter(among("source", sources)).order_by()
        found.update(rows_of.values_list("event_id", flat=True).distinct())
    return found


def removed(ids: BitMap) -> list[Event]:
    """Of these events, those that readers saw once and that have been withdrawn or merged since, by id; one query."""
    seen = Exists(Version.objects.public().filter(event=OuterRef("pk")))
    gone = Event.objects.filter(among("pk", ids), seen, state=State.WITHDRAWN)
    return list(gone.select_related("merged_into").order_by("pk"))


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
