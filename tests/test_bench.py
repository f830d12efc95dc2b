"""The bench's own arithmetic, its load generator and the filters that it asks for."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.bench import figures, load, mix, serve
from timeline import paging, position

# Figures -------------------------------------------------------------------------------------------------------


def test_the_median_is_the_middle_and_the_p95_nearly_the_most() -> None:
    assert figures.median([3, 1, 2]) == 2
    assert figures.median([4, 1, 2, 3]) == 2.5
    assert figures.p95(range(101)) == 95
    assert figures.p95([7]) == 7
    assert figures.p95([0, 10]) == pytest.approx(9.5)


@pytest.mark.parametrize(
    ("ratio", "limit", "is_least", "verdict"),
    [
        (1.2, 1.2, False, "met"),
        (1.21, 1.2, False, "MISSED"),
        (15, 15, True, "met"),
        (14.9, 15, True, "MISSED"),
    ],
)
def test_it_says_whether_a_goal_is_met(ratio: float, limit: float, is_least: bool, verdict: str) -> None:
    figure = figures.Figure("growth", ratio=ratio, goal=figures.Goal(limit, is_least))
    assert figure.verdict == verdict
    assert figures.line(figure).endswith(verdict)
    assert figure.as_dict()["verdict"] == verdict


def test_it_shows_times_in_milliseconds_and_names_what_is_absent() -> None:
    assert figures.line(figures.times("page", [0.001, 0.0123, 0.1])).split() == ["page", "12.3", "ms", "91.2", "ms"]
    assert figures.line(figures.absent("nginx", "is not installed")).split(maxsplit=1)[1] == "absent  is not installed"
    assert figures.times("page", [0.002]).verdict == ""


# Load ----------------------------------------------------------------------------------------------------------


class _Handler(BaseHTTPRequestHandler):
    """Answers with the address, in chunks or with a length; closes where the address says so."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("If-None-Match"):
            self.send_response(304)
            self.end_headers()
            return
        body = self.path.encode() * 5000
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("ETag", '"one"')
        if self.path == "/chunks":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
        else:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        # Without telling the reader first, as a server does whose patience is over.
        self.close_connection = self.path == "/closed"

    def log_message(self, *about: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_it_reads_whole_answers(port: int) -> None:
    with load.Client(port) as client:
        for address in ("/page", "/chunks", "/closed", "/page"):
            answer = client.get(address)
            assert (answer.status, answer.header("etag")) == (200, '"one"')
            assert address.encode() * 5000 in answer.body
            assert answer.seconds > 0
        known = client.get("/page", if_none_match='"one"')
        assert (known.status, known.body) == (304, b"")
        with pytest.raises(load.BadAnswer, match="/broken answers 500"):
            client.get("/broken")


def test_it_asks_servers_in_turn_and_in_crowds(port: int) -> None:
    one, other = load.in_turn([port, port], ["/a", "/bb"])
    assert [len(answer.body) for answer in one] == [len(answer.body) for answer in other] == [10_000, 15_000]
    count = load.crowd(port, "/a", 0.05)
    assert count >= load.READERS
    assert count % load.READERS == 0


def test_it_says_that_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="refused"), load.Client(taken.getsockname()[1]) as client:
            client.get("/")


# Servers -------------------------------------------------------------------------------------------------------

_SERVER = """
import http.server, sys
print("here I am", flush=True)
if sys.argv[2] == "fail":
    sys.exit(3)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def test_a_server_runs_as_long_as_its_block() -> None:
    port = serve.free_port()
    with serve.running([sys.executable, "-S", "-c", _SERVER, str(port), "run"], port, address="/manage.py") as server:
        assert server.started_in > 0
        assert server.processor_seconds() > 0
        assert server.worker_bytes() > 1_000_000
    assert not server.process.is_running()


def test_a_server_that_ends_at_once_is_told_with_its_last_words() -> None:
    port = serve.free_port()
    command = [sys.executable, "-S", "-c", _SERVER, str(port), "fail"]
    with pytest.raises(load.BadAnswer, match=r"does not answer.*\n.*\nhere I am"), serve.running(command, port):
        pass


def test_the_empty_site_stands() -> None:
    environment = {**os.environ, **serve.settings("sqlite://", DJANGO_SETTINGS_MODULE="tests.bench.empty")}
    start = "from django.core.wsgi import get_wsgi_application; get_wsgi_application()"
    said = subprocess.run(
        [sys.executable, "-c", start], env=environment, cwd=serve.ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr


# The mix -------------------------------------------------------------------------------------------------------


def test_it_draws_other_filters_for_each_seed_and_none_twice() -> None:
    drawn = mix.addresses(200, "one")
    assert len(set(drawn)) == 200
    assert drawn == mix.addresses(200, "one")
    assert len({*drawn, *mix.addresses(200, "other")}) > 350


def test_each_page_begins_at_another_day() -> None:
    pages = mix.depths(20, "one", "/?q=talks&")
    assert len(set(pages)) == 20
    cursor = dict(parse_qsl(urlsplit(pages[0]).query))["after"]
    thread = paging.read_cursor(cursor)
    assert thread is not None
    assert position.first_of(thread) == mix.position_of(cursor)
