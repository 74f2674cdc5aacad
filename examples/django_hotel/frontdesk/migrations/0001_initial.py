"""Made by `manage.py makemigrations`."""

# ruff: noqa: RUF012  as Django writes them

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("refused", models.CharField(blank=True, help_text="why; empty: done", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=128, unique=True)),
                ("guest", models.CharField(max_length=200)),
                ("room", models.CharField(blank=True, max_length=10)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reserved", "Reserved"),
                            ("in_house", "In House"),
                            ("departed", "Departed"),
                            ("cancelled", "Cancelled"),
                            ("no_show", "No Show"),
                        ],
                        max_length=12,
                    ),
                ),
                ("booked_at", models.DateTimeField(db_index=True)),
                ("arrival", models.DateField(db_index=True)),
                ("departure", models.DateField(db_index=True)),
                ("arrived_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("left_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                (
                    "rate",
                    models.CharField(blank=True, help_text="a guarantee policy of autopilot.toml", max_length=128),
                ),
                (
                    "guarantee",
                    models.CharField(blank=True, help_text="empty: what follows from the rate", max_length=16),
                ),
                ("online", models.BooleanField(default=False, help_text="sold by an online travel agency")),
                ("agency", models.CharField(blank=True, max_length=128)),
                ("company", models.CharField(blank=True, max_length=128)),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Folio",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=128)),
                ("opened_at", models.DateTimeField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "closed_with",
                    models.CharField(blank=True, help_text="the document; empty while it is open", max_length=128),
                ),
                ("in_portal", models.BooleanField(default=False, help_text="the guest sees it")),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="folios", to="frontdesk.booking"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.CharField(help_text="revenue group", max_length=128)),
                ("minor", models.BigIntegerField()),
                (
                    "folio",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="charges", to="frontdesk.folio"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("template", models.CharField(max_length=128)),
                ("minor", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mails", to="frontdesk.booking"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minor", models.BigIntegerField()),
                ("method", models.CharField(blank=True, max_length=128)),
                ("reference", models.CharField(blank=True, max_length=128, null=True, unique=True)),
                (
                    "received",
                    models.CharField(blank=True, help_text="what the payment processor calls it", max_length=128),
                ),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("comment", models.TextField(blank=True)),
                (
                    "folio",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="payments", to="frontdesk.folio"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Todo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("channel", models.CharField(blank=True, max_length=128)),
                ("done", models.BooleanField(default=False)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="todos", to="frontdesk.booking"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=128)),
                ("card", models.CharField(help_text="token", max_length=128)),
                ("folio", models.CharField(max_length=128)),
                ("minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("reference", models.CharField(help_text="what the payment processor calls it", max_length=128)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("state", models.CharField(max_length=10)),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="blocks", to="frontdesk.booking"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("booking", "name"), name="block_once")],
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=128)),
                ("label", models.CharField(max_length=40)),
                ("virtual", models.BooleanField(default=False, help_text="an agency's card, not the guest's own")),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cards", to="frontdesk.booking"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("booking", "token"), name="card_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="folio",
            constraint=models.UniqueConstraint(fields=("booking", "number"), name="folio_once"),
        ),
    ]
