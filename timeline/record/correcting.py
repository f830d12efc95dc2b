"""What readers are told of a change to what they could see."""

from collections.abc import Iterable

from django.utils import timezone

from timeline.batches import in_batches
from timeline.models import Correction

from .versions import latest


def correct(event_ids: Iterable[int], text: str) -> None:
    """A dated public note about the last version of each of these events; inside a writing block."""
    for batch in in_batches(event_ids):
        last = latest(batch)
        Correction.objects.bulk_create(
            Correction(event_id=pk, version=last.get(pk), date=timezone.localdate(), text=text) for pk in batch
        )
