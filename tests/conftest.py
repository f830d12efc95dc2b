"""What every test shares: a database like the real one, quick settings, and one closing line per run."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection, connections, transaction
from django.template.base import Template
from django.test.utils import (  # type: ignore[attr-defined]
    instrumented_test_render,
    setup_databases,
    teardown_databases,
)

from timeline import cache

UNWATCHED = Template._render  # type: ignore[attr-defined]
ARTEFACTS = Path(__file__).parent / "artefacts"

# The same examples every time, so that a red run is red for everyone; `make soak` looks further.
hypothesis.settings.register_profile(
    "quick",
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "soak", max_examples=5000, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", action="store_true", help="keep what the browser shows in tests/artefacts")


def pytest_configure(config: pytest.Config) -> None:
    # Both databases are tested under the same settings; a DATABASE_URL alone would mean those of a production
    # site, whose static files have to be collected first.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    # Signing in is done often here, and a slow hash protects nobody.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _place_in_its_module(item: pytest.Item) -> int:
    """What writes for good and clears up behind it first; what wants the dossiers last, since these stay to the end."""
    names = set(getattr(item, "fixturenames", ()))
    mark = item.get_closest_marker("django_db")
    if "transactional_db" in names or (mark and mark.kwargs.get("transaction")):
        return 0
    return 2 if "bundled" in names else 1


def pytest_itemcollected(item: pytest.Item) -> None:
    """With the soak's profile each test that draws its examples is one of the soak's."""
    drawn = hypothesis.is_hypothesis_test(getattr(item, "function", None))
    if drawn and item.config.getoption("--hypothesis-profile") == "soak":
        item.add_marker("soak")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep a module's tests together, in an order in which none finds another's rows.

    And what asks no database need not run on each: SQLite's ring has it.
    """
    modules = {module: at for at, module in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: (modules[item.path], _place_in_its_module(item)))
    if connection.vendor == "sqlite":
        return
    asks = {"db", "transactional_db", "django_db_setup", "live_server", "server"}
    about = [
        one for one in items if one.get_closest_marker("django_db") or asks & set(getattr(one, "fixturenames", ()))
    ]
    if left := [one for one in items if one not in set(about)]:
        config.hook.pytest_deselected(items=left)
        items[:] = about


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep SQLite's test database in a file.

    In memory, all threads of the live server would share one connection and see into each other's
    transactions; and a file is what WAL and locking are about. Each process has its own directory.
    """
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connections["default"].settings_dict["TEST"]["NAME"] = str(path)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage seldom: all that has been imported and collected stays to the end, and walking it is dear."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The test database, whichever tests are run.

    pytest-django makes one only where a test names it. The browser's do not, and would write into the real one.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Add the run's outcome to the file that TEST_RESULT names; `make test` shows it at its end."""
    path = os.environ.get("TEST_RESULT")
    if not path or hasattr(terminalreporter.config, "workerinput"):  # only the first of xdist's processes
        return
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    words = {"passed": "passed", "failed": "failed", "error": "broken", "skipped": "skipped"}
    stats = terminalreporter.stats
    counts = [f"{len(stats[key])} {word}" for key, word in words.items() if stats.get(key)]
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"{database}: {', '.join(counts) or 'no test ran'}\n")


@pytest.fixture(scope="session", autouse=True)
def _templates_unwatched(django_test_environment: None) -> None:
    """Django's test client copies the context of every template that is drawn, a seventh of all the time here.

    `response.context` is there for tests that ask for `contexts`; what a view gave its page is in `context_data`.
    """
    Template._render = UNWATCHED  # type: ignore[attr-defined]


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """`response.context` holds every context that the page was drawn from."""
    monkeypatch.setattr(Template, "_render", instrumented_test_render)


@pytest.fixture(autouse=True)
def _no_pages_kept() -> None:
    """Each test makes its pages anew: tests that are rolled back see the same data versions again."""
    caches[cache.ALIAS].clear()


@pytest.fixture(scope="module")
def _bundled_all_along(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from tests import builders

    with builders.everything_bundled(django_db_blocker):
        yield


@pytest.fixture
def bundled(_bundled_all_along: None, db: None) -> None:
    """The bundled dossiers, put in once for a whole module; each test's own changes are undone."""


@pytest.fixture(scope="module")
def cast_all_along(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The cast, put in once for the whole module; each test's own changes are undone."""
    from tests import builders

    with django_db_blocker.unblock(), transaction.atomic():
        builders.cast()
        yield
        transaction.set_rollback(True)
