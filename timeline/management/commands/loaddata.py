"""Django's `loaddata`, through the one writer: what was dumped from one database fills another."""

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import loaddata

from timeline.ingest.store import take_stock
from timeline.models.guard import WriteRefused
from timeline.record.loading import DERIVED, loading


class Command(loaddata.Command):
    """Within Django's transaction: the rows, what follows from them, and the data version that tells everyone."""

    def loaddata(self, fixture_labels: Any) -> None:
        try:
            with loading():
                super().loaddata(fixture_labels)
        except WriteRefused as refused:
            raise CommandError(str(refused)) from refused
        take_stock()

    def save_obj(self, obj: Any) -> bool:
        return not isinstance(obj.object, DERIVED) and bool(super().save_obj(obj))
