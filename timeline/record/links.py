"""Links between events, made when all events of a block are there."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from timeline.batches import in_batches
from timeline.models import Event, Link, Slug

from .form import Record
from .rules import Problem, Refused


def targets(slugs: Iterable[str]) -> dict[str, int]:
    """The ids of the events that have, or ever had, these slugs."""
    found: dict[str, int] = {}
    for batch in in_batches(set(slugs)):
        found.update(Slug.objects.filter(slug__in=batch).values_list("slug", "event_id"))
    return found


def merged(slugs: Iterable[str]) -> dict[str, int]:
    """The ids of the merged entries that had one of these slugs last."""
    found: dict[str, int] = {}
    for batch in in_batches(set(slugs)):
        gone = Event.objects.filter(slug__in=batch, merged_into__isnull=False).order_by()
        found.update(gone.values_list("slug", "pk"))
    return found


def slugs_today(slugs: Iterable[str]) -> dict[str, str]:
    """For each slug that an event has, or ever had, the one that it has today."""
    found: dict[str, str] = {}
    for batch in in_batches(set(slugs)):
        found.update(Slug.objects.filter(slug__in=batch).values_list("slug", "event__slug"))
    return found


def replace(records: Mapping[int, Record]) -> None:
    """Write the links that these records name, by the id of the event that holds them; theirs so far go.

    Raises Refused for a link to what nobody knows, to the event itself, or one that stands there twice.
    """
    found: list[Problem] = []
    rows: list[Link] = []
    known = targets(link["event"] for record in records.values() for link in record["links"])
    for pk, record in records.items():
        seen: set[tuple[str, int]] = set()
        for order, link in enumerate(record["links"]):
            target = known.get(link["event"])
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
    for batch in in_batches(records):
        old = Link.objects.filter(event__in=batch)
        old._raw_delete(old.db)
    Link.objects.bulk_create(rows)
