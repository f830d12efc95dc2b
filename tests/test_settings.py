"""What the environment says to the settings, in processes of their own."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.test_index import database_url

_SHARED = """
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import connection

def asked(number):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.02)")
        found = cursor.fetchone()[0]
    connection.close()
    return found

with ThreadPoolExecutor(6) as threads:
    print(len(set(threads.map(asked, range(18)))))
connection.close_pool()
"""


@pytest.mark.long
@pytest.mark.django_db
def test_threads_share_the_connections_of_a_pool() -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATABASE_POOL": "2",
        "SECRET_KEY": "only for this test",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    ended = subprocess.run([sys.executable, "-c", _SHARED], env=environment, capture_output=True, text=True, timeout=60)
    if connection.vendor == "postgresql":
        assert (ended.stdout, ended.stderr) == ("2\n", "")
    else:
        assert ended.stderr.endswith("DATABASE_POOL is set: it is for PostgreSQL alone.\n")


def test_every_setting_is_told_of_and_none_of_the_shell_reaches_the_tests() -> None:
    """README's table and the Makefile name what the settings read, all of it."""
    texts = {name: (settings.BASE_DIR / name).read_text() for name in ("config/settings.py", "Makefile", "README.md")}
    read = set(re.findall(r'(?:_[a-z]+|environ\.get)\("([A-Z_]+)"', texts["config/settings.py"]))
    assert {"DATABASE_URL", "INDEX_SNAPSHOT", "DEBUG"} < read
    assert set(re.findall(r"-u ([A-Z_]+)", texts["Makefile"])) == {*read, "DJANGO_SETTINGS_MODULE"}
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", texts["README.md"], re.MULTILINE)) == read
