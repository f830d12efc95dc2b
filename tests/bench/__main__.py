"""`make bench`: measure, print a table and write .bench/last.json."""

import fcntl
import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import django
import psutil

from tests import postgres
from tests.bench.load import BadAnswer

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".bench"


def main(arguments: list[str]) -> int:
    """Run the bench for these sizes. Returns 0 whether goals are met or missed, 2 where it can't begin."""
    if "BENCH_SERVER" not in os.environ:
        print("The Makefile knows the server's command line: make bench SIZES=10000")
        return 2
    if not arguments or not all(size.isdigit() and int(size) >= 100 for size in arguments):
        print("SIZES are numbers of events, 100 or more each: make bench SIZES='10000 100000'")
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    CACHE.mkdir(exist_ok=True)
    with _alone(), postgres.signals_become_exits(), ExitStack() as stack:
        _run(sorted({int(size) for size in arguments}), stack)
    return 0


def _run(sizes: list[int], stack: ExitStack) -> None:
    from tests.bench import figures, measures, serve, stock

    serve.collect_files()
    records = [stock.sqlite(size, CACHE) for size in sizes]
    postmaster = None
    try:
        data = CACHE / f"postgresql-{postgres.major_version()}"
        server = stack.enter_context(postgres.server(data))
    except postgres.PostgresError as error:
        print(f"PostgreSQL is left out. {error}")
    else:
        records += [stock.postgresql(size, CACHE, server) for size in sizes]
        postmaster = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    print(_preface(sizes), figures.HEADING, sep="\n", flush=True)
    taken = []
    for figure in measures.everything(measures.Bench(records, CACHE, postmaster)):
        print(figures.line(figure), flush=True)
        taken.append(figure)
    met = sum(figure.verdict == "met" for figure in taken)
    missed = sum(figure.verdict == "MISSED" for figure in taken)
    print(f"\nGoals met: {met}, missed: {missed}. The same as JSON: {CACHE.name}/last.json")
    kept = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "sizes": sizes,
        "figures": [figure.as_dict() for figure in taken],
    }
    (CACHE / "last.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _preface(sizes: list[int]) -> str:
    return f"""
Times are a single reader's, on this machine ({os.cpu_count()} processors), with one worker. “/s” is per second of
processor time, of all the server's processes and its database's: so neither the load generator, which shares the
machine, nor other programs count. Uncached pages are asked for once each.
"""


@contextmanager
def _alone() -> Iterator[None]:
    """Wait while another run goes on: each would spoil the other's figures."""
    with (CACHE / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another run is going on; this one waits for its end ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BadAnswer as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
