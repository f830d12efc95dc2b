"""The editors' desk in a real browser: entering by keyboard, work that is kept, two editors, and how it looks."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import builders
from tests.browser import axe
from tests.browser.test_admin import choose, enter
from timeline import record, reference
from timeline.models import Doing, Event, Leader, Source, State, Topic
from timeline.record.bulk import as_one

pytestmark = pytest.mark.django_db(transaction=True)

# Faults that are Django's own, by axe's rule and the element: the list of what is chosen holds more than its rows.
DJANGOS_OWN = {("list", ".select2-selection--multiple > ul")}


@pytest.fixture(autouse=True)
def _signed_in(page: Page, server: LiveServer, transactional_db: None) -> None:
    reference.add_missing_countries()
    builders.cast()
    enter(page, server, User.objects.create_superuser("editor", password="a long password"))


def ours(page: Page, *, contrast: bool = True, every_text: bool = False) -> list[tuple[str, str]]:
    """What axe finds in the page as it stands, each with its element, but for what is Django's own."""
    return [
        (one["id"], node["html"])
        for one in axe.violations(page, contrast=contrast, every_text=every_text)
        for node in one["nodes"]
        if not any(one["id"] == rule and node["target"][-1].endswith(place) for rule, place in DJANGOS_OWN)
    ]


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def cut_off(page: Page) -> list[str]:
    """The names of what can be filled in and is wider than the row that shows it."""
    found: list[str] = page.evaluate(
        """() => {
            const end = (one) => one.getBoundingClientRect().right;
            return [...document.querySelectorAll(".form-row :is(input, select, textarea, .select2)")]
                .filter((one) => one.offsetParent && end(one) > end(one.closest(".form-row")))
                .map((one) => one.name || one.className);
        }"""
    )
    return found


def sign_in(page: Page) -> None:
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


def choose_by_keyboard(page: Page, words: str, option: str) -> None:
    """In an autocomplete field that has the focus."""
    page.keyboard.press("Enter")
    page.keyboard.type(words)
    expect(page.locator(".select2-results__option--highlighted", has_text=option)).to_be_visible()
    page.keyboard.press("Enter")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is in this element."""
    for _press in range(60):
        if page.evaluate("selector => document.activeElement.closest(selector) !== null", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


def test_the_tokyo_summit_is_entered_and_published_by_keyboard(page: Page, screenshot) -> None:
    """From nothing: signing in, the desk's first page, the form, a source that nobody has entered yet."""
    page.context.clear_cookies()
    page.goto("/admin/")
    tab_to(page, "#id_login")
    page.keyboard.type("editor")
    tab_to(page, "#id_password")
    page.keyboard.type("a long password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The desk")).to_be_visible()
    tab_to(page, "a[href='/admin/timeline/meeting/add/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/meeting/add/")
    tab_to(page, "#id_title")
    page.keyboard.type("Takaichi and Trump hold their first summit in Tokyo")
    tab_to(page, "#id_date")
    page.keyboard.type("28 Oct 2025")
    expect(page.locator("output[for=id_date]")).to_have_text("28 October 2025")
    tab_to(page, "#id_place")
    page.keyboard.type("Tokyo")
    tab_to(page, "#participations-0 .field-leader .select2")
    choose_by_keyboard(page, "taka", "Sanae Takaichi, Prime Minister, Japan")
    expect(page.locator("#participations-0 output")).to_have_text("Prime Minister, Japan")
    tab_to(page, "#participations-1 .field-leader .select2")
    choose_by_keyboard(page, "president united", "Donald Trump")
    tab_to(page, "#id_citations-0-address")
    page.keyboard.type("https://news.example/tokyo")
    tab_to(page, "#id_citations-0-publisher")
    page.keyboard.type("The News")
    tab_to(page, "#id_citations-0-headline")
    page.keyboard.type("A summit in Tokyo")
    tab_to(page, "input[name=_publish]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("” is published.")).to_be_visible()
    event = Event.objects.get()
    assert (event.state, event.date, event.slug) == (State.PUBLISHED, "2025-10-28", "takaichi-trump-meeting-2025-10-28")
    assert record.of(event)["citations"][0]["source"] == "the-news-a-summit-in-tokyo"
    assert [one["country"] for one in record.of(event)["participants"]] == ["JP", "US"]
    screenshot("desk-published")


def kept(page: Page, words: str) -> None:
    """Wait until the browser keeps these: it does once nobody has typed for a moment."""
    page.wait_for_function("words => Object.values(localStorage).some((text) => text.includes(words))", arg=words)


@pytest.mark.long
def test_what_was_typed_outlives_page_and_session(page: Page, screenshot) -> None:
    page.goto("/admin/timeline/call/add/")
    page.locator("#id_title").fill("Takaichi and Trump speak by telephone")
    page.locator("#id_date").fill("25 Nov 2025")
    choose(page, "participations-0-leader", "taka", "Sanae Takaichi")
    page.locator("#readouts-group .add-row a").click()
    page.locator("#id_readouts-0-points").fill("Trump told her.\nShe thanked him.")
    kept(page, "She thanked him.")
    # While that page stands open it is nobody else's; once it is closed, what it left is offered until it is answered.
    another = page.context.new_page()
    another.goto("/admin/timeline/call/add/")
    expect(another.locator("#kept")).to_be_hidden()
    page.goto("/admin/")
    expect(another.get_by_text("Takaichi and Trump speak by telephone")).to_be_visible()
    another.close()
    page.goto("/admin/timeline/call/add/")
    expect(page.get_by_text("It is still kept in this browser.")).to_be_visible()
    page.locator("#id_title").fill("Something else")
    kept(page, "Something else")
    expect(page.locator("#kept li")).to_have_count(1)
    screenshot("desk-kept")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_text("This is what you typed before.")).to_be_visible()
    expect(page.locator("#kept li")).to_contain_text("Something else")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("#kept")).to_be_hidden()
    Session.objects.all().delete()
    page.locator("input[name=_save]").click()
    sign_in(page)
    expect(page.get_by_text("This is what you typed before.")).to_be_visible()
    expect(page.locator("#id_readouts-0-points")).to_have_value("Trump told her.\nShe thanked him.")
    expect(page.locator("#participations-0 .select2-selection").first).to_contain_text("Sanae Takaichi")
    assert not Event.objects.exists()
    choose(page, "participations-1-leader", "trump", "Donald Trump")
    choose(page, "readouts-0-side", "jap", "Japan")
    page.locator("#id_readouts-0-issued").check()
    page.locator("input[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Event.objects.get().title == "Takaichi and Trump speak by telephone"
    page.goto("/admin/timeline/call/add/")
    expect(page.locator("#kept")).to_be_hidden()


@pytest.mark.long
def test_two_editors_collide_and_both_are_heard(page: Page, screenshot) -> None:
    event = builders.write(builders.call(), state=State.DRAFT)
    page.goto(f"/admin/timeline/call/{event.pk}/change/")
    with record.writing(by=User.objects.create_superuser("other")) as writer:
        writer.write(record.of(event) | {"title": "They speak of rice", "place": "Tokyo"}, event=event)
    page.locator("#id_title").fill("They speak of beef")
    page.locator("#id_summary").fill("A summary.")
    page.locator("input[name=_continue]").click()
    expect(page.get_by_text("Changed by you and by another editor")).to_be_visible()
    screenshot("desk-conflict")
    page.get_by_label("They speak of rice").check()
    page.locator("input[name=_continue]").click()
    expect(page.get_by_text("has changed meanwhile")).to_be_visible()
    now = record.of(event)
    assert (now["title"], now["place"], now["summary"]) == ("They speak of rice", "Tokyo", "A summary.")


@pytest.mark.parametrize(
    ("viewport", "color_scheme"),
    [
        pytest.param({"width": 1440, "height": 900}, "light", marks=pytest.mark.soak),
        pytest.param({"width": 390, "height": 800}, "dark", marks=pytest.mark.long),
    ],
    ids=["wide", "phone"],
)
def test_the_desk_looks_as_it_should(page: Page, faults, screenshot, viewport, color_scheme) -> None:
    (event,) = builders.publish(builders.call(topics=["taiwan"], readouts=[builders.account("JP", "one")]))
    builders.publish(record.of(event) | {"title": "They speak of rice"})
    with as_one(Doing.TABLE, words="calls.csv") as bulk:
        twin = builders.write(builders.call("twin", title="Takaichi–Trump call"), state=State.DRAFT)
    pages = {
        "desk": "/admin/",
        "find": "/admin/find/?q=takaichi",
        "account": "/account/factors/",
        "accounts": "/admin/auth/user/",
        "list": "/admin/timeline/call/",
        "preview": "/events/twin/preview/",
        "public": f"/admin/timeline/call/{event.pk}/change/",
        "draft": f"/admin/timeline/call/{twin.pk}/change/",
        "history": f"/admin/timeline/call/{event.pk}/history/",
        "restore": f"/admin/timeline/call/{event.pk}/versions/1/restore/",
        "merge": f"/admin/timeline/call/{event.pk}/merge/?other={twin.pk}",
        "leader": f"/admin/timeline/leader/{Leader.objects.get(slug=builders.TAKAICHI).pk}/change/",
        "bulk": f"/admin/timeline/bulkchange/{bulk.row.pk if bulk.row else 0}/put-back/",
    }
    measured = {"draft", "leader", "list", "bulk"}
    read = {"desk", "find", "account", "draft", "leader", "bulk", "history", "merge"}
    wide = viewport["width"] == 1440
    if wide:  # the long run
        source, topic = Source.objects.get(slug=builders.SOURCE), Topic.objects.get(slug="taiwan")
        more = {
            "source": f"/admin/timeline/source/{source.pk}/change/",
            "topic": f"/admin/timeline/topic/{topic.pk}/change/",
            "country": "/admin/timeline/country/JP/change/",
            "import": reverse("admin:timeline_event_import"),
            "dossier": reverse("admin:timeline_event_dossier"),
        }
        pages |= more
        measured |= {"account", "accounts", *more}
    for name, address in pages.items():
        page.goto(address)
        screenshot(f"desk-{name}-{viewport['width']}-{color_scheme}")
        assert too_wide(page) <= 0, name
        assert not cut_off(page), name
        if name in measured:
            for width in (1280, 1024, 768, 320):
                page.set_viewport_size({"width": width, "height": 800})
                assert too_wide(page) <= 0, (name, width)
            page.set_viewport_size(viewport)
        if name in read:
            with faults.excused("Applying inline style"):  # axe tries that itself where it measures colours
                found = ours(page, contrast=wide or name in ("desk", "draft", "bulk"), every_text=wide)
            assert not found, name
