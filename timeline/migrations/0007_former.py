"""What countries, leaders, topics and sources were until they changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0006_link_checks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Former",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noun", models.CharField(max_length=10)),
                ("key", models.CharField(max_length=120)),
                ("until", models.DateTimeField()),
                ("row", models.JSONField()),
            ],
            options={
                "verbose_name": "former state",
                "constraints": [models.UniqueConstraint(fields=("noun", "key", "until"), name="former_once")],
            },
        ),
    ]
