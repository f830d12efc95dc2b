"""Where made pages are kept: in this process's memory, or in a Redis that several machines share.

A value is bytes. A cache is never needed: what it cannot give is made anew, and one that fails is left alone for a
while and logged once.
"""

import logging
import threading
import time
from collections import OrderedDict
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache

ALIAS = "pages"
SECONDS = 60 * 60 * 24  # a page holds for its UTC day at most
LARGEST = 1024 * 1024  # bytes of one value; what is larger is not kept
_PAUSE = 10.0  # seconds for which a cache that failed is not asked
_OVERHEAD = 400  # bytes, about: a key, a tuple and a place in a dictionary
_log = logging.getLogger(__name__)


# Reading and writing -----------------------------------------------------------------------------------------


class _Health:
    """Whether the cache may be asked: not for some seconds after it failed. One for each process."""

    def __init__(self) -> None:
        self.asked_again_at = 0.0
        self.is_down = False

    @property
    def is_resting(self) -> bool:
        return self.is_down and time.monotonic() < self.asked_again_at

    def failed(self, error: Exception) -> None:
        if not self.is_down:
            _log.error("The cache does not answer, pages are made each time: %s", error)
        self.is_down, self.asked_again_at = True, time.monotonic() + _PAUSE

    def answered(self) -> None:
        if self.is_down:
            _log.warning("The cache answers again.")
            self.is_down = False


_health = _Health()


def get(key: str) -> bytes | None:
    """What was put under this key; None where there is nothing, or the cache does not answer."""
    return get_many([key]).get(key)


def get_many(keys: list[str]) -> dict[str, bytes]:
    """What was put under these keys, by key, asked for in one go."""
    if not keys or _health.is_resting:
        return {}
    try:
        found: dict[str, bytes] = caches[ALIAS].get_many(keys)
    except Exception as error:  # each client has errors of its own, and none of them may reach a reader
        _health.failed(error)
        return {}
    _health.answered()
    return found


def put(key: str, value: bytes) -> None:
    """Keep these bytes for a day at most; nothing happens where they are too many or the cache does not answer."""
    put_many({key: value})


def put_many(values: dict[str, bytes]) -> None:
    """The same for several, by key."""
    kept = {key: value for key, value in values.items() if len(value) <= LARGEST}
    if not kept or _health.is_resting:
        return
    try:
        caches[ALIAS].set_many(kept, SECONDS)
    except Exception as error:
        _health.failed(error)
        return
    _health.answered()


# The two kinds -----------------------------------------------------------------------------------------------


class _Shelf:
    """The values of one process: the least recently used go first when there are more than so many bytes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.values: OrderedDict[str, tuple[bytes, float | None]] = OrderedDict()
        self.size = 0

    def drop(self, key: str) -> bool:
        held = self.values.pop(key, None)
        if held is None:
            return False
        self.size -= len(held[0]) + _OVERHEAD
        return True


class Memory(BaseCache):
    """Bytes in the memory of one process, at most OPTIONS["MAX_BYTES"] of them. Django's own counts entries instead.

    All threads share what stands under one LOCATION.
    """

    _shelves: dict[str, _Shelf] = {}

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._most = int(params.get("OPTIONS", {})["MAX_BYTES"])
        self._shelf = self._shelves.setdefault(location, _Shelf())

    @property
    def size(self) -> int:
        """Bytes held."""
        return self._shelf.size

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        shelf, key = self._shelf, self.make_key(key, version)
        with shelf.lock:
            held = shelf.values.get(key)
            if held is None:
                return default
            value, until = held
            if until is not None and until <= time.time():
                shelf.drop(key)
                return default
            shelf.values.move_to_end(key)
        return value

    def set(self, key: str, value: bytes, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value; TypeError where it is anything but bytes."""
        if not isinstance(value, bytes):
            raise TypeError(f"This cache keeps bytes, not {type(value).__name__}.")
        shelf, key = self._shelf, self.make_key(key, version)
        with shelf.lock:
            shelf.drop(key)
            if len(value) + _OVERHEAD > self._most:
                return
            shelf.values[key] = (value, self.get_backend_timeout(timeout))
            shelf.size += len(value) + _OVERHEAD
            while shelf.size > self._most:
                shelf.drop(next(iter(shelf.values)))

    def add(self, key: str, value: bytes, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        if self.get(key, version=version) is not None:
            return False
        self.set(key, value, timeout, version)
        return True

    def delete(self, key: str, version: int | None = None) -> bool:
        with self._shelf.lock:
            return self._shelf.drop(self.make_key(key, version))

    def clear(self) -> None:
        with self._shelf.lock:
            self._shelf.values.clear()
            self._shelf.size = 0


class Shared(RedisCache):
    """Bytes in a Redis or Valkey at LOCATION. It is asked once and briefly: a page is soon made without it."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        asked = {
            "serializer": AsTheyAre,  # nothing is unpickled: whoever can write there runs no code here
            "socket_connect_timeout": 0.25,  # seconds
            "socket_timeout": 0.5,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, {**params, "OPTIONS": {**asked, **params.get("OPTIONS", {})}})


class AsTheyAre:
    """Django's protocol of a serialiser, for bytes."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes) -> bytes:
        return value
