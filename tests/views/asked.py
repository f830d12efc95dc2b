"""How much a page asks of the database."""

from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from timeline import cache, index


def queries(client: Client, address: str) -> int:
    """The number of queries that this page costs when nothing of it is kept; the index is there already."""
    caches[cache.ALIAS].clear()
    index.current()
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(asked)
