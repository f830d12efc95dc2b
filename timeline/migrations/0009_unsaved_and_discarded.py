"""Forms that came too late, drafts that were discarded, and what readers were told of a changed name."""

import secrets

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0008_desk_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Discarded",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(db_index=True)),
                ("kind", models.CharField(max_length=12, verbose_name="kind")),
                ("slug", models.SlugField(max_length=120, verbose_name="slug")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("versions", models.JSONField()),
                ("by_name", models.CharField(blank=True, max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "discarded draft",
                "verbose_name_plural": "discarded drafts",
                "ordering": ["-id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Unsaved",
            fields=[
                (
                    "key",
                    models.CharField(default=secrets.token_urlsafe, max_length=43, primary_key=True, serialize=False),
                ),
                ("address", models.CharField(max_length=500)),
                ("words", models.CharField(max_length=200)),
                ("values", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "unsaved form",
                "ordering": ["-at"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="former",
            name="by_name",
            field=models.CharField(blank=True, default="", max_length=150),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="former",
            name="correction",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="former",
            name="reason",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="former",
            index=models.Index(
                condition=models.Q(("correction", ""), _negated=True), fields=["until", "id"], name="former_corrected"
            ),
        ),
    ]
