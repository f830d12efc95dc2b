"""The made-up records on disk: made once for each size and database, and again when what they stand on changes."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.bench.serve import ROOT, settings
from timeline import search

# A change in one of these makes other rows; so does one in what the search makes of these words.
_STANDS_ON = ("tests/bench/data.py", "timeline/migrations", "timeline/data/countries.csv")
_SAMPLE = "The U.S. said: “Łódź’s 首脳会談, 2025-11”"


@dataclass(frozen=True)
class Record:
    """A database with a made-up record in it."""

    database: str  # SQLite or PostgreSQL
    size: int  # events
    url: str
    snapshot: Path  # where a server that starts may find the index ready


def sqlite(size: int, cache: Path) -> Record:
    """The record of this size in an SQLite file below `cache`."""
    path = cache / f"{size}-{_fingerprint()}.sqlite3"
    if not path.exists():
        for old in cache.glob(f"{size}-*.sqlite3*"):
            old.unlink()
        part = path.with_suffix(".part")
        for left in cache.glob(f"{part.name}*"):
            left.unlink()
        _fill(_url(part), size, "SQLite")
        part.rename(path)
    return Record("SQLite", size, _url(path), Path(f"{path}-index"))


def postgresql(size: int, cache: Path, server: str) -> Record:
    """The record of this size in a database of the PostgreSQL server at this address, whose data is kept."""
    name = f"bench_{size}_{_fingerprint()}"
    url = _on(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        known = [row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")]
        if name not in known:
            for old in known:
                if old.startswith(f"bench_{size}_"):
                    connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            part = f"{name}_part"
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(part)))
            _fill(_on(server, part), size, "PostgreSQL")
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(part), sql.Identifier(name))
            )
            # Whatever there is to tidy up is tidied now, not while times are taken.
            with psycopg.connect(url, autocommit=True) as filled:
                filled.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")
    return Record("PostgreSQL", size, url, cache / f"{name}-index")


def _fill(url: str, size: int, database: str) -> None:
    print(f"Making a record of {size:,} events in {database} ...", flush=True)
    manage = [sys.executable, "manage.py"]
    environment = {**os.environ, **settings(url)}
    subprocess.run([*manage, "migrate", "--verbosity", "0"], check=True, cwd=ROOT, env=environment)
    fill = f"from tests.bench import data; data.fill({size})"
    subprocess.run([*manage, "shell", "--verbosity", "0", "-c", fill], check=True, cwd=ROOT, env=environment)


def _url(path: Path) -> str:
    return f"sqlite:///{quote(str(path))}"


def _fingerprint() -> str:
    digest = hashlib.blake2b(" ".join(search.tokens(_SAMPLE)).encode(), digest_size=4)
    for place in _STANDS_ON:
        path = ROOT / place
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _on(server: str, name: str) -> str:
    """The server's address with another database."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
