"""What a front desk keeps. Nothing here knows hotelpay, but for one table that was added for it: ``Answer``.

Money is stored in minor units (cents), in the currency of its folio: whole numbers add up to the cent in any database.
"""
# ruff: noqa: DJ008  there is no admin that would show them by name

from __future__ import annotations

from django.db import models


class Row(models.Model):
    """Rows are read in the order in which they were added."""

    class Meta:
        abstract = True
        ordering = ("id",)


class Booking(Row):
    """A guest's stay."""

    class Status(models.TextChoices):
        RESERVED = "reserved"
        IN_HOUSE = "in_house"
        DEPARTED = "departed"
        CANCELLED = "cancelled"
        NO_SHOW = "no_show"

    number = models.CharField(max_length=128, unique=True)
    guest = models.CharField(max_length=200)
    room = models.CharField(max_length=10, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices)
    # A cycle asks for ranges of these six, never for all bookings: each of them has an index.
    booked_at = models.DateTimeField(db_index=True)
    arrival = models.DateField(db_index=True)
    departure = models.DateField(db_index=True)
    arrived_at = models.DateTimeField(null=True, blank=True, db_index=True)
    left_at = models.DateTimeField(null=True, blank=True, db_index=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, db_index=True)
    rate = models.CharField(max_length=128, blank=True, help_text="a guarantee policy of autopilot.toml")
    guarantee = models.CharField(max_length=16, blank=True, help_text="empty: what follows from the rate")
    online = models.BooleanField(default=False, help_text="sold by an online travel agency")
    agency = models.CharField(max_length=128, blank=True)
    company = models.CharField(max_length=128, blank=True)


class Card(Row):
    """A card stored at the payment processor: we have its token and what people call it, never its number."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="cards")
    token = models.CharField(max_length=128)
    label = models.CharField(max_length=40)
    virtual = models.BooleanField(default=False, help_text="an agency's card, not the guest's own")

    class Meta(Row.Meta):
        constraints = (models.UniqueConstraint(fields=["booking", "token"], name="card_once"),)


class Folio(Row):
    """A bill of a booking; closed once a document was issued."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="folios")
    number = models.CharField(max_length=128)
    opened_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    closed_with = models.CharField(max_length=128, blank=True, help_text="the document; empty while it is open")
    in_portal = models.BooleanField(default=False, help_text="the guest sees it")

    class Meta(Row.Meta):
        constraints = (models.UniqueConstraint(fields=["booking", "number"], name="folio_once"),)

    @property
    def balance(self) -> int:
        """Payments less charges, in minor units: negative means that the guest owes."""
        return sum(each.minor for each in self.payments.all()) - sum(each.minor for each in self.charges.all())


class Charge(Row):
    """Something sold."""

    folio = models.ForeignKey(Folio, models.CASCADE, related_name="charges")
    group = models.CharField(max_length=128, help_text="revenue group")
    minor = models.BigIntegerField()


class Payment(Row):
    """Money received on a folio; negative where it was given back."""

    folio = models.ForeignKey(Folio, models.CASCADE, related_name="payments")
    minor = models.BigIntegerField()
    method = models.CharField(max_length=128, blank=True)
    #: The key of whoever posted it. The database itself refuses a second payment under one key.
    reference = models.CharField(max_length=128, unique=True, null=True, blank=True)
    received = models.CharField(max_length=128, blank=True, help_text="what the payment processor calls it")
    paid_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)


class Block(Row):
    """An amount blocked on a card (a pre-authorisation); it is no payment."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="blocks")
    name = models.CharField(max_length=128)
    card = models.CharField(max_length=128, help_text="token")
    folio = models.CharField(max_length=128)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=128, help_text="what the payment processor calls it")
    ends_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10)

    class Meta(Row.Meta):
        constraints = (models.UniqueConstraint(fields=["booking", "name"], name="block_once"),)


class Mail(Row):
    """An e-mail to be sent; whatever sends e-mails in this house fills ``sent_at`` in."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="mails")
    template = models.CharField(max_length=128)
    minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)


class Todo(Row):
    """A note to the staff."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="todos")
    text = models.TextField()
    channel = models.CharField(max_length=128, blank=True)
    done = models.BooleanField(default=False)


class Answer(models.Model):
    """What hotelpay was answered to a call, by the call's key: a repeat is answered the same and does nothing."""

    key = models.CharField(max_length=64, primary_key=True)
    refused = models.CharField(max_length=40, blank=True, help_text="why; empty: done")
