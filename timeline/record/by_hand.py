"""Rows that were saved by themselves, not from a record: the same rules hold for the events that they belong to."""

from collections.abc import Collection, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.batches import in_batches
from timeline.models import Event, State

from . import links, versions
from .form import Record, of_all
from .rules import Problem, References, Refused, problems, state_problems


def changed(event_ids: Collection[int], known: References) -> list[versions.Saved]:
    """Of these events those whose rows say something else than their last version, their days derived anew.

    Raises Refused where one of them may not stand so.
    """
    last = versions.latest(event_ids)
    found = []
    for batch in in_batches(sorted(event_ids)):
        records = of_all(batch)
        known.load(records.values())
        owners = links.targets(record["id"] for record in records.values())
        now = timezone.now()
        saved = []
        for event in Event.objects.filter(pk__in=batch).order_by("pk"):
            version, record = last.get(event.pk), records[event.pk]
            if version and (version.record, version.state) == (record, event.state):
                continue
            was = version.state if version else State.DRAFT
            if wrong := list(_wrong(event, was, record, known, owners)):
                raise Refused(wrong)
            event.derive()
            event.changed_at = now
            saved.append(versions.Saved(event, record, event.withdrawn_reason))
        Event.objects.bulk_update([one.event for one in saved], ["earliest", "latest", "changed_at"])
        found += saved
    return found


def _wrong(event: Event, was: str, record: Record, known: References, owners: dict[str, int]) -> Iterator[Problem]:
    yield from state_problems(was, event.state, event.withdrawn_reason)
    yield from problems(record, event.state, known)
    if not event.merged_into_id and owners.get(event.slug) != event.pk:
        message = _("“%s” is no slug of this event: it is made, and called otherwise, from a record alone.")
        yield Problem(("id",), message % event.slug)
