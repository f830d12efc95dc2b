"""What the views' tests share."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches

from timeline import cache


@pytest.fixture(scope="module", autouse=True)
def _pages_of_this_module() -> None:
    caches[cache.ALIAS].clear()


@pytest.fixture(autouse=True)
def _no_pages_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """A module's tests share the pages they make, as no data version is given twice; but none that a patch may show in.

    What counts a page's queries has it made anew: `tests.views.asked`.
    """
    is_patched = "monkeypatch" in request.fixturenames
    if is_patched:
        caches[cache.ALIAS].clear()
    yield
    if is_patched:
        caches[cache.ALIAS].clear()
