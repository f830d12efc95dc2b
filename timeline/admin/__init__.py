"""The editors' desk: Django's admin, whose every save goes through the one writer."""

from . import accounts, articles, bulk_changes, events, people, sources, topics

__all__ = ["accounts", "articles", "bulk_changes", "events", "people", "sources", "topics"]
