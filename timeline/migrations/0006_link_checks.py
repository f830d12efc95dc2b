"""Checks of sources' addresses, the three permissions beside Django's own, and the table of attempts to sign in."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ATTEMPTS = "timeline_attempts"  # as the settings' default cache has it


def make_attempts(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", ATTEMPTS, database=editor.connection.alias, verbosity=0)


def drop_attempts(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(f"DROP TABLE IF EXISTS {ATTEMPTS}")


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0005_article"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="event",
            options={
                "ordering": ["-position", "-id"],
                "permissions": [
                    ("publish_event", "Can publish events"),
                    ("withdraw_event", "Can withdraw events"),
                    ("merge_event", "Can merge events"),
                ],
                "verbose_name": "event",
                "verbose_name_plural": "events",
            },
        ),
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="link_check",
                        serialize=False,
                        to="timeline.source",
                    ),
                ),
                ("url", models.CharField(max_length=2000)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("fine", "resolves"),
                            ("unclear", "answers, but not to a program"),
                            ("failing", "no longer resolves"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("failing_since", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "check of an address",
                "verbose_name_plural": "checks of addresses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["fine", "unclear", "failing"])),
                        name="link_check_outcome_known",
                    )
                ],
            },
        ),
        migrations.RunPython(make_attempts, drop_attempts, elidable=False),
    ]
