"""What was typed and could not be saved, because nobody was signed in any more when it came."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Unsaved(models.Model):
    """A form as it was sent, kept some days for the editor whom it was made for; nobody else is given it.

    `address` is where the form stands (path and query string), `values` its fields, URL-encoded, and `words` what an
    editor knows it by.
    """

    key = models.CharField(primary_key=True, max_length=43, default=secrets.token_urlsafe)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address = models.CharField(max_length=500)
    words = models.CharField(max_length=200)
    values = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("unsaved form")
        default_permissions = ()
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.words
