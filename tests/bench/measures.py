"""What is measured, and the goals: each function yields the figures of one comparison."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import unquote, urlencode

import psutil

from tests import postgres
from tests.bench import data, mix, serve
from tests.bench.figures import Figure, Goal, absent, median, p95, times
from tests.bench.load import Answer, BadAnswer, Client, crowd, in_turn
from tests.bench.serve import ROOT, NotHere, Server
from tests.bench.stock import Record

FILTERS = 120  # addresses in the mix
PAGES = 60  # addresses of each other kind
CROWD_SECONDS = 2.0

MEDIAN_GROWTH, P95_GROWTH = Goal(1.2), Goal(1.5)
DATASETTE = {100_000: Goal(15, is_least=True), 1_000_000: Goal(50, is_least=True)}
NGINX_PAGE, NGINX_ENTRIES = Goal(1 / 5, is_least=True), Goal(1 / 20, is_least=True)
PGBENCH = Goal(6)
NOTHING_KEPT = {"CACHE_MEGABYTES": "0"}  # or a small record's entries would soon be known, and a large one's never
EMPTY_VIEW = Goal(0.6, is_least=True)


@dataclass(frozen=True)
class Bench:
    """What there is to measure with."""

    records: list[Record]  # of one database after the other, the smallest first
    cache: Path  # a directory for what lasts from run to run
    postmaster: psutil.Process | None

    def of(self, database: str) -> list[Record]:
        return [record for record in self.records if record.database == database]

    @property
    def databases(self) -> list[str]:
        return list(dict.fromkeys(record.database for record in self.records))

    def serve(self, record: Record, **more: str) -> AbstractContextManager[Server]:
        """Readout over this record."""
        helpers = [self.postmaster] if self.postmaster and record.database == "PostgreSQL" else []
        return serve.readout(record.url, helpers=helpers, **{"INDEX_SNAPSHOT": str(record.snapshot), **more})


def everything(bench: Bench) -> Iterator[Figure]:
    """All figures, one comparison after the other. One that a bad answer ends is told as absent."""
    of_one_database = (partial(how, bench, database) for how in (growth, pages) for database in bench.databases)
    beside = (beside_datasette, beside_nginx, beside_pgbench, beside_an_empty_view, cold_starts)
    for measure in (*of_one_database, *(partial(how, bench) for how in beside)):
        try:
            yield from measure()
        except BadAnswer as error:
            yield absent(f"the rest of {measure.func.__name__}", str(error))


# Growth --------------------------------------------------------------------------------------------------------


def growth(bench: Bench, database: str) -> Iterator[Figure]:
    """The same filters at every size, every page made anew from the start; and a worker's memory after that."""
    records = bench.of(database)
    addresses = _filling(bench, records[0])
    with ExitStack() as stack:
        servers = [stack.enter_context(bench.serve(record, **NOTHING_KEPT)) for record in records]
        _warm(servers)
        answers = in_turn([server.port for server in servers], addresses)
        seconds = [[answer.seconds for answer in got] for got in answers]
        memory = [server.worker_bytes() for server in servers]
    for record, taken in zip(records, seconds, strict=True):
        yield times(f"filter mix, {_of(record)}", taken)
    if len(records) > 1:
        span = f"{records[0].size:,} to {records[-1].size:,} events, {database}"
        middle, high = (how(seconds[-1]) / how(seconds[0]) for how in (median, p95))
        yield Figure(f"growth of the median, {span}", ratio=middle, goal=MEDIAN_GROWTH)
        yield Figure(f"growth of the p95, {span}", ratio=high, goal=P95_GROWTH)
    for record, used in zip(records, memory, strict=True):
        yield Figure(f"memory of a worker, {_of(record)}", used / 1e6, unit="MB")


def _filling(bench: Bench, record: Record) -> list[str]:
    """Addresses whose pages are full at the smallest size already, so that all sizes show as many entries."""
    with bench.serve(record) as server, Client(server.port) as client:
        full = (address for address in mix.addresses(FILTERS * 9, "growth") if _is_full(client.get(address)))
        return list(islice(full, FILTERS))


def _is_full(answer: Answer) -> bool:
    """Whether there are more entries than the page shows."""
    return re.search(rb'id="earlier">\s*<a ', answer.body) is not None


# Pages ---------------------------------------------------------------------------------------------------------


def pages(bench: Bench, database: str) -> Iterator[Figure]:
    """Each kind of page at the largest size: made anew, kept, and known to the reader."""
    record = bench.of(database)[-1]
    where = _of(record)
    with bench.serve(record) as server, Client(server.port) as client:
        _warm([server])
        fresh = {
            "full page, uncached": mix.depths(PAGES, "page"),
            "entries, uncached": mix.depths(PAGES, "entries", "/entries/"),
            "permanent page, uncached": _events(client),
            "search, common word": mix.depths(PAGES, "common", f"/?q={data.COMMON_WORD}&"),
            "search, rare word": mix.depths(PAGES, "rare", f"/?q={data.RARE_WORD}&"),
        }
        for name, addresses in fresh.items():
            yield times(f"{name}, {where}", [client.get(address).seconds for address in addresses])
        known = mix.depths(PAGES, "known", "/")  # /entries/?after=... has the entries of /?after=...
        for address in known:
            client.get(f"/entries{address}")
        yield times(f"full page, its entries known, {where}", [client.get(address).seconds for address in known])
        yield times(f"full page, cached, {where}", [client.get("/").seconds for _again in range(5 * PAGES)])
        if tag := client.get("/").header("ETag"):
            same = [client.get("/", if_none_match=tag) for _again in range(5 * PAGES)]
            assert {answer.status for answer in same} == {304}
            yield times(f"full page, known to the reader (304), {where}", [answer.seconds for answer in same])
        else:
            yield absent(f"full page, known to the reader (304), {where}", "pages have no ETag")
        for address in ("/timeline.atom", "/timeline.csv"):
            if client.ask(client.request(f"{address}?since=1990&until=1990-01")).status != 200:
                yield absent(f"{address}, {where}", "there is no such address")
                continue
            months = mix.months(PAGES // 4, address, address)
            yield times(f"{address}, one month, uncached, {where}", [client.get(one).seconds for one in months])


def _events(client: Client) -> list[str]:
    """Permanent addresses from all over the timeline."""
    found: dict[str, None] = {}
    for address in mix.depths(PAGES // 4, "events", "/entries/"):
        body = client.get(address).body.decode()
        found.update(dict.fromkeys(re.findall(r'href="(/events/[^/"]+/)"', body)[:8]))
    return list(found)[:PAGES]


# Beside others ---------------------------------------------------------------------------------------------------


def beside_datasette(bench: Bench) -> Iterator[Figure]:
    """Both over the same SQLite file with the same filters; Datasette counts two facets, Readout six."""
    records = [record for record in bench.of("SQLite") if record.size in DATASETTE] or bench.of("SQLite")[-1:]
    for record in records:
        name = f"pages a second, Readout to Datasette, {record.size:,} events"
        path = Path(unquote(record.url.removeprefix("sqlite:///")))
        number = 40 if record.size <= 100_000 else 12
        filters = mix.filters(number, "datasette")
        try:
            with serve.datasette(path, bench.cache) as server:
                theirs = _fresh_rate(server, [_in_datasette(path.stem, pairs) for pairs in filters])
        except NotHere as reason:
            yield absent(name, str(reason))
            continue
        with bench.serve(record) as server:
            _warm([server])
            ours = _fresh_rate(server, mix.addresses(number, "datasette"))
            others = mix.addresses(number, "datasette, known")
            in_turn([server.port], [f"/entries{address}" for address in others])
            known = _fresh_rate(server, others)
        yield Figure(f"Datasette, filter mix, {record.size:,} events", theirs, unit="/s")
        yield Figure(f"Readout, the same filters, {_of(record)}", ours, unit="/s")
        yield Figure(name, ratio=ours / theirs, goal=DATASETTE.get(record.size))
        yield Figure(f"{name}, entries known", ratio=known / theirs)


def _in_datasette(database: str, pairs: Sequence[tuple[str, str]]) -> str:
    """The address of the same events in Datasette, as a page of its own."""
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        asked.setdefault(name, []).append(value)
    oldest = "order" in asked
    query = [("state", "published"), ("_size", "30"), ("_facet", "kind"), ("_facet", "occurrence")]
    query.append(("_sort" if oldest else "_sort_desc", "position"))
    joins = {
        "country": "SELECT event_id FROM timeline_participation WHERE country_id IN ({})",
        "leader": "SELECT event_id FROM timeline_participation p JOIN timeline_leader l ON l.id = p.leader_id"
        " WHERE l.slug IN ({})",
        "topic": "SELECT event_id FROM timeline_tagging g JOIN timeline_topic t ON t.id = g.topic_id"
        " WHERE t.slug IN ({})",
        "q": "SELECT rowid FROM timeline_search WHERE timeline_search MATCH {}",
    }
    for name, values in asked.items():
        match name:
            case "kind" | "occurrence":
                query.append((name, values[0]))
            case "since":
                query.append(("latest__gte", values[0]))
            case "until":
                query.append(("earliest__lte", values[0]))
            case "after":
                place = mix.position_of(values[0])
                query.append((f"position__{'gt' if oldest else 'lt'}", str(place)))
            case "country" | "leader" | "topic" | "q":
                listed = ", ".join(f"'{value}'" for value in values)
                query.append(("_where", f"id IN ({joins[name].format(listed)})"))
    return f"/{database}/timeline_event?{urlencode(query)}"


def beside_nginx(bench: Bench) -> Iterator[Figure]:
    """Readout's own bytes, served by nginx as files."""
    record = bench.of("SQLite")[-1]
    names = (
        "cached page a second, Readout to nginx",
        "cached entries a second, Readout to nginx",
        "uncached entries a second, Readout to nginx",
    )
    with bench.serve(record) as server, Client(server.port) as client:
        _warm([server])
        files = {"page.html": client.get("/").body, "entries.html": client.get("/entries/").body}
        page, entries = _crowd_rate(server, "/"), _crowd_rate(server, "/entries/")
        fresh = _fresh_rate(server, mix.depths(PAGES * 2, "nginx", "/entries/"))
    try:
        with serve.nginx(files) as server:
            page_there, entries_there = (_crowd_rate(server, f"/{name}") for name in files)
    except NotHere as reason:
        yield from (absent(name, str(reason)) for name in names)
        return
    yield Figure(f"nginx, {len(files['page.html']) / 1000:.0f} kB page as a file", page_there, unit="/s")
    yield Figure(f"Readout, the same page, cached, {_of(record)}", page, unit="/s")
    yield Figure(names[0], ratio=page / page_there, goal=NGINX_PAGE)
    yield Figure(names[1], ratio=entries / entries_there, goal=NGINX_ENTRIES)
    yield Figure(names[2], ratio=fresh / entries_there)


def beside_pgbench(bench: Bench) -> Iterator[Figure]:
    """Pages of the mix on PostgreSQL, and pgbench with nothing but the queries of the same pages."""
    name = "full page to its own queries in pgbench"
    records = bench.of("PostgreSQL")
    if not records or not (program := _pgbench_program()):
        yield absent(name, "pgbench is not installed")
        return
    addresses = mix.addresses(PAGES, "pgbench")
    for record in dict.fromkeys((records[0], records[-1])):
        with tempfile.TemporaryDirectory(prefix="readout-") as place:
            _write_queries(record, addresses, Path(place))
            with bench.serve(record, **NOTHING_KEPT) as server:
                _warm([server])
                page = [answer.seconds for answer in in_turn([server.port], addresses)[0]]
            bare = _pgbench(program, record.url, Path(place))
        yield times(f"full page, filter mix, {_of(record)}", page)
        yield times(f"its queries alone (pgbench), {_of(record)}", bare)
        yield Figure(f"{name}, {record.size:,} events", ratio=median(page) / median(bare), goal=PGBENCH)


def _write_queries(record: Record, addresses: Sequence[str], place: Path) -> None:
    (place / "addresses").write_text("\n".join(addresses), encoding="utf-8")
    code = f"from tests.bench import queries; queries.write_scripts({str(place)!r})"
    environment = {**os.environ, **serve.settings(record.url, INDEX_SNAPSHOT=str(record.snapshot), **NOTHING_KEPT)}
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", code], check=True, cwd=ROOT, env=environment
    )


def _pgbench_program() -> str | None:
    """The one that came with the server, or another."""
    beside = (postgres.find() / "postgres").resolve().with_name("pgbench")
    return str(beside) if beside.exists() else shutil.which("pgbench")


def _pgbench(program: str, url: str, place: Path) -> list[float]:
    """Seconds of each transaction: every page's queries some ten times, in a random order."""
    scripts = sorted(str(path) for path in place.glob("*.sql"))
    options = [option for script in scripts for option in ("-f", script)]
    command = [program, "--no-vacuum", "--client=1", f"--transactions={10 * len(scripts)}", "--log"]
    subprocess.run([*command, *options, url], check=True, cwd=place, capture_output=True)
    (log,) = place.glob("pgbench_log.*")
    return [int(line.split()[2]) / 1e6 for line in log.read_text().splitlines()]


def beside_an_empty_view(bench: Bench) -> Iterator[Figure]:
    """How much an unchanged page costs, beside what Django takes to answer at all, behind the same server."""
    with serve.empty_view("tests.bench.empty") as server:
        empty = _crowd_rate(server, "/")
    yield Figure("an empty Django view", empty, unit="/s")
    for database in bench.databases:
        record = bench.of(database)[-1]
        name = f"304 a second, to an empty view, {_of(record)}"
        with bench.serve(record) as server, Client(server.port) as client:
            _warm([server])
            if not (tag := client.get("/").header("ETag")):
                yield absent(name, "pages have no ETag")
                continue
            unchanged = _crowd_rate(server, "/", if_none_match=tag)
        yield Figure(f"304, {_of(record)}", unchanged, unit="/s")
        yield Figure(name, ratio=unchanged / empty, goal=EMPTY_VIEW)


def cold_starts(bench: Bench) -> Iterator[Figure]:
    """From the start of the server to its first whole page."""
    for record in bench.records:
        for words, snapshot in (("index ready", str(record.snapshot)), ("index made", "")):
            taken = []
            for _again in range(3):
                with serve.readout(record.url, address="/", INDEX_SNAPSHOT=snapshot) as server:
                    taken.append(server.started_in)
            if not snapshot or record.snapshot.exists():
                yield times(f"cold start to the first page, {words}, {_of(record)}", taken)
            else:
                yield absent(f"cold start to the first page, {words}, {_of(record)}", "too small for a snapshot")


# How it is asked ---------------------------------------------------------------------------------------------------


def _of(record: Record) -> str:
    return f"{record.size:,} events, {record.database}"


def _warm(servers: Sequence[Server]) -> None:
    """Ask for pages that are not measured: templates and the index are read on first use."""
    addresses = [*mix.depths(8, "warm"), *mix.depths(8, "warm", f"/?kind=call&country=US&q={data.COMMON_WORD}&")]
    in_turn([server.port for server in servers], [*addresses, "/", "/entries/"])


def _fresh_rate(server: Server, addresses: Sequence[str]) -> float:
    """Pages per second of processor time, each asked for once."""
    return len(addresses) / _used(server, lambda: in_turn([server.port], addresses))


def _crowd_rate(server: Server, address: str, **headers: str) -> float:
    """Answers per second of processor time to readers who all ask for one address."""
    counted = 0

    def ask() -> None:
        nonlocal counted
        counted = crowd(server.port, address, CROWD_SECONDS, **headers)

    crowd(server.port, address, 0.2, **headers)
    used = _used(server, ask)
    return counted / used


def _used(server: Server, ask: Callable[[], object]) -> float:
    before = server.processor_seconds()
    ask()
    return max(server.processor_seconds() - before, 0.01)
