"""What every database holds from the start: the bundled table of countries."""

from typing import Any

from django.db import connections

from timeline import bundled, record
from timeline.models import Country, SearchText


def after_migrate(using: str, **kwargs: Any) -> None:
    """Add the countries that are missing; what an editor has changed stays. Also called after a flush."""
    if "timeline_searchtext" not in connections[using].introspection.table_names():
        return  # migrated back to before the tables stood
    if using == "default":
        add_missing_countries()
    forget_orphaned_words(using)


def add_missing_countries() -> int:
    """How many of the bundled countries were not there yet."""
    known = set(Country.objects.values_list("code", flat=True))
    missing = [row for code, row in bundled.countries().items() if code not in known]
    if missing:
        with record.writing():
            Country.objects.bulk_create(Country(**row) for row in missing)
    return len(missing)


def forget_orphaned_words(using: str) -> None:
    """Empty SQLite's full-text index after a flush, which only empties the tables that it knows."""
    connection = connections[using]
    if connection.vendor == "sqlite" and not SearchText.objects.using(using).exists():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO timeline_search(timeline_search) VALUES ('delete-all')")
