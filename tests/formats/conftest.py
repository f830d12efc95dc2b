"""The formats' tests share the pages they make, as the views' tests do."""

from tests.views.conftest import _no_pages_kept

__all__ = ["_no_pages_kept"]
