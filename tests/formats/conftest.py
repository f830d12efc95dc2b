"""What the tests of formats share."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import builders


@pytest.fixture(scope="module")
def _bundled_all_along(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with builders.everything_bundled(django_db_blocker):
        yield


@pytest.fixture
def all_bundled(_bundled_all_along: None, db: None) -> None:
    """The bundled dossiers, put in once for a whole module; each test's own changes are undone."""
