"""How far long imports have come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Import(models.Model):
    """How far a JSON Lines file is in; written with each thousand of its lines, in their transaction.

    `file` is its name without the directory, `offset` how many bytes and `lines` how many lines are in, `digest`
    the SHA-256 of these bytes in hexadecimal: only where it fits does the file go on there. So a file may be
    mended behind this place, or grow, and still goes on.
    """

    file = models.CharField(max_length=255, unique=True)
    digest = models.CharField(max_length=64)
    offset = models.PositiveBigIntegerField()
    lines = models.PositiveBigIntegerField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return f"{self.file}: {self.lines}"
