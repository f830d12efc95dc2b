"""Public pages over HTTP: made once for everyone, asked for again cheaply.

A page depends on its address, on the edition (data version, code, day, language ...) and on nothing else. That is not
hoped for but made so: what else a request carries is taken away before a view sees it. So one page serves all.
"""

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC
from functools import lru_cache, wraps
from http.client import responses
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error as DatabaseFault
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from timeline import cache, reading
from timeline.edition import Edition, code
from timeline.patience import within

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = Callable[..., HttpResponseBase]

# What is kept. A page that is not there may be there tomorrow, and there is no end of such addresses.
KEPT = {200, 301, 302, 410}
_SHORT = 500  # characters of an address that is worth remembering
# What no view sees: what is the reader's own, and what is answered here.
_UNSEEN = ("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
_VALIDATORS = ("ETag", "Last-Modified", "Cache-Control")
_OUT_OF_REACH = (OperationalError, InterfaceError)
_ASKED, _ERROR = "timeline.http.asked", "timeline.http.error"  # notes on a request
_log = logging.getLogger(__name__)


# Addresses -------------------------------------------------------------------------------------------------


def public(view: View, *parameters: str) -> View:
    """The view as a public page that reads these parameters of the query string; it sees no others, and no cookie."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    seen.parameters = parameters  # type: ignore[attr-defined]
    # Nothing is written at a public address: another method is refused as such (405), not for want of a token.
    seen.csrf_exempt = True  # type: ignore[attr-defined]
    return seen


def canonical_query(path: str, query: str) -> str | None:
    """The query string with what the page at `path` reads, in one order; None where no public page is there.

    `query` is as WSGI has it (Latin-1 for bytes). Raises TooManyFieldsSent.
    """
    remembered = len(path) + len(query) < _SHORT
    return _canonical_query(path, query) if remembered else _canonical_query.__wrapped__(path, query)


@lru_cache(4096)
def _canonical_query(path: str, query: str) -> str | None:
    try:
        view = resolve(path).func
    except Resolver404:
        return None
    parameters: tuple[str, ...] | None = getattr(view, "parameters", None)
    if parameters is None:
        return None
    if not (query and parameters):
        return ""
    given = QueryDict(query.encode("latin-1"))
    read = QueryDict(mutable=True)
    for name in parameters:
        if name in given:
            read.setlist(name, given.getlist(name))
    return read.urlencode()


# Answers ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """A page as it goes out: status, headers, body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def packed(self) -> bytes:
        """A line of JSON with status and headers, then the body."""
        return json.dumps([self.status, self.headers]).encode() + b"\n" + self.body

    @classmethod
    def unpacked(cls, held: bytes) -> "Answer":
        end = held.index(b"\n")
        status, headers = json.loads(held[:end])
        return cls(status, [(name, value) for name, value in headers], held[end + 1 :])

    def response(self) -> HttpResponse:
        response = HttpResponse(self.body, status=self.status, headers=dict(self.headers))
        if self.status == 304:
            del response["Content-Type"]
        return response


def _tag(key: str) -> str:
    """The key as an ETag. A weak one: proxies that compress may then keep it."""
    return f'W/"{key[:32]}"'


def _validators(key: str, edition: Edition) -> dict[str, str]:
    """The headers by which a page is known again."""
    return {
        "ETag": _tag(key),
        "Last-Modified": http_date(min(edition.changed_at, int(edition.moment.timestamp()))),
        "Cache-Control": _cache_control(),
    }


def _cache_control() -> str:
    """Anyone may keep it and everyone asks again; CDN_SECONDS lets shared caches wait so long before they ask."""
    if not settings.CDN_SECONDS:
        return "public, no-cache"
    return f"public, max-age=0, must-revalidate, s-maxage={settings.CDN_SECONDS}"


@dataclass(frozen=True)
class Asked:
    """A GET or HEAD of a public page: its canonical query, in which edition, and what the reader holds already."""

    path: str
    query: str
    edition: Edition
    none_match: str | None
    modified_since: str | None

    @property
    def address(self) -> str:
        return f"{self.path}?{self.query}"

    def is_held(self, key: str) -> bool:
        """Whether the reader has the page of this key: only a page that is there ever had the tag."""
        return self.none_match is not None and _tag(key) in parse_etags(self.none_match)

    @property
    def is_held_if_there(self) -> bool:
        """Whether the reader has the page, if there is one: If-None-Match “*”, or by its date alone."""
        if self.none_match is not None:
            return self.none_match.strip() == "*"
        since = parse_http_date_safe(self.modified_since) if self.modified_since else None
        changed, now = self.edition.changed_at, int(self.edition.moment.timestamp())
        # Until its second is over, another change may share it; and nobody has a page from the future.
        return since is not None and changed <= since <= now and changed < now

    def answer(self) -> Answer | None:
        """304 or the page, where it is known; None where it has to be made."""
        key = self.edition.key(self.address)
        if self.is_held(key):
            return Answer(304, list(_validators(key, self.edition).items()), b"")
        held = cache.get(key)
        return self.settled(Answer.unpacked(held)) if held else None

    def settled(self, answer: Answer) -> Answer:
        """The answer, or 304 to a reader who holds whatever there is."""
        if not (self.is_held_if_there and answer.status == 200):
            return answer
        return Answer(304, [header for header in answer.headers if header[0] in _VALIDATORS], b"")


def asked(request: HttpRequest) -> Asked | None:
    """What is asked, with the data version read now; None where it is not for a public page over the right scheme.

    Raises SuspiciousOperation for a foreign host or too many parameters, and _OUT_OF_REACH.
    """
    if request.method not in ("GET", "HEAD") or (settings.SECURE_SSL_REDIRECT and not request.is_secure()):
        return None
    query = canonical_query(request.path_info, request.META.get("QUERY_STRING", ""))
    if query is None:
        return None
    base = f"{request.scheme}://{request.get_host()}"
    return Asked(
        request.path,
        query,
        Edition(reading.data_version(), timezone.now().astimezone(UTC), base),
        request.META.get("HTTP_IF_NONE_MATCH"),
        request.META.get("HTTP_IF_MODIFIED_SINCE"),
    )


# Before Django -----------------------------------------------------------------------------------------------


class KnownFirst:
    """A WSGI application that answers what is known; Django's, which costs a request far more, gets the rest."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = self._known(environ)
        if answer is None:
            return self._asked_of_django(environ, start_response)
        start_response(f"{answer.status} {responses[answer.status]}", answer.headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    def _asked_of_django(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with within(settings.REQUEST_SECONDS):
            return self.application(environ, start_response)

    def _known(self, environ: "WSGIEnvironment") -> Answer | None:
        try:
            # A request writes into what it is made from, and Django makes another one.
            wanted = asked(WSGIRequest(dict(environ)))
        except SuspiciousOperation:
            return None
        except DatabaseFault:
            # A connection may have died while nobody asked. Django tries a new one, and says what is wrong with it.
            connection.close()
            return None
        if wanted is None:
            return None
        environ[_ASKED] = wanted
        return wanted.answer()


# The middleware ----------------------------------------------------------------------------------------------


class PublicPages:
    """The first of all middleware: answers what is known, and keeps what had to be made, with all its headers.

    A page that several readers miss at once is made for each of them; the last one stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        code()  # as it is now: files may be replaced under a running process

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_looked_for = _ASKED in request.META
        try:
            wanted: Asked | None = request.META.pop(_ASKED) if was_looked_for else asked(request)
        except _OUT_OF_REACH as error:
            return self._away(request, error)
        if wanted is None:
            return _not_kept(self.get_response(request))
        known = None if was_looked_for else wanted.answer()
        response = known.response() if known else self._made(request, wanted)
        if request.method == "HEAD" and not response.streaming:
            length = response.get("Content-Length")
            response.content = b""
            if length is not None:
                response["Content-Length"] = length
        return response

    def _made(self, request: HttpRequest, wanted: Asked) -> HttpResponse:
        """Let the views make the page from one state of the record, and keep it under that state's version."""
        for name in _UNSEEN:
            request.META.pop(name, None)
        request.META["QUERY_STRING"] = wanted.query
        response = None
        try:
            with reading.snapshot() as version:
                edition = replace(wanted.edition, data_version=version)
                response = self.get_response(request)
        except _OUT_OF_REACH as error:
            # It may also go away behind a page that is made.
            return _not_kept(response) if response else self._away(request, error)
        made = _keep(response, edition.key(wanted.address), edition)
        wanted = replace(wanted, edition=edition)
        return wanted.settled(made).response() if made and wanted.is_held_if_there else response

    def _away(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """Through the other middleware all the same, for their headers."""
        request.META[_ERROR] = error
        return _not_kept(self.get_response(request))

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        """No view is asked while the database is out of reach."""
        error = request.META.get(_ERROR)
        return away(request, error) if error else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The database went away, or stayed locked, while a page was made."""
        return away(request, exception) if isinstance(exception, _OUT_OF_REACH) else None


def away(request: HttpRequest, error: Exception) -> HttpResponse:
    """503 in words, for the time that the database does not answer; the log gets the reason."""
    _log.error("%s: the database does not answer: %s", request.path, str(error).strip())
    response = render(request, "timeline/503.html", status=503)
    response["Retry-After"] = "10"
    return _not_kept(response)


def _keep(response: HttpResponse, key: str, edition: Edition) -> Answer | None:
    """Say how the page may be kept, and keep it ourselves; a view that has said so itself is heeded."""
    if response.has_header("Cache-Control") or response.cookies or response.status_code not in KEPT:
        _not_kept(response)
        return None
    if response.status_code == 200:
        for name, value in _validators(key, edition).items():
            response[name] = value
    else:
        response["Cache-Control"] = _cache_control()
    if response.streaming:
        return None
    made = Answer(response.status_code, list(response.items()), response.content)
    cache.put(key, made.packed())
    return made


def _not_kept(response: HttpResponse) -> HttpResponse:
    """What is for one reader, or for now, is kept nowhere."""
    if not response.has_header("Cache-Control"):
        add_never_cache_headers(response)
    return response
