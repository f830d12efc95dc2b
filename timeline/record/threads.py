"""What hangs from what, and so each event's place in the one order.

A statement hangs from the first event that it is about or reacts to, if it was made in the same month and from
the first day of that event to seven days after its last. Where that event hangs itself, the statement joins its
thread; statements that react to each other in a circle stand alone. Only a published event carries a thread.
"""

import itertools
from collections.abc import Iterable

from django.db import connection

from timeline import position
from timeline.batches import in_batches
from timeline.models import Event, Kind, Link, PartOfDay, Relation, State

_HANGING_RELATIONS = (Relation.ABOUT, Relation.REACTS_TO)
DAYS_AFTER = 7


def put_in_order(touched: Iterable[int]) -> set[int]:
    """Derive `hangs_from` and `position` of these events and of all that may hang from them.

    Returns the ids of the events whose place has changed.
    """
    ids = _with_dependents(set(touched))
    graph = _Graph()
    graph.load(ids)
    moved = []
    for event_id in sorted(ids):
        event = graph.events.get(event_id)
        if event is None:
            continue
        head = graph.head_of(event)
        place = _standing(event) if head is None else _hanging(event, head)
        head_id = head.pk if head else None
        if (event.position, event.hangs_from_id) != (place, head_id):
            event.position, event.hangs_from_id = place, head_id
            moved.append(event)
    _save_places(moved)
    return {event.pk for event in moved}


def _save_places(events: Iterable[Event]) -> None:
    # One prepared statement for all of them: bulk_update would build an expression for each value.
    table = connection.ops.quote_name(Event._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET position = %s, hangs_from_id = %s WHERE id = %s",
            [(event.position, event.hangs_from_id, event.pk) for event in events],
        )


def _with_dependents(ids: set[int]) -> set[int]:
    """These events, and every statement that is about one of them, or about one about one of them, ..."""
    found, edge = set(ids), set(ids)
    while edge:
        reached: set[int] = set()
        for batch in in_batches(edge):
            linked = Link.objects.filter(target__in=batch, relation__in=_HANGING_RELATIONS, event__kind=Kind.STATEMENT)
            reached.update(linked.order_by().values_list("event_id", flat=True))
            hanging = Event.objects.filter(hangs_from__in=batch)
            reached.update(hanging.order_by().values_list("pk", flat=True))
        edge = reached - found
        found |= edge
    return found


class _Graph:
    """Statements and the events that their first links lead to, read level by level."""

    def __init__(self) -> None:
        self.events: dict[int, Event] = {}
        self.first_target: dict[int, int] = {}

    def load(self, ids: set[int]) -> None:
        wanted = set(ids)
        while wanted:
            for batch in in_batches(wanted):
                rows = Event.objects.filter(pk__in=batch).only(
                    "pk", "kind", "state", "date", "earliest", "latest", "part_of_day", "position", "hangs_from"
                )
                self.events.update({event.pk: event for event in rows.order_by()})
            statements = [pk for pk in wanted if pk in self.events and self.events[pk].kind == Kind.STATEMENT]
            for batch in in_batches(statements):
                links = Link.objects.filter(event__in=batch, relation__in=_HANGING_RELATIONS)
                for event_id, target_id in links.order_by("event", "order", "id").values_list("event_id", "target_id"):
                    self.first_target.setdefault(event_id, target_id)
            wanted = {self.first_target[pk] for pk in statements if pk in self.first_target} - self.events.keys()

    def head_of(self, event: Event) -> Event | None:
        """The event that this one hangs from; None: it stands."""
        chain = {event.pk: 0}  # from the statement to what it is about, and on; a chain can be long
        target = self.first_target.get(event.pk)
        while target is not None and target not in chain:
            chain[target] = len(chain)
            target = self.first_target.get(target)
        # Where the chain runs into a circle, it ends there: the circle's statements all stand alone.
        ends = len(chain) if target is None else chain[target] + 1
        head: Event | None = None
        for before, at in itertools.pairwise(list(chain)[ends - 1 :: -1]):
            candidate = head or self.events[before]
            head = candidate if _fits(self.events[at], candidate) else None
        return head


def _fits(statement: Event, head: Event) -> bool:
    return (
        head.state == State.PUBLISHED
        and _part(statement) != position.YEAR
        and _part(head) != position.YEAR
        and (statement.earliest.year, statement.earliest.month) == (head.earliest.year, head.earliest.month)
        and head.earliest <= statement.earliest
        and (statement.earliest - head.latest).days <= DAYS_AFTER
    )


def _standing(event: Event) -> int:
    return position.of_head(event.earliest, _part(event), event.pk)


def _hanging(event: Event, head: Event) -> int:
    return position.of_hanging(_standing(head), (event.earliest - head.earliest).days, _part(event))


def _part(event: Event) -> int:
    match event.edtf.start.precision:
        case "year" | "open":
            return position.YEAR
        case "month" | "season":
            return position.MONTH
    return position.PARTS[PartOfDay(event.part_of_day) if event.part_of_day else ""]
