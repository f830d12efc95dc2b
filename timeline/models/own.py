"""All of Readout's own models, whichever module they stand in."""

from django.apps import apps
from django.db import models


def tables() -> list[type[models.Model]]:
    """The models that have a table of their own: each table once, without the proxies of others."""
    own = apps.get_app_config("timeline").get_models(include_auto_created=True)
    return [model for model in own if model._meta.managed and not model._meta.proxy]
