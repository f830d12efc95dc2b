"""Whether the addresses of sources still lead anywhere. None of it is public: it tells editors what to look after."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .sources import Source


class Outcome(models.TextChoices):
    """What became of asking an address. Unclear: it answers, but not to a program (401, 403, 429 ...)."""

    FINE = "fine", _("resolves")
    UNCLEAR = "unclear", _("answers, but not to a program")
    FAILING = "failing", _("no longer resolves")


class LinkCheck(models.Model):
    """What `manage.py checklinks` last found at a source's address; void once the source has another address.

    `status` is the last HTTP status, None where nothing answered; `problem` says in a sentence what is wrong, and
    `failing_since` when that was seen first.
    """

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True, related_name="link_check")
    url = models.CharField(max_length=2000)
    at = models.DateTimeField(db_index=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("check of an address")
        verbose_name_plural = _("checks of addresses")
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="link_check_outcome_known")
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.outcome}"
