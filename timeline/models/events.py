"""Events: meetings, calls and statements, in one table with one order."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from timeline import edtf

from .fields import EdtfField
from .guard import PublicModel, PublicQuerySet, WriteRefused
from .people import Country, Leader, Post, pick_post, validate_time_zone
from .sources import Citation, Readout


class Kind(models.TextChoices):
    """What sort of event it is (PLOVER: consult in person, consult by phone, make a statement)."""

    MEETING = "meeting", _("Meeting")
    CALL = "call", _("Call")
    STATEMENT = "statement", _("Statement")


class Occurrence(models.TextChoices):
    """Did it happen? (IPTC event occurrence status, schema.org EventStatusType.)"""

    TOOK_PLACE = "took_place", _("took place")
    PLANNED = "planned", _("planned")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")
    DID_NOT_TAKE_PLACE = "did_not_take_place", _("did not take place")


class State(models.TextChoices):
    """Where the entry is in our own work."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class PartOfDay(models.TextChoices):
    """When on the day, where the hour isn't known."""

    MORNING = "morning", _("morning")
    MIDDAY = "midday", _("midday")
    AFTERNOON = "afternoon", _("afternoon")
    EVENING = "evening", _("evening")
    NIGHT = "night", _("night")


class Format(models.TextChoices):
    """The way in which it was held or said."""

    BILATERAL = "bilateral", _("bilateral")
    SUMMIT = "summit", _("summit")
    TRILATERAL = "trilateral", _("trilateral")
    MULTILATERAL = "multilateral", _("multilateral")
    VISIT = "visit", _("visit")
    STANDING_TALK = "standing_talk", _("standing talk")
    PHONE = "phone", _("telephone")
    VIDEO = "video", _("video")
    PRESS_CONFERENCE = "press_conference", _("press conference")
    TO_REPORTERS = "to_reporters", _("to reporters")
    INTERVIEW = "interview", _("interview")
    PARLIAMENT = "parliament", _("in parliament")
    SPEECH = "speech", _("speech")
    WRITTEN = "written", _("in writing")
    SOCIAL_MEDIA = "social_media", _("on social media")


FORMATS: dict[str, tuple[str, ...]] = {
    Kind.MEETING: ("bilateral", "summit", "trilateral", "multilateral", "visit", "standing_talk"),
    Kind.CALL: ("phone", "video"),
    Kind.STATEMENT: (
        "press_conference",
        "to_reporters",
        "interview",
        "parliament",
        "speech",
        "written",
        "social_media",
    ),
}


class Topic(PublicModel):
    """What events are about, in a reader's words."""

    slug = models.SlugField(_("slug"), max_length=120, unique=True, help_text=_("Permanent."))
    name = models.CharField(_("name"), max_length=120, unique=True)
    ingested = models.JSONField(null=True, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EventQuerySet(PublicQuerySet):
    def published(self) -> Self:
        """The public slice; nothing else is shown to readers."""
        return self.filter(state=State.PUBLISHED)

    def of_kind(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def overlapping(self, first: date, last: date) -> Self:
        """Events that may have been on one of these days, both inclusive."""
        return self.filter(latest__gte=first, earliest__lte=last)

    def contacts(self) -> Self:
        """What counts as contact: took place, in person or by phone, and not in a crowd."""
        return self.filter(kind__in=(Kind.MEETING, Kind.CALL), occurrence=Occurrence.TOOK_PLACE).exclude(
            format=Format.MULTILATERAL
        )

    def newest_first(self) -> Self:
        return self.order_by("-position", "-id")

    def oldest_first(self) -> Self:
        return self.order_by("position", "id")

    def with_entry(self) -> Self:
        """With everything that an event's own page and files show; a constant number of queries."""
        return self.select_related("country", "initiated_by").prefetch_related(
            Prefetch("participations", Participation.objects.with_people()),
            Prefetch("readouts", Readout.objects.select_related("side", "given_by", "source")),
            "readouts__points",
            Prefetch("citations", Citation.objects.select_related("source")),
        )


class Event(PublicModel):
    """One thing that leaders did, were to do, or did not do: a meeting, a call or a statement.

    Terms: `kind` after PLOVER's modes of consultation, `occurrence` after IPTC's event occurrence status and
    schema.org's EventStatusType, `date` in EDTF (ISO 8601-2). `earliest`, `latest`, `hangs_from` and
    `position` are derived (see `timeline.record`): `position` puts all events in one order, so that one index
    and `position < cursor` page the timeline both ways.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    slug = models.SlugField(
        _("slug"),
        max_length=120,
        unique=True,
        help_text=_("Its permanent address. A former slug goes on to lead here."),
    )
    state = models.CharField(_("record state"), max_length=12, choices=State, default=State.DRAFT, editable=False)
    title = models.CharField(
        _("title"), max_length=300, help_text=_("A sentence with a verb that says what happened, or did not.")
    )
    summary = models.TextField(_("summary"), blank=True, max_length=5000)
    note = models.TextField(
        _("note"),
        blank=True,
        max_length=5000,
        help_text=_("Where sources disagree, or what follows from what."),
    )

    date = EdtfField(
        _("date"), help_text=_("EDTF: 2025-11-25, 2025-11, 2025, 2025-11-22/2025-11-23, 2026-03~ (about).")
    )
    earliest = models.DateField(editable=False)
    latest = models.DateField(editable=False)
    part_of_day = models.CharField(_("part of day"), max_length=12, choices=PartOfDay, blank=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("The IANA time zone that the date is given in, as in Asia/Tokyo."),
    )

    occurrence = models.CharField(_("outcome"), max_length=20, choices=Occurrence, default=Occurrence.TOOK_PLACE)
    format = models.CharField(_("format"), max_length=20, choices=Format, blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True)
    country = models.ForeignKey(
        Country,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("country of the place"),
    )

    duration_minutes = models.PositiveIntegerField(_("duration in minutes"), null=True, blank=True)
    duration_approximate = models.BooleanField(_("duration is approximate"), default=False)
    initiated_by = models.ForeignKey(
        Country,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("initiated by"),
        help_text=_("The side that asked for it."),
    )
    words = models.CharField(
        _("words"), max_length=200, blank=True, help_text=_("A statement's own words, short and exact.")
    )

    topics: "models.ManyToManyField[Topic, Tagging]" = models.ManyToManyField(
        Topic, through="Tagging", related_name="events", verbose_name=_("topics")
    )

    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    # Where the entry went that turned out to be a second one of the same event: its address leads there.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="merged", null=True, editable=False, verbose_name=_("merged into")
    )
    changed_at = models.DateTimeField(_("changed"), editable=False)
    hangs_from = models.ForeignKey("self", models.SET_NULL, related_name="hanging", null=True, editable=False)
    position = models.BigIntegerField(editable=False, default=0)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-position", "-id"]
        # What changes for readers, for whatever kind; Django's own four are each kind's.
        permissions = [
            ("publish_event", "Can publish events"),
            ("withdraw_event", "Can withdraw events"),
            ("merge_event", "Can merge events"),
        ]
        indexes = [
            models.Index(fields=["state", "position", "id"], name="event_timeline"),
            models.Index(fields=["state", "kind", "position", "id"], name="event_timeline_of_kind"),
            models.Index(fields=["state", "occurrence", "position", "id"], name="event_timeline_of_outcome"),
            models.Index(fields=["position", "id"], name="event_desk"),
            models.Index(fields=["kind", "position", "id"], name="event_desk_of_kind"),
            models.Index(fields=["earliest", "latest"], name="event_days"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="event_kind_known"),
            models.CheckConstraint(condition=Q(occurrence__in=Occurrence.values), name="event_occurrence_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="event_state_known"),
            models.CheckConstraint(
                condition=Q(part_of_day="") | Q(part_of_day__in=PartOfDay.values),
                name="event_part_of_day_known",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="event_has_title"),
            models.CheckConstraint(condition=Q(latest__gte=F("earliest")), name="event_latest_after_earliest"),
            models.CheckConstraint(
                condition=Q(format="")
                | Q(kind="meeting", format__in=FORMATS[Kind.MEETING])
                | Q(kind="call", format__in=FORMATS[Kind.CALL])
                | Q(kind="statement", format__in=FORMATS[Kind.STATEMENT]),
                name="event_format_fits_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind="statement")
                | Q(duration_minutes__isnull=True, duration_approximate=False, initiated_by__isnull=True),
                name="event_statement_has_no_duration",
            ),
            models.CheckConstraint(condition=Q(kind="statement") | Q(words=""), name="event_only_statement_has_words"),
            models.CheckConstraint(
                condition=Q(duration_minutes__isnull=True, duration_approximate=False)
                # A comparison with NULL would let the row pass.
                | Q(duration_minutes__isnull=False, duration_minutes__gte=1, duration_minutes__lte=20000),
                name="event_duration_sensible",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | (~Q(withdrawn_reason="") & Q(withdrawn_at__isnull=False)),
                name="event_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | (Q(state="withdrawn") & ~Q(merged_into=F("id"))),
                name="event_merged_is_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])

    def derive(self) -> None:
        """Set the first and the last day from the date; `bulk_create` saves rows without asking."""
        days = edtf.parse(self.date)
        self.earliest, self.latest = days.earliest, days.latest

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Only what readers never saw may go; what was published is withdrawn instead."""
        if self.state != State.DRAFT or self.versions.public().exists():
            raise WriteRefused(f"“{self.title}” has been published: withdraw it, its address must last.")
        return super().delete(*args, **kwargs)

    @property
    def edtf(self) -> edtf.Edtf:
        return edtf.parse(self.date)

    @property
    def took_place(self) -> bool:
        return self.occurrence == Occurrence.TOOK_PLACE

    @property
    def is_contact(self) -> bool:
        """Whether it counts as contact; the same rule as EventQuerySet.contacts()."""
        return self.took_place and self.kind != Kind.STATEMENT and self.format != Format.MULTILATERAL


class KindManager(models.Manager.from_queryset(EventQuerySet)):
    """The events of one kind, for a proxy model."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> EventQuerySet:
        events: EventQuerySet = super().get_queryset().filter(kind=self.kind)
        return events

    def deconstruct(self) -> Any:
        return False, "timeline.models.events.KindManager", None, [self.kind], {}


class Meeting(Event):
    """Leaders in one place, or who were to be (PLOVER: CONSULT in person)."""

    objects = KindManager(Kind.MEETING)

    class Meta:
        proxy = True
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = Kind.MEETING
        super().save(*args, **kwargs)


class Call(Event):
    """Leaders who speak over a distance, by phone or video (PLOVER: CONSULT by phone)."""

    objects = KindManager(Kind.CALL)

    class Meta:
        proxy = True
        verbose_name = _("call")
        verbose_name_plural = _("calls")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = Kind.CALL
        super().save(*args, **kwargs)


class Statement(Event):
    """One leader speaks to the public (PLOVER: MAKE STATEMENT)."""

    objects = KindManager(Kind.STATEMENT)

    class Meta:
        proxy = True
        verbose_name = _("statement")
        verbose_name_plural = _("statements")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = Kind.STATEMENT
        super().save(*args, **kwargs)


class Role(models.TextChoices):
    """What a participant does there."""

    PRINCIPAL = "principal", _("principal")
    HOST = "host", _("host")
    SPEAKER = "speaker", _("speaker")
    ADDRESSEE = "addressee", _("addressee")


ROLES: dict[str, tuple[str, ...]] = {
    Kind.MEETING: ("principal", "host"),
    Kind.CALL: ("principal",),
    Kind.STATEMENT: ("speaker", "addressee"),
}


class ParticipationQuerySet(PublicQuerySet):
    def with_people(self) -> Self:
        """With the country, the leader and the leader's posts."""
        return self.select_related("country", "leader").prefetch_related(
            Prefetch("leader__posts", Post.objects.select_related("country"))
        )


class Participation(PublicModel):
    """Who took part, in what role and for which country that day.

    A delegation without a named leader has a country and a title instead.
    """

    event = models.ForeignKey(Event, models.CASCADE, related_name="participations", verbose_name=_("event"))
    leader = models.ForeignKey(
        Leader,
        models.PROTECT,
        related_name="participations",
        null=True,
        blank=True,
        verbose_name=_("leader"),
        help_text=_("Empty for a delegation without a named leader."),
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.PRINCIPAL)
    country = models.ForeignKey(Country, models.PROTECT, related_name="participations", verbose_name=_("spoke for"))
    title = models.CharField(_("delegation"), max_length=200, blank=True, help_text=_("A delegation's title."))
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="participation_role_known"),
            models.CheckConstraint(
                condition=Q(leader__isnull=False, title="") | (Q(leader__isnull=True) & ~Q(title="")),
                name="participation_is_leader_or_delegation",
            ),
            models.UniqueConstraint(fields=["event", "leader"], name="participation_once_a_leader"),
            models.UniqueConstraint(fields=["event"], condition=Q(role="speaker"), name="participation_one_speaker"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.leader.name if self.leader else self.title

    def post_that_day(self) -> Post | None:
        """The post that the leader held on the day of the event, for the country they spoke for."""
        if self.leader is None:
            return None
        return pick_post(self.leader.posts.all(), self.event.earliest, self.event.latest, self.country_id)


class Tagging(PublicModel):
    """That an event is about a topic, in the order that the editor gave."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="taggings")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="taggings")
    order = models.PositiveSmallIntegerField(default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic of an event")
        verbose_name_plural = _("topics of events")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["event", "topic"], name="tagging_once")]

    def __str__(self) -> str:
        return f"{self.topic_id}"


class Relation(models.TextChoices):
    """How one event stands to another."""

    ABOUT = "about", _("about")
    FOLLOWS_UP = "follows_up", _("follows up")
    REACTS_TO = "reacts_to", _("reacts to")
    ON_MARGINS_OF = "on_margins_of", _("on the margins of")
    PREPARES = "prepares", _("prepares")


class Link(PublicModel):
    """That one event stands in a relation to another, in order; never to itself."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="links", verbose_name=_("event"))
    relation = models.CharField(_("relation"), max_length=20, choices=Relation)
    target = models.ForeignKey(Event, models.PROTECT, related_name="linked_from", verbose_name=_("to the event"))
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(event=F("target")), name="link_not_to_itself"),
            models.CheckConstraint(condition=Q(relation__in=Relation.values), name="link_relation_known"),
            models.UniqueConstraint(fields=["event", "relation", "target"], name="link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()} {self.target_id}"
