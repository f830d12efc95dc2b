"""Servers on this machine: started on free ports, measured by what their processes use, ended with the block."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from tests.bench.load import BadAnswer, Client

ROOT = Path(__file__).resolve().parents[2]
_APPLICATION = "config.wsgi:application"
_START_SECONDS = 180.0
_DATASETTE = "datasette==0.65.1"
_NGINX_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin", "/usr/local/bin")


class NotHere(Exception):
    """A program that a measure needs isn't on this machine; the text says which."""


@dataclass(frozen=True)
class Server:
    """A running server. `helpers` are the processes beside it that work for it: its database's."""

    port: int
    process: psutil.Process
    started_in: float  # seconds until the first answer
    helpers: tuple[psutil.Process, ...] = ()

    def processor_seconds(self) -> float:
        """What it and its helpers have used of all processors, now and by processes that have ended since."""
        return sum(_seconds_of(one) for one in (self.process, *self.helpers))

    def worker_bytes(self) -> int:
        """The memory that belongs to its largest process alone; pages shared with others count in part."""
        return max(_own_bytes(process) for process in [self.process, *self.process.children(recursive=True)])


def _seconds_of(process: psutil.Process) -> float:
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            used = one.cpu_times()
            total += used.user + used.system
    return total


def _own_bytes(process: psutil.Process) -> int:
    used = process.memory_full_info()
    return int(getattr(used, "pss", used.uss))  # only Linux says what share of the shared pages is one's own


# Starting and ending ------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    *,
    address: str = "/",
    environment: Mapping[str, str] | None = None,
    helpers: Sequence[psutil.Process] = (),
) -> Iterator[Server]:
    """Start a server, wait until it answers at `address`, and end it with the block.

    Raises BadAnswer where it ends before, or answers with an error, with the last lines that it wrote.
    """
    with tempfile.TemporaryFile() as log:
        begin = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the bench, which ends its servers itself
        )
        try:
            _wait(child, port, address)
            yield Server(port, psutil.Process(child.pid), time.perf_counter() - begin, tuple(helpers))
        except BadAnswer as error:
            if error.port == port:
                raise BadAnswer(port, f"{error}\nThe server wrote:\n{_last_lines(log)}") from error
            raise
        finally:
            _end(child)


def _wait(child: "subprocess.Popen[bytes]", port: int, address: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and child.poll() is None:
        with suppress(OSError), Client(port) as client:
            client.get(address)
            return
        time.sleep(0.01)
    raise BadAnswer(port, f"{child.args!r} does not answer.")


def _last_lines(log: BinaryIO) -> str:
    log.seek(0)
    return "\n".join(log.read().decode(errors="replace").strip().splitlines()[-12:])


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End the server and all that it has started."""
    if child.poll() is None:
        server = psutil.Process(child.pid)
        family = [server, *server.children(recursive=True)]
        server.terminate()
        _ended, left = psutil.wait_procs(family, timeout=10)
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    child.wait()


# Each kind of server --------------------------------------------------------------------------------------------


def settings(database_url: str, **more: str) -> dict[str, str]:
    """The environment of a production site on this machine."""
    return {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-the-bench-" + "0" * 40,
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "off",
        **more,
    }


def collect_files() -> None:
    """Give the static files their lasting names, as each deployment does."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **settings("sqlite://")})


def readout(
    database_url: str, *, helpers: Sequence[psutil.Process] = (), address: str = "/healthz", **more: str
) -> AbstractContextManager[Server]:
    """Readout as in production, with a single worker. `more` are variables of its environment."""
    port = free_port()
    environment = settings(database_url, **more)
    return running(_production(port), port, address=address, environment=environment, helpers=helpers)


def empty_view(settings_module: str) -> AbstractContextManager[Server]:
    """A view that answers with nothing, behind the same server and no wrapper of Readout's."""
    port = free_port()
    command = _production(port)
    command[command.index(_APPLICATION)] = "django.core.wsgi:get_wsgi_application"
    environment = settings("sqlite://", DJANGO_SETTINGS_MODULE=settings_module)
    return running([*command, "--factory"], port, environment=environment)


def _production(port: int) -> list[str]:
    """The command line of `make serve`, which the Makefile hands over with a place for the port."""
    return [part.format(port=port) for part in shlex.split(os.environ["BENCH_SERVER"])]


@contextmanager
def nginx(files: Mapping[str, bytes]) -> Iterator[Server]:
    """nginx with one worker that serves these files. Raises NotHere."""
    program = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), *_NGINX_PLACES]))
    if not program:
        raise NotHere("nginx is not installed")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="readout-") as place:
        directory = Path(place)
        for name, content in files.items():
            (directory / name).write_bytes(content)
        temporary = "".join(
            f"{name}_temp_path {directory}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (directory / "nginx.conf").write_text(
            f"{'user root;' if os.geteuid() == 0 else ''} daemon off; worker_processes 1; pid {directory}/pid;"
            " error_log stderr; events {} http { access_log off; sendfile on; tcp_nopush on; default_type text/html;"
            f" keepalive_requests 100000000; {temporary} server {{ listen 127.0.0.1:{port}; root {directory}; }} }}"
        )
        command = [program, "-e", "stderr", "-p", str(directory), "-c", str(directory / "nginx.conf")]
        with running(command, port, address=f"/{next(iter(files))}") as server:
            yield server


@contextmanager
def datasette(database: Path, cache: Path) -> Iterator[Server]:
    """Datasette over an SQLite file, which it takes for immutable. Raises NotHere where it can't be installed.

    Its limits of time are lifted, so that it counts all it is asked to, and it suggests no facets of its own.
    """
    program = _install_datasette(cache)
    port = free_port()
    limits = [f"{name}_time_limit_ms" for name in ("sql", "facet")]
    options = [part for name in limits for part in ("--setting", name, "120000")]
    options += ["--setting", "suggest_facets", "off"]
    with running(
        [str(program), "serve", "-i", str(database), "--host", "127.0.0.1", "--port", str(port), *options],
        port,
        address="/-/versions.json",
    ) as server:
        yield server


def _install_datasette(cache: Path) -> Path:
    place = cache / f"venv-{_DATASETTE.replace('==', '-')}"
    program = place / "bin" / "datasette"
    if not program.exists():
        shutil.rmtree(place, ignore_errors=True)
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", _DATASETTE]
        try:
            subprocess.run([sys.executable, "-m", "venv", place], check=True, capture_output=True)
            subprocess.run(pip, check=True, capture_output=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(place, ignore_errors=True)
            raise NotHere(f"{_DATASETTE} can't be installed from PyPI") from error
    return program
