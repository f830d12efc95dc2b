"""Ask whether the addresses of sources still lead to them."""

from argparse import ArgumentParser
from collections import Counter
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from timeline import links
from timeline.models import Outcome


class Command(BaseCommand):
    help = "Asks the addresses of sources, one at a time, and notes which no longer resolve. Stopped, it goes on later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="leave out what was asked within so many days (30)")
        parser.add_argument("--limit", type=int, default=None, help="ask so many addresses at most")
        parser.add_argument("--local", action="store_true", help="ask addresses in this machine's own network, too")

    def handle(self, *args: Any, days: int, limit: int | None, local: bool, **options: Any) -> None:
        contact = settings.SITE_URL or settings.CONTACT
        agent = f"Readout-checklinks/1.0 ({contact})" if contact else "Readout-checklinks/1.0"
        ask = partial(links.ask, agent=agent, may_be_local=local)
        counted: Counter[str] = Counter()
        try:
            for source, found in links.check(islice(links.due(max(days, 0)), limit and max(limit, 0)), ask):
                counted[found.outcome] += 1
                if found.outcome == Outcome.FAILING:
                    self.stdout.write(f"{source.slug}: {found.problem} {source.url}")
        except KeyboardInterrupt:
            self.stdout.write("Stopped; the next run goes on here.")
        self.stdout.write(
            f"Asked {counted.total()}: {counted[Outcome.FINE]} resolve, {counted[Outcome.FAILING]} no longer,"
            f" {counted[Outcome.UNCLEAR]} answer, but not to a program."
        )
