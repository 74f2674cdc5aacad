"""Paying with bonus points at the front desk: a quote, and a redemption that is made once by its id."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, SecretStr

from fastapi_hotel.hotel import Hotel
from fastapi_hotel.house import Here
from hotelpay import (
    BonusCard,
    BonusPaymentType,
    Instant,
    Money,
    Points,
    Quote,
    Redeemed,
    UnknownName,
    quote_folio,
    redeem,
)
from hotelpay.documents.outputs import quote_document
from hotelpay.documents.reports import redeemed_document
from hotelpay.texts import identifier

router = APIRouter(prefix="/api")
#: What can name something in both databases, and in hotelpay.
Name = Annotated[str, AfterValidator(lambda text: identifier(text, "name"))]


class Asked(BaseModel):
    """Who wants to pay with points, and what. The card's number is personal: nothing says it again."""

    reservation: Name
    folio: Name
    payment_type: Name
    card: SecretStr

    def bonus_card(self) -> BonusCard:
        return BonusCard(self.card.get_secret_value())


class Redemption(Asked):
    """``redemption`` is the caller's own id for it: asked again, it does nothing twice."""

    redemption: Name
    points: str


@router.post("/quotes")
async def quote(house: Here, asked: Asked) -> dict[str, Any]:
    return quote_document(await house.ask(lambda hotel, _: _quote(hotel, asked)))


@router.post("/redemptions")
async def redemption(house: Here, asked: Redemption) -> JSONResponse:
    """Answer 201 when it is done, 200 when it was done before, 202 while it is on its way, 409 when it is refused."""
    found = await house.ask(lambda hotel, at: _redeem(hotel, at, asked))
    return JSONResponse(redeemed_document(found), _status(found))


def _quote(hotel: Hotel, asked: Asked) -> Quote:
    kind, loyalty = hotel.setup.bonus.payment_type(asked.payment_type), hotel.ports.loyalty
    folios = hotel.stay(asked.reservation).folios
    bill = next((each for each in folios if each.id == asked.folio), None)
    if bill is None or loyalty is None:
        raise UnknownName("folio", asked.folio, "a folio of the reservation", code="unknown_id")
    held = {each.currency_type: each for each in loyalty.balances(asked.bonus_card())}
    points = held.get(kind.currency_type, _points("0", kind))
    whole = sum((each.balance for each in folios if each.currency == bill.currency), Money.zero(bill.currency))
    return quote_folio(hotel.setup.bonus, kind, bill, points, reservation_balance=whole)


def _redeem(hotel: Hotel, at: Instant, asked: Redemption) -> Redeemed:
    return redeem(
        hotel.setup.bonus,
        hotel.ports,
        redemption=asked.redemption,
        reservation=asked.reservation,
        folio=asked.folio,
        payment_type=asked.payment_type,
        card=asked.bonus_card(),
        points=_points(asked.points, hotel.setup.bonus.payment_type(asked.payment_type)),
        at=at,
    )


def _points(amount: str, kind: BonusPaymentType) -> Points:
    return Points.of(amount, kind.currency_type)


def _status(redeemed: Redeemed) -> int:
    if redeemed.settlement is not None and redeemed.settlement.ending is None:
        return 202
    if not redeemed.approved:
        return 409
    return 200 if redeemed.quote is None else 201  # one of this id that was made before was not quoted again
