"""Events' numbers: their primary keys, which short addresses are made of. None is given twice."""

from collections.abc import Mapping

from django.db import connection
from django.db.models import Max

from timeline.batches import in_batches
from timeline.models import Discarded, Event


def free_numbers(wanted: Mapping[str, int]) -> dict[str, int]:
    """Of these numbers by slug, those that no event has, nor a draft that was discarded had."""
    taken: set[int] = set()
    for batch in in_batches(wanted.values()):
        taken.update(Event.objects.filter(pk__in=batch).order_by().values_list("pk", flat=True))
        taken.update(Discarded.objects.filter(number__in=batch).order_by().values_list("number", flat=True))
    return {slug: number for slug, number in wanted.items() if number not in taken}


def number_on() -> None:
    """Let the next event's number lie above all that were ever given, where rows have come with theirs.

    A discarded draft keeps its number, which may be higher than any event's; a number may also have been given and
    its transaction undone. So the database's own counter never goes down.
    """
    events, discarded = Event.objects.aggregate(n=Max("pk")), Discarded.objects.aggregate(n=Max("number"))
    highest = max(events["n"] or 0, discarded["n"] or 0)
    if not highest:
        return
    table = Event._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(sequence, GREATEST(pg_sequence_last_value(sequence), %s))"
                " FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence) AS sequences",
                [highest, table],
            )
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = MAX(seq, %s) WHERE name = %s", [highest, table])
        if not cursor.rowcount:  # there has been no event yet
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, highest])
