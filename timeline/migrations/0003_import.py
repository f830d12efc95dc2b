"""How far each JSON Lines file is in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("timeline", "0002_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.CharField(max_length=255, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("offset", models.PositiveBigIntegerField()),
                ("lines", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
            },
        ),
    ]
