"""The address that machines watch, and what it tells editors."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import builders
from timeline import cache, edition, reading

pytestmark = pytest.mark.django_db


def test_it_tells_machines_that_it_is_well(client: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert len(asked) == 1
    assert "no-store" in response["Cache-Control"]
    assert not response.has_header("ETag")


def test_it_tells_machines_that_the_database_is_away(client: Client) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("no connection")

    with connection.execute_wrapper(away):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"The database does not answer.\n")
    assert "no-store" in response["Cache-Control"]


def test_it_tells_editors_how_the_process_is(client: Client) -> None:
    builders.cast()
    builders.publish(builders.call(), builders.meeting())
    builders.write(builders.call("draft"), state="draft")
    client.force_login(User.objects.create(username="editor", is_staff=True))
    caches[cache.ALIAS].clear()
    response = client.get("/healthz?detail")
    told = response.json()
    assert told["data_version"] == reading.data_version()
    assert told["code_version"] == edition.code().version
    assert told["events"] == 2
    assert told["index_memory"] > 0
    assert (told["cache"], told["cache_memory"]) == ("memory", 0)
    client.get("/")
    assert client.get("/healthz?detail").json()["cache_memory"] > 10_000
    assert told["database"] == connection.vendor
    assert 10_000_000 < told["process_memory"] < 10**10
    assert "no-store" in response["Cache-Control"]


def test_it_tells_nobody_else(client: Client) -> None:
    assert client.get("/healthz?detail").status_code == 403
    client.force_login(User.objects.create(username="reader"))
    response = client.get("/healthz?detail")
    assert response.status_code == 403
    assert "data_version" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
