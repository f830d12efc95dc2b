"""Pages that stand by themselves."""

import pytest
from django.test import Client, override_settings


def test_it_explains_the_marks(client: Client, db: None) -> None:
    html = client.get("/marks/").content.decode()
    for words in ("postponed", "cancelled", "declined to say", "one half: one side speaks"):
        assert words in html


def test_it_says_that_there_is_no_such_page(client: Client, db: None) -> None:
    response = client.get("/events/nobody-met-nobody/")
    assert response.status_code == 404
    assert "Nobody picks up at this address." in response.content.decode()


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_it_says_what_it_cannot_take(client: Client, db: None) -> None:
    response = client.post("/account/login/", {"login": "x" * 1000}, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "what you typed still stands there" in response.content.decode()
    response = client.get("/account/login/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "That did not come through." in response.content.decode()


def test_it_says_that_something_broke(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("broken for the test")

    monkeypatch.setattr("timeline.views.timeline.by_outcome", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "The line went dead." in response.content.decode()


@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("desk@readout.example", "mailto:desk@readout.example"),
        ("https://readout.example/desk", "https://readout.example/desk"),
    ],
)
def test_it_leads_to_the_contact_where_there_is_one(client: Client, db: None, contact: str, href: str) -> None:
    assert "Report an error" not in client.get("/marks/").content.decode()
    with override_settings(CONTACT=contact):
        assert f'<a href="{href}">Report an error</a>' in client.get("/marks/").content.decode()
