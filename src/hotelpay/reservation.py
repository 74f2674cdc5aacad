"""A reservation as the PMS hands it in: an immutable snapshot of status, dates, cards and folios."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, TypeAlias

import attrs

from hotelpay.errors import InvalidValue, WrongType
from hotelpay.folio import Folio
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import Instant, calendar_date, instant, optional_instant
from hotelpay.money import Money
from hotelpay.texts import all_different, card_token, choice, every, identifier, switch

#: A task's id and a reservation's id.
Pair: TypeAlias = tuple[str, str]


class ReservationStatus(enum.Enum):
    """Where a reservation stands."""

    EXPECTED = "expected"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class CardKind(enum.Enum):
    """Whose card it is: the guest's own, or a virtual one of an online travel agency."""

    GUEST = "guest"
    OTA = "ota"


class CardClass(enum.Enum):
    """Which cards a reservation has; exactly one class holds for each reservation (AP-CARDS)."""

    NONE = "none"
    GUEST_ONLY = "guest_only"
    OTA_ONLY = "ota_only"
    GUEST_AND_OTA = "guest_and_ota"


class PreAuthorizationState(enum.Enum):
    """What became of a blocked amount."""

    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"


@attrs.frozen
class Card:
    """A stored (tokenised) payment card; an ``id`` that looks like a card's own number is refused."""

    id: str
    kind: CardKind

    def __attrs_post_init__(self) -> None:
        card_token(self.id, "id")
        choice(self.kind, CardKind, "kind")


@attrs.frozen(kw_only=True)
class PreAuthorization:
    """An amount blocked on a card, to be captured or released; it is not a payment.

    ``expires_at`` is when the payment processor gives the amount back by itself.
    """

    id: str
    card: str
    folio: str
    amount: Money
    reference: str
    expires_at: Instant | None = attrs.field(default=None, converter=optional_instant)
    state: PreAuthorizationState = PreAuthorizationState.HELD

    def __attrs_post_init__(self) -> None:
        identifier(self.id, "id")
        card_token(self.card, "card")
        identifier(self.folio, "folio")
        identifier(self.reference, "reference")
        choice(self.state, PreAuthorizationState, "state")
        if type(self.amount) is not Money:
            raise WrongType("amount", self.amount, "Money")
        if self.amount.minor < 0:
            raise InvalidValue("amount", self.amount.text, "zero or more", code="negative_amount")


#: The instant that a status is worth nothing without.
_INSTANT_OF_STATUS: Final = (
    (ReservationStatus.CHECKED_IN, "checked_in_at"),
    (ReservationStatus.CHECKED_OUT, "checked_out_at"),
    (ReservationStatus.CANCELLED, "cancelled_at"),
)


def _cards(items: Iterable[Card]) -> tuple[Card, ...]:
    return tuple(items)


def _folios(items: Iterable[Folio]) -> tuple[Folio, ...]:
    return tuple(items)


def _preauthorizations(items: Iterable[PreAuthorization]) -> tuple[PreAuthorization, ...]:
    return tuple(items)


@attrs.frozen(kw_only=True)
class Reservation:
    """One booking.

    Instants may be given as aware datetimes and are kept as UTC seconds (:data:`~hotelpay.moments.Instant`);
    ``arrival`` and ``departure`` are dates on the hotel's clock. ``cards`` stand in the order in which they
    were added. A missing ``guarantee_status`` is derived from the policy. ``extra`` is carried through and
    never read.

    Raises :class:`~hotelpay.errors.InvalidValue` where departure is before arrival, where a status lacks
    its instant (a checked-in reservation its ``checked_in_at`` …), and where an id stands twice.
    """

    id: str
    status: ReservationStatus
    created_at: Instant = attrs.field(converter=instant)
    arrival: date
    departure: date
    checked_in_at: Instant | None = attrs.field(default=None, converter=optional_instant)
    checked_out_at: Instant | None = attrs.field(default=None, converter=optional_instant)
    cancelled_at: Instant | None = attrs.field(default=None, converter=optional_instant)
    no_show_at: Instant | None = attrs.field(default=None, converter=optional_instant)
    guarantee_status: GuaranteeStatus | None = None
    guarantee_policy: str | None = None
    ota: bool = False
    company: str | None = None
    agent: str | None = None
    cards: tuple[Card, ...] = attrs.field(default=(), converter=_cards)
    folios: tuple[Folio, ...] = attrs.field(default=(), converter=_folios)
    preauthorizations: tuple[PreAuthorization, ...] = attrs.field(default=(), converter=_preauthorizations)
    extra: Mapping[str, object] | None = attrs.field(default=None, repr=False, hash=False)

    def __attrs_post_init__(self) -> None:
        identifier(self.id, "id")
        choice(self.status, ReservationStatus, "status")
        switch(self.ota, "ota")
        if self.guarantee_status is not None:
            choice(self.guarantee_status, GuaranteeStatus, "guarantee_status")
        if self.guarantee_policy is not None:
            identifier(self.guarantee_policy, "guarantee_policy")
        if self.company is not None:
            identifier(self.company, "company")
        if self.agent is not None:
            identifier(self.agent, "agent")
        if calendar_date(self.departure, "departure") < calendar_date(self.arrival, "arrival"):
            raise InvalidValue(
                "departure", self.departure, f"on or after the arrival, {self.arrival}", code="departure_before_arrival"
            )
        self._check_status_instant()
        if self.cards:
            every(self.cards, Card, "cards")
            all_different([card.id for card in self.cards], "cards")
        if self.folios:
            every(self.folios, Folio, "folios")
            all_different([folio.id for folio in self.folios], "folios")
        if self.preauthorizations:
            every(self.preauthorizations, PreAuthorization, "preauthorizations")
            all_different([held.id for held in self.preauthorizations], "preauthorizations")

    def _check_status_instant(self) -> None:
        for status, field in _INSTANT_OF_STATUS:
            if self.status is status and getattr(self, field) is None:
                raise InvalidValue(
                    field, None, f"an instant, which {status.value} needs", code="status_without_instant"
                )

    @property
    def nights(self) -> int:
        """The nights of the stay; day use counts as one (AP-CHARGES-DAYUSE)."""
        return (self.departure - self.arrival).days or 1

    @property
    def card_class(self) -> CardClass:
        """Which of the four classes of cards this reservation has."""
        if not self.cards:
            return CardClass.NONE
        kind = self.cards[0].kind
        for card in self.cards:
            if card.kind is not kind:
                return CardClass.GUEST_AND_OTA
        return CardClass.GUEST_ONLY if kind is CardKind.GUEST else CardClass.OTA_ONLY

    def last_card(self, kind: CardKind | None = None) -> Card | None:
        """Return the card that was added last, of one kind or of any, or None."""
        for card in reversed(self.cards):
            if kind is None or card.kind is kind:
                return card
        return None
