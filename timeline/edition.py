"""Which edition of the site a page belongs to: everything but its address that its bytes depend on."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import get_language


@dataclass(frozen=True)
class Code:
    """The program as it was when the process began: a hash of its files, and when the newest was written (seconds)."""

    version: str
    written_at: int


def code() -> Code:
    """What changes with a deployment: modules, templates, words, names of static files, and Django."""
    # While somebody works on them, the files change under the process.
    return _code.__wrapped__() if settings.DEBUG else _code()


@lru_cache(1)
def _code() -> Code:
    digest = hashlib.blake2b(django.__version__.encode(), digest_size=8)
    digest.update(str(getattr(staticfiles_storage, "manifest_hash", "")).encode())
    newest = 0.0
    for path in _files():
        digest.update(path.relative_to(settings.BASE_DIR).as_posix().encode() + b"\0" + path.read_bytes())
        newest = max(newest, path.stat().st_mtime)
    return Code(digest.hexdigest(), math.ceil(newest))


def _files() -> Iterator[Path]:
    for folder in ("config", "timeline", "templates", "locale"):
        found = (settings.BASE_DIR / folder).rglob("*")
        yield from sorted(path for path in found if path.suffix in {".py", ".html", ".json", ".txt", ".csv", ".mo"})


@dataclass(frozen=True)
class Edition:
    """All that a page depends on but for its address. `moment` is when it is asked for; its UTC day counts alone."""

    data_version: int  # microseconds
    moment: datetime
    base: str  # where the request came in, “https://readout.example”

    def key(self, address: str) -> str:
        """64 hexadecimal digits that are the page's own, at this address in this edition."""
        # With SITE_URL set no page names the request's host; whether it was HTTPS still shows in a header.
        base = self.base.partition(":")[0] if settings.SITE_URL else self.base
        day = self.moment.date().isoformat()
        return _key(self.data_version, day, base, settings.CONTACT, settings.SOURCE_URL, settings.CDN_SECONDS, address)

    @property
    def changed_at(self) -> int:
        """The first whole second (Unix time) by which all had changed: the record, the code, the day."""
        midnight = self.moment.replace(hour=0, minute=0, second=0, microsecond=0)
        return max(-(-self.data_version // 1_000_000), code().written_at, int(midnight.timestamp()))


def part_key(data_version: int, *parts: object) -> str:
    """The key of a part of pages: of what is made of these alone, whatever the page, the host and the day."""
    return _key("part", data_version, *parts)


def _key(*parts: object) -> str:
    whole = "\n".join([code().version, get_language() or "", settings.SITE_URL, *map(str, parts)])
    return hashlib.blake2b(whole.encode(), digest_size=32).hexdigest()
