"""The net under the browser tests holds: what it should catch, it catches."""

import pytest
from playwright.sync_api import Page

from tests.browser import axe
from tests.browser.conftest import Faults

pytestmark = pytest.mark.usefixtures("dossiers")


@pytest.fixture(autouse=True)
def _on_a_page_of_ours(page: Page) -> None:
    page.goto("/marks/")


PROVOCATIONS = {
    "console.error('no such leader')": "no such leader",
    "setTimeout(() => { throw new Error('lost its thread') })": "lost its thread",
    "document.body.setAttribute('style', 'color: red')": "Content Security Policy",
    "fetch('/no-such-page/')": "404",
    "new Image().src = 'https://elsewhere.example/pixel.png'": "another host: https://elsewhere.example/",
}


def test_it_catches(page: Page, faults: Faults) -> None:
    for provocation, told in PROVOCATIONS.items():
        page.evaluate(f"() => {{ {provocation} }}")
        for _wait in range(100):
            if any(told in fault for fault in faults.found):
                break
            page.wait_for_timeout(50)
        else:
            pytest.fail(f"After {provocation} it found: {faults.found}")
        page.wait_for_timeout(100)  # a request that is stopped is told of twice
        faults.found.clear()


def test_axe_finds_what_cannot_be_read_or_has_no_name(page: Page, faults: Faults) -> None:
    faults.expect("Applying inline style")  # axe tries that itself where it measures colours
    assert axe.violations(page) == []
    page.evaluate(
        """() => {
            [...document.querySelectorAll("main p")].at(-1).style.color = "#ccc";
            document.querySelector("main").append(document.createElement("input"));
        }"""
    )
    assert {one["id"] for one in axe.violations(page)} == {"color-contrast", "label"}
    assert {one["id"] for one in axe.violations(page, contrast=False)} == {"label"}


def test_it_lets_pass_what_a_test_expects(page: Page, faults: Faults) -> None:
    faults.expect("status of 404")
    page.goto("/no-such-page/")
    assert faults.found == []


@pytest.mark.parametrize("java_script_enabled", [False])
def test_it_opens_a_window_without_scripts(page: Page, faults: Faults) -> None:
    page.set_content("<noscript>no script here</noscript>")
    assert page.inner_text("body") == "no script here"
