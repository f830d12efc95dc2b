"""Say what the index in memory holds, or check it against the database."""

import resource
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from timeline import index, reading
from timeline.index import check


class Command(BaseCommand):
    help = "Makes the index that counts and orders events, as a web process does at its start, and says what it holds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare it with the database; exit 1 where they disagree"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        before, began = _resident(), time.monotonic()
        with reading.snapshot():
            held = index.current()
            seconds = time.monotonic() - began
            self.stdout.write(
                f"Data version {held.version}, {len(held.published)} events, {held.size / 1e6:.1f} MB of bitmaps"
                f" ({(_resident() - before) / 1e6:.0f} MB in all), made in {seconds:.2f} s."
            )
            if check:
                self._check(held)

    def _check(self, held: index.Index) -> None:
        faults = check.faults(held)
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"The index differs from the database in {len(faults)} things.", returncode=1)
        self.stdout.write("The index and the database agree.")


def _resident() -> int:
    """The most bytes of memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
