"""`manage.py ingest`: dossiers, JSON Lines and public records into the record."""

import json
from argparse import RawDescriptionHelpFormatter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from timeline.ingest import article, articles, batch, dossier, historian, lines, matching, proposals
from timeline.ingest.articles import Given
from timeline.ingest.store import Counts, store

MANY = 500  # events, from which on a terminal is shown how far it has come
OF_ARTICLES = ("published", "url", "publisher", "title", "home")  # the options
MOST_FAULTS = 50  # that are told in words; --json tells them all

HELP = """\
Reads events into the record. Running it again changes nothing, and what an editor has changed is kept.

  ingest                          the bundled dossiers
  ingest FILE.json ...            dossiers of up to 10,000 events each: all of them, or nothing
  ingest FILE.jsonl ...           JSON Lines of any length, a thousand lines at a time
  ingest --format historian DIR   the visits and travels that the Office of the Historian of the US
                                  Department of State publishes as XML: DIR holds visits/ and travels/
  ingest ARTICLE.txt|.html --published YYYY-MM-DD [--url --publisher --title --home CC]
                                  an English news article or readout: proposes the events it tells of, for an
                                  editor to review; --home is the country whose “prime minister” needs no name there
  ingest FOLDER --manifest M      many articles; M (CSV or JSON Lines) has file, published, url, publisher, title
                                  and home of each. A bad one is named, and the others are stored

Each line of JSON Lines is one JSON object: an event in the dossier's event schema, or one row that events further
down use: {"source": {...}}, {"topic": {...}} or {"leader": {...}}. Each thousand lines are all or nothing. The same
file, read again after it was stopped or mended, goes on behind the last thousand that is in.
"""


class Command(BaseCommand):
    help = HELP
    requires_migrations_checks = True

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", metavar="PATH", type=Path, help="a file, or a directory of XML")
        parser.add_argument(
            "--format",
            choices=["dossier", "lines", "historian", "article"],
            help="what it is, where the name doesn't tell",
        )
        parser.add_argument("--again", action="store_true", help="JSON Lines: look at lines anew that are in already")
        parser.add_argument("--manifest", metavar="FILE", type=Path, help="articles: what is known of each of many")
        parser.add_argument(
            "--published", nargs="?", const="", metavar="DAY", help="articles: the day of publication, YYYY-MM-DD"
        )
        parser.add_argument("--url", help="articles: the address")
        parser.add_argument("--publisher", help="articles: who published it")
        parser.add_argument("--title", help="articles: the title")
        parser.add_argument("--home", metavar="CC", help="articles: the country it is at home in")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result, or the faults, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if _format(options) == "article":
            self._articles(options)
            return
        if given := [name for name in OF_ARTICLES if options[name] is not None]:
            raise CommandError(f"--{given[0]} belongs to an article: expected ARTICLE.txt or ARTICLE.html with it.")
        read = {"dossier": self._dossiers, "lines": self._lines, "historian": self._historian}
        try:
            result = read[_format(options)](options)
        except dossier.IngestError as error:
            if options["json"]:
                self.stdout.write(json.dumps({"faults": [fault.as_dict() for fault in error.faults]}))
            raise CommandError(_told(error, options["dry_run"]), returncode=error.exit_status) from error
        if options["json"]:
            self.stdout.write(json.dumps({"dry_run": options["dry_run"], **result}))
        else:
            would = "Dry run, nothing was written. " if options["dry_run"] else ""
            self.stdout.write(f"{would}{Counts(**{name: result[name] for name in Counts().as_dict()})}")

    def _articles(self, options: dict[str, Any]) -> None:
        """One article, or many: their proposals are stored for an editor to see."""
        given = Given(**{name: options[name] or "" for name in OF_ARTICLES})
        try:
            if options["manifest"]:
                self._many(batch.rows(options["paths"], options["manifest"]), options)
            elif len(options["paths"]) == 1:
                self._one(articles.tell(options["paths"][0], given, articles.known_leaders()), options)
            else:
                raise CommandError("Expected one article, or --manifest with what is known of each.")
        except article.ArticleError as error:
            option = f"--{error.about}" if error.about else ""
            faults = [replace(fault, pointer=option) for fault in error.faults]
            raise CommandError(" ".join(map(str, faults)), returncode=1) from error

    def _one(self, told: articles.Told, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            dry = json.dumps(told.as_dict(), ensure_ascii=False) if options["json"] else articles.in_words(told)
            self.stdout.write(dry)
            return
        stored = proposals.store(told)
        known = matching.about_known(stored.article.proposals.all(), stored.article.published)
        words = proposals.in_words(stored, known)
        if options["json"]:
            self.stdout.write(json.dumps({"article": stored.article.pk, **stored.counts(), "known": known}))
        else:
            self.stdout.write("\n".join([*told.article.notes, *proposals.lines(stored), words]))

    def _many(self, rows: list[batch.Row | dossier.Fault], options: dict[str, Any]) -> None:
        def dry(told: articles.Told) -> None:
            self.stdout.write(json.dumps(told.as_dict(), ensure_ascii=False) if options["json"] else _in_a_line(told))

        with tqdm(total=len(rows), unit=" articles", disable=None) as bar:
            result = batch.run(rows, dry if options["dry_run"] else None, lambda: bar.update())
        if options["json"] and not options["dry_run"]:
            self.stdout.write(json.dumps(result.as_dict()))
        else:
            for fault in result.faults:
                self.stderr.write(str(fault))
        if not options["dry_run"] and not options["json"]:
            self.stdout.write(str(result))
        if result.faults:
            stand = "" if options["dry_run"] else "; the others stand"
            raise CommandError(f"{len(result.faults)} of {len(rows)} failed{stand}.", returncode=1)

    def _dossiers(self, options: dict[str, Any]) -> dict[str, Any]:
        dossiers = _read(options["paths"] or dossier.bundled())
        return self._store(dossiers, options).as_dict()

    def _store(self, dossiers: list[dossier.Dossier], options: dict[str, Any]) -> Counts:
        total = sum(len(one.rows("events")) for one in dossiers)
        with tqdm(total=total, unit=" events", disable=None if total >= MANY else True) as bar:
            return store(dossiers, dry_run=options["dry_run"], progress=lambda: bar.update())

    def _lines(self, options: dict[str, Any]) -> dict[str, Any]:
        """File by file; what one of them says of itself stands above the counts of all."""
        counts, files = Counts(), {}
        for path in options["paths"]:
            size = path.stat().st_size if path.is_file() else 0
            with tqdm(total=size, unit="B", unit_scale=True, disable=None) as bar:
                result = lines.read(
                    path, again=options["again"], dry_run=options["dry_run"], progress=partial(_show, bar)
                )
            counts = lines.together(counts, result.counts)
            files[str(path)] = result.as_dict()
            if result.behind and not options["json"]:
                self.stdout.write(f"{path}: {result.words}")
        return {**counts.as_dict(), "files": files}

    def _historian(self, options: dict[str, Any]) -> dict[str, Any]:
        if len(options["paths"]) != 1:
            raise CommandError("Expected one directory, with visits/ and travels/ in it.")
        harvest = historian.read(options["paths"][0])
        counts = self._store([harvest.dossier], options)
        if not options["json"]:
            self.stdout.write(harvest.words())
        return {**counts.as_dict(), **harvest.as_dict()}


def _format(options: dict[str, Any]) -> str:
    """What the paths are, by the option or by their names."""
    if options["manifest"]:
        return "article"
    if options["format"]:
        return str(options["format"])
    formats = {_by_name(path) for path in options["paths"]}
    if len(formats) > 1:
        if "article" in formats:
            raise CommandError("Expected articles, and nothing else in one run.")
        raise CommandError("Expected dossiers (.json) or JSON Lines (.jsonl), not both in one run.")
    return formats.pop() if formats else "dossier"


def _by_name(path: Path) -> str:
    if path.suffix.lower() in article.SUFFIXES:
        return "article"
    return "lines" if path.suffix in (".jsonl", ".ndjson") else "dossier"


def _in_a_line(told: articles.Told) -> str:
    return f"{told.article.title or told.article.sha256[:12]}: {articles.numbered(told)}."


def _show(bar: "tqdm[Any]", behind: int) -> None:
    """Move the bar to so many bytes."""
    bar.update(behind - bar.n)


def _told(error: dossier.IngestError, dry_run: bool) -> str:
    """The faults, and what stands now."""
    told = [str(fault) for fault in error.faults[:MOST_FAULTS]]
    if len(error.faults) > MOST_FAULTS:
        told.append(f"... and {len(error.faults) - MOST_FAULTS:,} more; --json tells them all.")
    outcome = error.outcome if isinstance(error, lines.LinesError) and not dry_run else "Nothing was written."
    return "\n".join([*told, outcome])


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
