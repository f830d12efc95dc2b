"""What the views' tests share."""

import inspect
from collections.abc import Iterator

import pytest
from django.core.cache import caches

from timeline import cache


@pytest.fixture(autouse=True)
def _no_pages_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests share the pages they make, as no data version is given twice; but none that a patch may show in.

    What counts a page's queries has it made anew: `tests.views.asked`. Another day has pages of its own.
    """
    # That a test has the fixture says nothing: pytest-django patches something in every one.
    is_patched = "monkeypatch" in inspect.signature(request.function).parameters
    if is_patched:
        caches[cache.ALIAS].clear()
    yield
    if is_patched:
        caches[cache.ALIAS].clear()
