"""The throw-away server is found, addressed and taken away as tests/postgres.py promises."""

import os
import subprocess
import sys
from pathlib import Path

import dj_database_url
import pytest

from tests import postgres


def test_it_takes_the_directory_in_pg_bin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    assert postgres.find() == tmp_path


def test_it_refuses_a_pg_bin_without_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(postgres.PostgresError, match=r"PG_BIN is .* no initdb and postgres"):
        postgres.find()


def test_it_writes_an_address_that_django_reads_back() -> None:
    parsed = dj_database_url.parse(postgres.database_url(Path("/tmp/a b:c@d")))
    assert (parsed["HOST"], parsed["USER"], parsed["NAME"]) == ("/tmp/a b:c@d", "readout", "postgres")


def test_it_ends_as_the_command_ends_and_leaves_nothing(tmp_path: Path) -> None:
    told = tmp_path / "address"
    command = ["sh", "-c", f"printf %s \"$DATABASE_URL\" > '{told}'; exit 7"]
    answer = subprocess.run(
        [sys.executable, postgres.__file__, "--", *command],
        env={**os.environ, "PYTHONWARNINGS": "error"},
        check=False,
    )
    assert answer.returncode == 7
    assert not Path(dj_database_url.parse(told.read_text())["HOST"]).exists()
