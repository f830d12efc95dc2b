"""A real browser for the tests in this directory.

`page` is an empty window on the site that `server` serves. The test fails at its end if the page wrote an error to
the console, a script of it failed, the Content-Security-Policy stopped something, or anything was asked of
another host; a test that means to provoke such a thing says so first with `faults.expect(...)`.

A test changes the window by giving one of the fixtures `viewport`, `color_scheme`, `java_script_enabled` or
`locale` another value with `pytest.mark.parametrize`.

A module whose tests only read has the bundled `dossiers` put in once; one whose tests write is marked
`django_db(transaction=True)`, and everything is taken out again after each.
"""

import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, expect, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests import bundled, chromium
from tests.browser import axe
from tests.conftest import ARTEFACTS

HERE = Path(__file__).parent
# A busy machine is no fault of a page's.
expect.set_options(timeout=20_000)
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


class Faults:
    """What went wrong in a page, apart from what the test has said it expects."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.found: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def forget(self) -> None:
        """Begin anew: nothing found, nothing expected."""
        self.found.clear()
        self._expected.clear()

    def expect(self, pattern: str) -> None:
        """From now on, a fault whose text the regular expression finds is no fault. It need not come."""
        self._expected.append(re.compile(pattern))

    @contextmanager
    def excused(self, *patterns: str) -> Iterator[None]:
        """As `expect`, but only as long as it is open."""
        before = list(self._expected)
        for pattern in patterns:
            self.expect(pattern)
        try:
            yield
        finally:
            self._expected = before

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._add(f"script: {error}"))
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium writes what the Content-Security-Policy stops and what answers 4xx or 5xx here as well.
        if message.type in {"error", "assert"}:
            self._add(f"console: {message.text} ({message.location.get('url')})")

    def _on_request(self, request: Request) -> None:
        inside = request.url.startswith((f"{self.origin}/", "data:", "blob:", "about:"))
        if not inside:
            self._add(f"another host: {request.url}")

    def _add(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in self._expected):
            self.found.append(text)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run. Where there is none, the tests fail with what to do about it."""
    try:
        options = chromium.launch_options()
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    # Playwright keeps an event loop running in this thread, which Django takes for asynchronous code and
    # refuses to query the database from. Nothing here is asynchronous. It holds to the end of the run,
    # since the loop runs under the tests that come after, too.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def viewport() -> ViewportSize:
    return {"width": 1280, "height": 800}


@pytest.fixture
def color_scheme() -> str:
    return "light"


@pytest.fixture
def java_script_enabled() -> bool:
    return True


@pytest.fixture
def locale() -> str:
    return "en-GB"


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[LiveServer]:
    """The site over HTTP, for the whole run. Unlike `live_server` it asks for no empty database after each test."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def dossiers(server: LiveServer, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The bundled dossiers for a module whose tests only read; nothing is left of them after it."""
    with django_db_blocker.unblock():
        bundled.load()
        yield
        call_command("flush", verbosity=0, interactive=False)


class Window:
    """A window that one test after the other looks into: opening a new one takes longer than most tests."""

    def __init__(self, browser: Browser, server: LiveServer, java_script_enabled: bool, locale: str) -> None:
        self.faults = Faults(server.url)
        self._origin = server.url
        self._context = browser.new_context(
            base_url=server.url,
            java_script_enabled=java_script_enabled,
            locale=locale,
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        self._context.set_default_timeout(30_000)
        self._context.on("page", self.faults.watch)
        self.page = self._context.new_page()
        self._chromium = self._context.new_cdp_session(self.page)

    def empty(self) -> None:
        """Leave the page and forget everything: cookies, what scripts kept, copies of pages, the way back."""
        for other in self._context.pages:
            if other is not self.page:
                other.close()
        self.page.unroute_all()
        if self.page.url.startswith(self._origin):
            self.page.evaluate("sessionStorage.clear()")
        self.page.goto("about:blank")
        self._context.clear_cookies()
        self._context.clear_permissions()
        self._chromium.send("Network.clearBrowserCache")
        self._chromium.send("Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": "all"})
        self._chromium.send("Page.resetNavigationHistory")

    def close(self) -> None:
        self._context.close()


@pytest.fixture(scope="session")
def windows() -> Iterator[dict[tuple[bool, str], Window]]:
    """The windows that are open: with or without scripts, and in which language."""
    windows: dict[tuple[bool, str], Window] = {}
    yield windows
    for window in windows.values():
        window.close()


@pytest.fixture
def window(
    browser: Browser,
    server: LiveServer,
    windows: dict[tuple[bool, str], Window],
    java_script_enabled: bool,
    locale: str,
) -> Window:
    key = java_script_enabled, locale
    if key not in windows or windows[key].page.is_closed():
        windows[key] = Window(browser, server, *key)
    return windows[key]


@pytest.fixture
def faults(window: Window) -> Faults:
    return window.faults


@pytest.fixture
def page(
    request: pytest.FixtureRequest,
    window: Window,
    faults: Faults,
    viewport: ViewportSize,
    color_scheme: str,
) -> Iterator[Page]:
    """A window with nothing kept from the test before; addresses may be given as paths."""
    page = window.page
    page.set_viewport_size(viewport)
    page.emulate_media(media="screen", color_scheme=color_scheme)  # type: ignore[arg-type]
    faults.forget()
    broken = True
    try:
        yield page
        if request.node.stash.get(FAILED, False):
            page.screenshot(path=_artefact(f"failed-{request.node.name}"), full_page=True)
        else:
            window.empty()
            broken = False
    finally:
        if broken:  # then it is not looked into again
            window.close()
    assert not faults.found, "The page had faults:\n" + "\n".join(faults.found)


@pytest.fixture
def screenshot(request: pytest.FixtureRequest, page: Page) -> Callable[[str], None]:
    """`screenshot("timeline-dark")` keeps the whole page as tests/artefacts/timeline-dark.png.

    That is done in the long run and with `--screenshots`: drawing a long page takes a second.
    """
    wanted = request.config.getoption("--screenshots") or request.node.get_closest_marker("soak") is not None

    def keep(name: str) -> None:
        if wanted:
            page.screenshot(path=_artefact(name), full_page=True)

    return keep


@pytest.fixture
def assert_accessible(request: pytest.FixtureRequest, page: Page) -> Callable[..., None]:
    """Fails with what axe says when it finds a fault in the page as it stands now. Needs scripts.

    `assert_accessible(contrast=False)` leaves out what takes most of the time: comparing colours. In the long run every
    text's contrast is measured, otherwise that of one text of each look.
    """
    every_text = request.node.get_closest_marker("soak") is not None

    def check(*, contrast: bool = True) -> None:
        found = axe.violations(page, contrast=contrast, every_text=every_text)
        assert not found, axe.told(found)

    return check


def _artefact(name: str) -> Path:
    ARTEFACTS.mkdir(exist_ok=True)
    return ARTEFACTS / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name).strip('-')}.png"
