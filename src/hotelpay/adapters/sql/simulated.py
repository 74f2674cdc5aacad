"""Made-up processors with books of their own, for trying things out and for tests: no money moves anywhere.

They behave like real ones: calls are answered once by their key, a repeat gets the first answer, an answer may get
lost on the way. Which calls go wrong is decided by a hash of the key, so the same run goes wrong in the same way.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Context, Decimal
from typing import Any, Final

import attrs
from sqlalchemy import Connection, Engine, func, select

from hotelpay.adapters.sql.connections import Clock, checked, insert_or_update, now, reading, writing
from hotelpay.adapters.sql.journal import compact
from hotelpay.adapters.sql.schema import simulated_amounts, simulated_calls, simulated_wallets
from hotelpay.documents.settlements import result_document, result_from
from hotelpay.errors import InvalidValue
from hotelpay.moments import HOUR, Instant
from hotelpay.money import Currency, Money
from hotelpay.points import BonusCard, Points
from hotelpay.settlement.effects import GatewayEffect, LoyaltyEffect
from hotelpay.settlement.outcome import Approved, Declined, MoneyOutcome, NotAttempted, Unknown
from hotelpay.settlement.stepper import Promises
from hotelpay.texts import identifier, whole_number

KEY_MEMORY_HOURS: Final = 24
BLOCKED_HOURS: Final = 7 * 24
_GATEWAY: Final = "gateway"
_LOYALTY: Final = "loyalty"
#: A reference is letters only: a row of digits in it could be taken for a card's number.
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_EXACT: Final = Context(prec=60)
_KNOCKED: Final = None


@attrs.frozen
class _Stored:
    """An amount (or points) that was taken or set aside under a reference."""

    card: str
    amount: Decimal
    unit: str
    state: str
    expires_at: Instant | None = None


@attrs.frozen(eq=False)
class _Books:
    """The books of one made-up processor, within one transaction."""

    connection: Connection
    hotel: str
    system: str
    at: Instant

    def call(self, key: str) -> Any:  # noqa: ANN401  a row of the table
        """Return what is known of a key, None where nothing is."""
        table = simulated_calls.c
        query = select(simulated_calls).where(table.hotel == self.hotel, table.system == self.system, table.key == key)
        return self.connection.execute(query.with_for_update()).first()

    def write(self, key: str, call: str, asked: str, answer: MoneyOutcome | None) -> None:
        """Keep what was answered to a key; None: it has knocked and was not heard."""
        row = {
            "hotel": self.hotel,
            "system": self.system,
            "key": key,
            "call": call,
            "asked": asked,
            "reference": answer.reference if isinstance(answer, Approved) else None,
            "answer": None if answer is None else compact(result_document(answer)),
            "at": self.at,
        }
        insert_or_update(self.connection, simulated_calls, [row])

    def amount(self, reference: str) -> _Stored | None:
        """Return what stands under a reference."""
        table = simulated_amounts.c
        same = (table.hotel == self.hotel, table.system == self.system, table.reference == reference)
        row = self.connection.execute(select(simulated_amounts).where(*same).with_for_update()).first()
        if row is None:
            return None
        expires_at = None if row.expires_at is None else Instant(row.expires_at)
        return _Stored(row.card, Decimal(row.amount), row.unit, row.state, expires_at)

    def set_amount(self, reference: str, stored: _Stored) -> None:
        """Keep what stands under a reference."""
        row = {"hotel": self.hotel, "system": self.system, "reference": reference, **attrs.asdict(stored)}
        insert_or_update(self.connection, simulated_amounts, [row | {"amount": str(stored.amount)}])

    def wallet(self, card: str, currency_type: str) -> Decimal | None:
        """Return what a card holds of one currency type."""
        table = simulated_wallets.c
        same = (table.hotel == self.hotel, table.card == card, table.currency_type == currency_type)
        found = self.connection.execute(select(table.amount).where(*same).with_for_update()).scalar()
        return None if found is None else Decimal(found)

    def set_wallet(self, card: str, currency_type: str, amount: Decimal) -> None:
        """Keep what a card holds of one currency type."""
        row = {"hotel": self.hotel, "card": card, "currency_type": currency_type, "amount": str(amount)}
        insert_or_update(self.connection, simulated_wallets, [row])


def _reference(key: str) -> str:
    return "sim-" + hashlib.sha256(key.encode()).hexdigest()[:24].translate(_LETTERS)


def _answer_of(row: Any) -> MoneyOutcome | None:  # noqa: ANN401  a row of the table
    """Return the answer in the books; None where the call never reached them."""
    if row is None or row.answer is None:
        return None
    found = result_from(json.loads(row.answer))
    return found if isinstance(found, Approved | Declined | NotAttempted | Unknown) else None


#: What the books make of a call that reaches them.
_Act = Callable[[_Books], Approved | Declined]


@attrs.frozen(eq=False, kw_only=True)
class _Faults:
    """How many of a hundred calls go wrong, and how; which ones depends on their keys alone."""

    declines: int = 0
    timeouts: int = 0
    lost_replies: int = 0
    unreachable: int = 0

    def __attrs_post_init__(self) -> None:
        for field in attrs.fields(_Faults):
            whole_number(getattr(self, field.name), field.name, 0, 100)
        whole_number(sum(attrs.astuple(self)), "faults", 0, 100)

    def of(self, key: str) -> str | None:
        """Return what goes wrong with a call, None where nothing does."""
        place = int(hashlib.sha256(f"fault {key}".encode()).hexdigest()[:8], 16) % 100
        for field in attrs.fields(_Faults):
            place -= getattr(self, field.name)
            if place < 0:
                return field.name
        return None


@attrs.frozen(eq=False)
class SqlGateway:
    """A made-up payment processor (:class:`~hotelpay.ports.PaymentGateway`).

    Of a hundred keys, ``declines`` are declined (``card_declined``). Of the others only the first call goes wrong: of
    ``timeouts`` it is lost on its way and unknown, of ``lost_replies`` its answer is lost after the books have it, and
    ``unreachable`` ones are turned away. A blocked amount ends after seven days. Its tables are the part ``simulated``.
    """

    engine: Engine = attrs.field(repr=False)
    hotel: str
    declines: int = attrs.field(default=0, kw_only=True)
    timeouts: int = attrs.field(default=0, kw_only=True)
    lost_replies: int = attrs.field(default=0, kw_only=True)
    unreachable: int = attrs.field(default=0, kw_only=True)
    grace_seconds: int = attrs.field(default=0, kw_only=True)
    clock: Clock | None = attrs.field(default=None, kw_only=True, repr=False)
    _faults: _Faults = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        checked(self.engine)
        identifier(self.hotel, "hotel")
        faults = _Faults(
            declines=self.declines,
            timeouts=self.timeouts,
            lost_replies=self.lost_replies,
            unreachable=self.unreachable,
        )
        object.__setattr__(self, "_faults", faults)

    @property
    def promises(self) -> Promises:
        """Keys are remembered for a day, and can be asked about."""
        return Promises(key_memory_hours=KEY_MEMORY_HOURS, can_look_up=True, grace_seconds=self.grace_seconds)

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Take an amount from a stored card."""
        return self._called(key, "charge", f"{card} {amount}", lambda _: Approved(amount, _reference(key)))

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Block an amount for seven days."""

        def block(books: _Books) -> Approved:
            expires_at = Instant(books.at + BLOCKED_HOURS * HOUR)
            stored = _Stored(card, Decimal(amount.minor), amount.currency.code, "held", expires_at)
            books.set_amount(_reference(key), stored)
            return Approved(amount, _reference(key), expires_at)

        return self._called(key, "preauthorize", f"{card} {amount}", block)

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        """Take at most the blocked amount; the rest is given back."""

        def take(books: _Books) -> Approved | Declined:
            stored = _held(books, reference)
            if isinstance(stored, Declined):
                return stored
            if stored.unit != amount.currency.code or amount.minor > stored.amount:
                return Declined("amount_too_large", "more than is blocked")
            books.set_amount(reference, attrs.evolve(stored, amount=Decimal(amount.minor), state="captured"))
            return Approved(amount, _reference(key))

        return self._called(key, "capture", f"{reference} {amount}", take)

    def release(self, key: str, reference: str) -> MoneyOutcome:
        """Give a blocked amount back."""

        def give_back(books: _Books) -> Approved | Declined:
            stored = _held(books, reference)
            if isinstance(stored, Declined):
                return stored
            books.set_amount(reference, attrs.evolve(stored, state="released"))
            return Approved(Money(int(stored.amount), Currency.of(stored.unit)), reference)

        return self._called(key, "release", reference, give_back)

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        """Return what became of the call with this key, or None where it never reached the books."""
        return _looked_up(self.engine, self.hotel, _GATEWAY, effect.call.key)

    def keys_of(self, call: str) -> Sequence[str]:
        """Return the keys of all calls of a kind (``charge``, ``capture`` …) that are in the books."""
        table = simulated_calls.c
        query = select(table.key).where(
            table.hotel == self.hotel, table.system == _GATEWAY, table.call == call, table.answer.is_not(None)
        )
        with reading(self.engine) as connection:
            return [str(key) for key in connection.execute(query).scalars()]

    def taken(self) -> Mapping[Currency, Money]:
        """Return what was taken from cards in all, charged or captured, by currency."""
        sums: Counter[Currency] = Counter()
        table = simulated_calls.c
        query = select(table.answer).where(
            table.hotel == self.hotel, table.system == _GATEWAY, table.call.in_(("charge", "capture"))
        )
        with reading(self.engine) as connection:
            for answer in connection.execute(query.where(table.answer.is_not(None))).scalars():
                found = result_from(json.loads(answer))
                if isinstance(found, Approved) and isinstance(found.amount, Money):
                    sums[found.amount.currency] += found.amount.minor
        return {currency: Money(minor, currency) for currency, minor in sums.items()}

    def _called(self, key: str, call: str, asked: str, act: _Act) -> MoneyOutcome:
        with _books(self.engine, self.hotel, _GATEWAY, self.clock) as books:
            before = books.call(key)
            _same_call(before, call, asked)
            answered = _answer_of(before)
            if answered is not None:
                return answered
            fault = self._faults.of(key)
            if fault in ("unreachable", "timeouts") and before is None:
                books.write(key, call, asked, _KNOCKED)
                lost = fault == "timeouts"
                return Unknown("no answer in time") if lost else NotAttempted("the connection was refused")
            answer = Declined("card_declined", "the card was declined") if fault == "declines" else act(books)
            books.write(key, call, asked, answer)
            return Unknown("the connection was lost") if fault == "lost_replies" else answer


@attrs.frozen(eq=False)
class SqlLoyalty:
    """A made-up loyalty system (:class:`~hotelpay.ports.LoyaltyProcessor`): cards with a wallet a currency type.

    ``can_hold`` lets points be set aside before they are taken. Its tables are the part ``simulated``.
    """

    engine: Engine = attrs.field(repr=False)
    hotel: str
    can_hold: bool = attrs.field(default=False, kw_only=True)
    grace_seconds: int = attrs.field(default=0, kw_only=True)
    clock: Clock | None = attrs.field(default=None, kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        checked(self.engine)
        identifier(self.hotel, "hotel")

    @property
    def promises(self) -> Promises:
        """Keys are remembered for a day, and can be asked about."""
        return Promises(key_memory_hours=KEY_MEMORY_HOURS, can_look_up=True, grace_seconds=self.grace_seconds)

    def set_balance(self, card: BonusCard, points: Points) -> None:
        """Let a card hold so many points of their currency type."""
        with self._books() as books:
            books.set_wallet(_hidden(card), points.currency_type, points.amount)

    def balances(self, card: BonusCard) -> Sequence[Points]:
        """Return what a card holds, one quantity for each currency type."""
        table = simulated_wallets.c
        query = select(simulated_wallets).where(table.hotel == self.hotel, table.card == _hidden(card))
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(table.currency_type)).all()
        return tuple(Points(Decimal(row.amount), row.currency_type) for row in rows)

    def debit(self, key: str, card: BonusCard, points: Points) -> MoneyOutcome:
        """Take points from a card."""
        return self._called(key, "debit", f"{_hidden(card)} {points}", self._taking(key, card, points, "taken"))

    def hold(self, key: str, card: BonusCard, points: Points) -> MoneyOutcome:
        """Set points aside."""
        return self._called(key, "hold", f"{_hidden(card)} {points}", self._taking(key, card, points, "held"))

    def refund(self, key: str, card: BonusCard, points: Points, *, debit: str) -> MoneyOutcome:
        """Return points to the wallet that a debit took them from, in all never more than it took."""

        def give_back(books: _Books) -> Approved | Declined:
            taken = books.amount(debit)
            if taken is None or taken.state != "taken" or taken.unit != points.currency_type:
                return Declined("unknown_reference")
            if points.amount > taken.amount:
                return Declined("more_than_debited")
            left = _EXACT.subtract(taken.amount, points.amount)
            books.set_amount(debit, attrs.evolve(taken, amount=left))
            _add(books, taken.card, points.currency_type, points.amount)
            return Approved(points, _reference(key))

        return self._called(key, "refund", f"{_hidden(card)} {points} {debit}", give_back)

    def commit(self, key: str, hold: str, points: Points) -> MoneyOutcome:
        """Take points that were set aside; the reference of the hold becomes that of the debit."""

        def take(books: _Books) -> Approved | Declined:
            stored = _held(books, hold)
            if isinstance(stored, Declined):
                return stored
            if (stored.unit, stored.amount) != (points.currency_type, points.amount):
                return Declined("other_points")
            books.set_amount(hold, attrs.evolve(stored, state="taken"))
            return Approved(points, hold)

        return self._called(key, "commit", f"{hold} {points}", take)

    def cancel(self, key: str, hold: str, points: Points) -> MoneyOutcome:
        """Let points go that were set aside."""

        def let_go(books: _Books) -> Approved | Declined:
            stored = _held(books, hold)
            if isinstance(stored, Declined):
                return stored
            books.set_amount(hold, attrs.evolve(stored, state="released"))
            _add(books, stored.card, stored.unit, stored.amount)
            return Approved(Points(stored.amount, stored.unit), hold)

        return self._called(key, "cancel", f"{hold} {points}", let_go)

    def look_up(self, effect: LoyaltyEffect) -> MoneyOutcome | None:
        """Return what became of the call with this key, or None where it never reached the books."""
        return _looked_up(self.engine, self.hotel, _LOYALTY, effect.call.key)

    def _books(self) -> Any:  # noqa: ANN401  a context manager
        return _books(self.engine, self.hotel, _LOYALTY, self.clock)

    def _called(self, key: str, call: str, asked: str, act: _Act) -> MoneyOutcome:
        with _books(self.engine, self.hotel, _LOYALTY, self.clock) as books:
            before = books.call(key)
            _same_call(before, call, asked)
            answer = _answer_of(before)
            if answer is None:
                answer = act(books)
                books.write(key, call, asked, answer)
            return answer

    def _taking(self, key: str, card: BonusCard, points: Points, state: str) -> _Act:
        def take(books: _Books) -> Approved | Declined:
            held = books.wallet(_hidden(card), points.currency_type)
            if held is None:
                return Declined("unknown_card")
            if points.amount > held:
                return Declined("insufficient_points")
            left = _EXACT.subtract(held, points.amount)
            books.set_wallet(_hidden(card), points.currency_type, left)
            books.set_amount(_reference(key), _Stored(_hidden(card), points.amount, points.currency_type, state))
            return Approved(points, _reference(key))

        return take


def _hidden(card: BonusCard) -> str:
    """Return what stands for a card's number, which is personal, in the books."""
    return hashlib.sha256(f"card {card.number}".encode()).hexdigest()


def _add(books: _Books, card: str, currency_type: str, amount: Decimal) -> None:
    held = books.wallet(card, currency_type) or Decimal(0)
    books.set_wallet(card, currency_type, _EXACT.add(held, amount))


def _held(books: _Books, reference: str) -> _Stored | Declined:
    """Return what is set aside under a reference, or why it cannot be touched."""
    stored = books.amount(reference)
    if stored is None:
        return Declined("unknown_reference")
    if stored.state != "held":
        return Declined(f"already_{stored.state}")
    if stored.expires_at is not None and books.at >= stored.expires_at:
        return Declined("expired", "the processor has given it back by itself")
    return stored


def _same_call(before: Any, call: str, asked: str) -> None:  # noqa: ANN401  a row of the table
    if before is not None and (before.call, before.asked) != (call, asked):
        raise InvalidValue("key", before.key, "a key that was not used for another call", code="key_reused")


def _looked_up(engine: Engine, hotel: str, system: str, key: str) -> MoneyOutcome | None:
    table = simulated_calls.c
    query = select(simulated_calls).where(table.hotel == hotel, table.system == system, table.key == key)
    with reading(engine) as connection:
        return _answer_of(connection.execute(query).first())


@contextmanager
def _books(engine: Engine, hotel: str, system: str, clock: Clock | None) -> Iterator[_Books]:
    """Open the books of a made-up processor; on PostgreSQL one call at a time, as SQLite has it anyway."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            name = func.hashtext(f"hotelpay simulated {system} {hotel}")
            connection.execute(select(func.pg_advisory_xact_lock(name)))
        yield _Books(connection, hotel, system, now(connection, clock))
