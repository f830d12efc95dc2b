"""`manage.py dump`: the whole public record as dossiers."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from timeline.formats.dump import dump


class Command(BaseCommand):
    help = (
        "Writes the whole public record into a directory as dossiers: with former addresses, versions, corrections and"
        " withdrawals. `ingest DIR/*.json` reads them back. withdrawn-*.json hold what readers no longer see: leave"
        " them out of what you give away."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="a new or an empty directory")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        try:
            with tqdm(unit=" events", disable=None) as bar:
                dumped = dump(directory, bar.update)
        except FileExistsError as error:
            raise CommandError(f"{directory} is not an empty directory: a dump wants one of its own.") from error
        except OSError as error:
            raise CommandError(f"{directory} can't be written: {error.strerror or error}.") from error
        self.stdout.write(str(dumped))
