"""Do the addresses of sources still lead to them? Asked politely: one at a time, with a pause for each host.

What is found is kept with each source as it is found, so a run that was stopped goes on where it was.
"""

import ipaddress
import socket
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.parse import quote, urlsplit, urlunsplit

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.models import LinkCheck, Outcome, Source

TIMEOUT = 15  # seconds that a host may take to answer
PAUSE = 2.0  # seconds between two questions to one host
_MOST_READ = 1024  # bytes of an answer: that it comes is enough
_TO_PEOPLE_ONLY = frozenset({401, 402, 403, 405, 406, 407, 408, 418, 425, 429, 451, 500, 502, 503, 504, 999})
_NO_HEAD = frozenset({400, 403, 404, 405, 406, 410, 500, 501, 503})  # some hosts know a page only to GET


@dataclass(frozen=True)
class Found:
    """What is at an address: the last HTTP status (None: no answer) and, where it fails, why, in a sentence."""

    outcome: Outcome
    status: int | None = None
    problem: str = ""


Ask = Callable[[str], Found]


# One address -------------------------------------------------------------------------------------------------


class _NotPublic(OSError):
    """An address of this machine or of its own network: nobody's source."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows only to where a source may be."""

    def __init__(self, may_be_local: bool) -> None:
        self._may_be_local = may_be_local

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        _only_public(newurl, self._may_be_local)
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        if following is not None and req.get_method() == "HEAD":
            following.method = "HEAD"
        return following


def ask(address: str, *, agent: str, may_be_local: bool = False) -> Found:
    """What is at an address: HEAD, and GET where the host makes little of that. Never raises.

    An address on this machine or in its own network is not asked, unless it `may_be_local`.
    """
    found = _asked("HEAD", address, agent, may_be_local)
    return _asked("GET", address, agent, may_be_local) if found.status in _NO_HEAD else found


def _asked(method: str, address: str, agent: str, may_be_local: bool) -> Found:
    try:
        plain = _plain(address)
        _only_public(plain, may_be_local)
        request = urllib.request.Request(plain, method=method, headers={"User-Agent": agent, "Accept": "*/*"})
        opener = urllib.request.build_opener(_Redirects(may_be_local))
        with opener.open(request, timeout=TIMEOUT) as answer:
            answer.read(_MOST_READ)
            return _judged(plain, answer.geturl(), answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return _judged(address, address, error.code)
    except (OSError, HTTPException, ValueError) as error:
        return Found(Outcome.FAILING, None, _problem(error))


def _judged(asked: str, reached: str, status: int) -> Found:
    if status in _TO_PEOPLE_ONLY:
        return Found(Outcome.UNCLEAR, status)
    if status >= 400:
        words = _("It is gone for good.") if status == 410 else _("There is no such page (%s).") % status
        return Found(Outcome.FAILING, status, words)
    before, after = urlsplit(asked), urlsplit(reached)
    if after.path.strip("/") == "" and not after.query and before.path.strip("/"):
        return Found(Outcome.FAILING, status, _("It leads to the front page now."))
    return Found(Outcome.FINE, status)


def _plain(address: str) -> str:
    """The address in ASCII, as it goes over the wire. Raises ValueError for what is no address of the web."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(_("That is no address of the web."))
    host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    safe = "/%:=&?~#+!$,;'@()*[]"
    return urlunsplit((parts.scheme, host, quote(parts.path, safe), quote(parts.query, safe), ""))


def _only_public(address: str, may_be_local: bool) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(_("It leads to what is no address of the web."))
    if may_be_local or urllib.request.getproxies():
        return  # a proxy knows the way better than this machine does
    for *_family, place in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM):
        if not ipaddress.ip_address(str(place[0]).partition("%")[0]).is_global:
            raise _NotPublic(_("It is an address of this machine or of its own network."))


def _problem(error: Exception) -> str:
    """Why nothing answered, in a sentence."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, _NotPublic | ValueError) and not isinstance(reason, UnicodeError):
        return str(reason)[:300]
    if isinstance(reason, socket.gaierror):
        return _("There is no such host.")
    if isinstance(reason, TimeoutError):
        return _("Nothing answered within %s seconds.") % TIMEOUT
    return (_("Nothing answered: %s") % (reason or type(reason).__name__))[:300]


# All of them -------------------------------------------------------------------------------------------------


def due(days: int) -> Iterator[Source]:
    """Sources whose address was not asked within so many days, or has changed since; one host after another in turn."""
    since = timezone.now() - timedelta(days=days)
    waiting = Source.objects.exclude(url="").filter(
        Q(link_check=None) | Q(link_check__at__lt=since) | ~Q(link_check__url=F("url"))
    )
    by_host: dict[str, list[int]] = defaultdict(list)
    rows = waiting.order_by(F("link_check__at").asc(nulls_first=True), "pk").values_list("pk", "url")
    for pk, url in rows:
        by_host[_host(url)].append(pk)
    piles = [iter(keys) for keys in by_host.values()]
    while piles:
        left = []
        for pile in piles:
            key = next(pile, None)
            if key is not None:
                left.append(pile)
                source = Source.objects.filter(pk=key).exclude(url="").first()
                if source is not None:  # it may have gone meanwhile
                    yield source
        piles = left


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def check(
    sources: Iterable[Source], ask: Ask, *, pause: float = PAUSE, sleep: Callable[[float], Any] = time.sleep
) -> Iterator[tuple[Source, Found]]:
    """Ask each address and keep what is found, one by one; a host is asked again after `pause` seconds at the least."""
    asked_at: dict[str, float] = {}
    for source in sources:
        host = _host(source.url)
        wait = asked_at[host] + pause - time.monotonic() if host in asked_at else 0
        if wait > 0:
            sleep(wait)
        found = ask(source.url)
        asked_at[host] = time.monotonic()
        _keep(source, found)
        yield source, found


def _keep(source: Source, found: Found) -> None:
    now = timezone.now()
    with transaction.atomic():
        before = LinkCheck.objects.filter(source=source, url=source.url).first()
        failing_since = None
        if found.outcome == Outcome.FAILING:
            failing_since = (before.failing_since if before else None) or now
        LinkCheck.objects.update_or_create(
            source=source,
            defaults={
                "url": source.url,
                "at": now,
                "outcome": found.outcome,
                "status": found.status,
                "problem": found.problem,
                "failing_since": failing_since,
            },
        )
