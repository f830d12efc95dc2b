"""The site as it is served, with two writers and four readers at once, while writers and workers are killed."""

import contextlib
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests import builders
from tests.test_index import database_url

SECONDS = 120
KILL_EVERY = 10  # seconds, one of the workers; of a writer's writes one in ten ends with its death
ROOT = Path(__file__).parents[1]
_COUNT = re.compile(r'id="count"[^>]*><strong>(\d+)')
_ENTRY = re.compile(r'id="e-([a-z0-9-]+)"')

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]


@pytest.fixture
def environment(transactional_db: None) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "SECRET_KEY": "only for this test, and long enough for it",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "off",
        "INDEX_SNAPSHOT": "",
    }


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[tuple[str, psutil.Process]]:
    """The address of the production server with two workers, and its first process."""
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "1", "--log-level", "critical"]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.5"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 60
        while get(f"{address}/healthz") is None:
            assert time.monotonic() < end, "the server does not start"
            time.sleep(0.1)
        yield address, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def get(address: str) -> tuple[int, str] | None:
    """Status and text; None while nobody answers, as for the moment after a worker was killed."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return None


class Fire:
    """What readers and writers found out together; `read` and `write` go on in threads until `ended` is set."""

    def __init__(self, address: str, environment: dict[str, str]) -> None:
        self.address = address
        self.environment = environment
        self.ended = threading.Event()
        self.wrong: list[str] = []
        self.pages = self.writes = self.kills = 0

    def thread(self, what: Callable[..., None], *args: str) -> threading.Thread:
        def run() -> None:
            try:
                what(*args)
            except Exception as error:  # it would be lost with its thread
                self.wrong.append(repr(error))

        return threading.Thread(target=run)

    def read(self) -> None:
        """A page's count must be that of the entries on it: all of them fit on one page."""
        while not self.ended.is_set():
            if (answer := get(f"{self.address}/?topic=fire")) is None:
                continue
            status, text = answer
            count, entries = _COUNT.search(text), _ENTRY.findall(text)
            self.pages += 1
            if status != 200 or (int(count[1]) if count else 0) != len(entries):
                self.wrong.append(f"{status}: counted {count and count[1]}, shown {entries}")

    def write(self, who: str) -> None:
        """After each write the writer's own next page must show it: nobody else writes that event."""
        chance = random.Random(who)
        writer, number = self._writer(who, 0), 0
        try:
            while not self.ended.is_set():
                assert writer.stdin
                writer.stdin.write("write\n")
                writer.stdin.flush()
                if chance.random() < 0.1:
                    time.sleep(chance.random() * 0.1)  # somewhere in the write
                    _end(writer)
                    self.kills += 1
                    number += 1
                    writer = self._writer(who, number)
                    continue
                said = _said(writer)
                if not said:
                    self.wrong.append(f"{who} ended by itself")
                    return
                self.writes += 1
                self._look(*said.split("\t"))
        finally:
            _end(writer)

    def _look(self, slug: str, title: str) -> None:
        if (answer := get(f"{self.address}/events/{slug}/")) is None:
            return
        status, text = answer
        if (status != 410) if title == "gone" else (title not in text):
            self.wrong.append(f"{slug}: wrote “{title}”, read {status}")

    def _writer(self, who: str, number: int) -> "subprocess.Popen[str]":
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.under_fire", who, str(number)],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert _said(writer) == "ready"
        return writer


def _said(writer: "subprocess.Popen[str]") -> str:
    """Its next line; empty where it has ended."""
    assert writer.stdout
    return writer.stdout.readline().rstrip("\n")


def _end(writer: "subprocess.Popen[str]") -> None:
    """With its pipes; what stands in them is lost."""
    writer.kill()
    with contextlib.suppress(BrokenPipeError):
        writer.communicate()


def test_readers_see_one_state_while_writers_and_workers_are_killed(
    server: tuple[str, psutil.Process], environment: dict[str, str]
) -> None:
    builders.cast()
    builders.topic("fire", "Fire")
    address, parent = server
    fire = Fire(address, environment)
    threads = [fire.thread(fire.write, who) for who in ("kihara", "mao")]
    threads += [fire.thread(fire.read) for _ in range(4)]
    for thread in threads:
        thread.start()
    workers = 0
    try:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            time.sleep(KILL_EVERY)
            random.choice(parent.children()).kill()
            workers += 1
    finally:
        fire.ended.set()
        for thread in threads:
            thread.join(timeout=120)
    told = f"{fire.pages} pages read, {fire.writes} writes seen, {fire.kills} writers and {workers} workers killed\n"
    sys.stdout.write(told)
    assert fire.wrong == []
    assert min(fire.pages, fire.writes) > SECONDS / 6, (fire.pages, fire.writes)
    assert fire.kills
    check = [sys.executable, "manage.py", "index", "--check"]
    checked = subprocess.run(check, cwd=ROOT, env=environment, capture_output=True, text=True)
    sys.stdout.write(checked.stdout)
    assert checked.returncode == 0, checked.stdout + checked.stderr
