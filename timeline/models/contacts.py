"""Who had contact with whom: one derived row for each pair of participants from two countries."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .events import Event, Kind
from .guard import PublicModel, PublicQuerySet
from .people import Country, Leader


class Contact(PublicModel):
    """That a published contact brought two sides together; kept by the one writer, never typed in.

    A contact is a meeting or call that took place, not multilateral, between principals or hosts. The country
    whose code comes first in the alphabet is `country_a`, and `leader_a` spoke for it; a delegation without a
    named leader has none. `position`, `kind`, `earliest` and `latest` are the event's.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="contacts")
    country_a = models.ForeignKey(Country, models.PROTECT, related_name="+")
    country_b = models.ForeignKey(Country, models.PROTECT, related_name="+")
    leader_a = models.ForeignKey(Leader, models.PROTECT, related_name="contacts_a", null=True)
    leader_b = models.ForeignKey(Leader, models.PROTECT, related_name="contacts_b", null=True)
    kind = models.CharField(max_length=12, choices=Kind)
    earliest = models.DateField()
    latest = models.DateField()
    position = models.BigIntegerField()

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["leader_a", "leader_b", "position"], name="contact_of_leaders"),
            models.Index(fields=["leader_b", "position"], name="contact_of_leader_b"),
            models.Index(fields=["country_a", "country_b", "position"], name="contact_of_countries"),
            models.Index(fields=["country_b", "position"], name="contact_of_country_b"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(country_a__lt=models.F("country_b")), name="contact_countries_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country_a_id}-{self.country_b_id}: {self.event_id}"
