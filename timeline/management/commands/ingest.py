"""`manage.py ingest`: dossiers into the record."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from timeline.ingest import dossier
from timeline.ingest.store import store

MANY = 500  # events, from which on a terminal is shown how far it has come


class Command(BaseCommand):
    help = "Reads dossiers into the record, all of them or nothing. Without a file: the bundled ones."
    requires_migrations_checks = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", type=Path, help="a dossier (.json)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result, or the faults, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            dossiers = _read(options["files"] or dossier.bundled())
            total = sum(len(one.rows("events")) for one in dossiers)
            with tqdm(total=total, unit=" events", disable=None if total >= MANY else True) as bar:
                counts = store(dossiers, dry_run=options["dry_run"], progress=lambda: bar.update())
        except dossier.IngestError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"faults": [fault.as_dict() for fault in error.faults]}))
            raise CommandError(f"{error}\nNothing was written.", returncode=error.exit_status) from error
        if options["json"]:
            self.stdout.write(json.dumps({"dry_run": options["dry_run"], **counts.as_dict()}))
        else:
            would = "Dry run, nothing was written. " if options["dry_run"] else ""
            self.stdout.write(f"{would}{counts}")


def _read(files: list[Path]) -> list[dossier.Dossier]:
    """All the files, or all their faults."""
    dossiers, faults = [], []
    for path in files:
        try:
            dossiers.append(dossier.read(path))
        except dossier.DossierError as error:
            faults += error.faults
    if faults:
        raise dossier.DossierError(faults)
    return dossiers
