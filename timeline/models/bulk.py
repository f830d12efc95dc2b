"""What was done to many entries at once, so that it can be looked at and put back as a whole."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Doing(models.TextChoices):
    """What an editor does to many entries at once."""

    TABLE = "table", _("a table was imported")
    DOSSIER = "dossier", _("a dossier was imported")
    PUBLISHED = "published", _("entries were published")
    WITHDRAWN = "withdrawn", _("entries were withdrawn")
    PUT_BACK = "put back", _("a bulk change was put back")


class BulkChange(models.Model):
    """One thing that somebody did to many entries in one transaction; written down in the same transaction.

    `words` are the file's name or the reason that was given; `size` is the number of its entries. `puts_back` is the
    bulk change that this one undoes.
    """

    what = models.CharField(_("what"), max_length=12, choices=Doing)
    words = models.CharField(_("of what, or why"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    at = models.DateTimeField(_("when"))
    size = models.PositiveIntegerField(_("entries"), default=0)
    puts_back = models.ForeignKey("self", models.PROTECT, null=True, related_name="put_back_by")

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        default_permissions = ("view", "change")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.words}" if self.words else str(self.get_what_display())


class BulkEntry(models.Model):
    """One entry of a bulk change: an event, or a row of a noun.

    Of an event it keeps the numbers of its last version before (`was`) and after (`number`); 0: it was not there yet,
    or is there no longer. Of a leader, source ... it keeps the row before and after in the dossier's schema; null
    likewise.
    """

    bulk = models.ForeignKey(BulkChange, models.CASCADE, related_name="entries")
    noun = models.CharField(max_length=10)
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    was = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField(default=0)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        verbose_name = _("entry of a bulk change")
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["bulk", "noun", "key"], name="bulk_entry_once")]

    def __str__(self) -> str:
        return self.title
