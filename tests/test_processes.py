"""What a shell or a server sees of a process of ours. The record is not asked: SQLite's ring alone has these."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.long


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_command_ends_with_a_status_and_a_sentence(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("[")
    answer = run(
        *("manage.py", "ingest", "--skip-checks", str(bad)),
        DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}",
        SECRET_KEY="not a secret",
    )
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert "bad.json: Expected JSON (line 1, column 2: " in answer.stderr
    assert answer.stderr.endswith("Nothing was written.\n")


def test_a_page_that_never_ends_ends_its_process() -> None:
    program = (
        "import io, os, time; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
        "import django; django.setup()\n"
        "from timeline.http import KnownFirst\n"
        "environ = {'REQUEST_METHOD': 'POST', 'wsgi.input': io.BytesIO()}\n"
        "KnownFirst(lambda environ, start: time.sleep(30))(environ, None)"
    )
    ended = run("-c", program, REQUEST_SECONDS="1", PYTHONPATH=str(settings.BASE_DIR))
    assert ended.returncode == 1
    assert "Timeout (0:00:01)!" in ended.stderr


def test_a_process_that_makes_a_large_index_is_given_its_time() -> None:
    program = (
        "import io, os, time; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n"
        "import django; django.setup()\n"
        "from timeline.http import KnownFirst\n"
        "from timeline.index import build, file, keeper\n"
        "build.whole, file.save = lambda version: time.sleep(2), lambda index: None\n"
        "environ = {'REQUEST_METHOD': 'POST', 'wsgi.input': io.BytesIO()}\n"
        "KnownFirst(lambda environ, start: keeper._whole(1))(environ, None); print('made')"
    )
    ended = run("-c", program, REQUEST_SECONDS="1", PYTHONPATH=str(settings.BASE_DIR))
    assert (ended.stdout, ended.stderr, ended.returncode) == ("made\n", "", 0)
