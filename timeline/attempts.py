"""Where attempts to sign in are counted: a table that all processes share.

Django's cache in the database takes a failed write for a value that another process was first to store. Who counts
attempts with it would then hear "too many" while the table is only locked: here that is an error, which readers get
as 503. So nobody signs in uncounted, and nobody is told of attempts that were never made.
"""

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import Error, IntegrityError, OperationalError, connections, router


class Attempts(DatabaseCache):
    """Django's cache in the database, which says so where its table can't be written."""

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = None) -> bool:
        """Whether it was stored. Raises OperationalError where the table can't be written."""
        faults: list[Exception] = []

        def noted(execute: Callable[..., Any], *args: Any) -> Any:
            try:
                return execute(*args)
            except IntegrityError:  # another process was first
                raise
            except Error as fault:
                faults.append(fault)
                raise

        with connections[router.db_for_write(self.cache_model_class)].execute_wrapper(noted):
            is_stored = bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]
        if faults and not is_stored:
            raise OperationalError(str(faults[0])) from faults[0]
        return is_stored
