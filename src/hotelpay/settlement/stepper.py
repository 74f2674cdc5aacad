"""What a worker does next with a settlement: state → request → answer → state, without input or output.

A :class:`Progress` is asked for its next :attr:`~Progress.request` and told the answer. Who drives it (a loop, an
async host, a test that dies in the middle) decides nothing: the order of records and calls is settled here.

* Nothing is sent before its ``Sending`` entry is saved, and that save succeeds only under a lease still running.
* An answer is saved before the next call is made.
* What may have been sent is looked up; it is sent again only under the same key and only while the other side
  still remembers keys; else a person is called.
"""

from __future__ import annotations

from typing import Final, TypeAlias, assert_never

import attrs

from hotelpay.moments import HOUR, Instant
from hotelpay.settlement.effects import BookEffect, Effect, FollowUp, GatewayEffect, MoneyEffect
from hotelpay.settlement.journal import (
    Completed,
    PersonNeeded,
    Recorded,
    Sending,
    Settlement,
    SettlementEvent,
    is_definite,
)
from hotelpay.settlement.outcome import Ending, Failed, NotAttempted, Result, TooLate, Unknown
from hotelpay.texts import switch, whole_number

#: How long something inside the hotel may fail before a person hears of it, in seconds.
PATIENCE: Final = HOUR
_MOST_HOURS: Final = 1_000_000
_MOST_SECONDS: Final = 86_400


@attrs.frozen(kw_only=True)
class Promises:
    """What the other side promises about the keys of calls; no more is relied on.

    ``key_memory_hours``: how long it remembers a key and answers a repeat with the first answer; 0 where it does
    not, None where it never forgets. ``can_look_up``: whether it can be asked what became of a key.
    ``grace_seconds``: how long a call whose answer was lost may still be on its way.
    """

    key_memory_hours: int | None
    can_look_up: bool
    grace_seconds: int = 120

    def __attrs_post_init__(self) -> None:
        if self.key_memory_hours is not None:
            whole_number(self.key_memory_hours, "key_memory_hours", 0, _MOST_HOURS)
        switch(self.can_look_up, "can_look_up")
        whole_number(self.grace_seconds, "grace_seconds", 0, _MOST_SECONDS)

    def still_remembers(self, since: Instant, at: Instant) -> bool:
        """Tell whether a key first sent at ``since`` is certainly still known at ``at``."""
        return self.key_memory_hours is None or at < since + self.key_memory_hours * HOUR


@attrs.frozen(kw_only=True)
class Terms:
    """Under what a worker carries a settlement on.

    ``at`` is hotel time, the cycle's own instant. ``lease_seconds`` is how long a worker may take between the
    record before a call and the call itself. ``gateway`` and ``loyalty`` are what the two promise, None where this
    worker cannot reach them: then it neither looks up nor sends, and calls no person for want of an answer.
    """

    at: Instant
    lease_seconds: int
    gateway: Promises | None = None
    loyalty: Promises | None = None

    def promises_for(self, effect: MoneyEffect) -> Promises | None:
        """Return what the other side of an effect promises."""
        return self.gateway if isinstance(effect, GatewayEffect) else self.loyalty


# What a worker is asked to do.


@attrs.frozen
class Save:
    """Append these events under the claim's epoch; answer with the ledger's time, or None where the lease is lost."""

    events: tuple[SettlementEvent, ...]


@attrs.frozen
class Perform:
    """Make this call; answer with its result."""

    effect: Effect


@attrs.frozen
class LookUp:
    """Ask the other side what became of this call; answer with its result, None where it does not know the key."""

    effect: MoneyEffect


Request: TypeAlias = Save | Perform | LookUp
#: The answer to a request: the ledger's time for a ``Save``, a result for the others, None as each of them says.
Answer: TypeAlias = Instant | Result | None


@attrs.frozen(kw_only=True)
class Progress:
    """One worker's visit to a settlement.

    ``settlement`` is the state, ``now`` the ledger's time when it was last heard of. When ``request`` is None the
    visit is over: the settlement has ended, or rests until somebody visits it again, or the lease is ``lost``.
    """

    settlement: Settlement
    terms: Terms
    now: Instant
    lost: bool = False
    trouble: str | None = None
    """What kept this visit from ending the settlement: which port, and what it said."""
    _unsaved: tuple[SettlementEvent, ...] = ()
    _announced: str | None = None
    _tried: frozenset[str] = frozenset()
    _looked_up: frozenset[str] = frozenset()

    @property
    def request(self) -> Request | None:
        """What to do next."""
        if self.lost:
            return None
        step = self._step()
        announcement = self._announcement(step)
        if self._unsaved or announcement:
            return Save((*self._unsaved, *announcement))
        return step

    def after(self, answer: Answer) -> Progress:
        """Return the progress after the request was answered."""
        request = self.request
        match request:
            case Save(events):
                return self._saved(events, answer)
            case Perform(effect):
                return self._answered(effect, _as_result(answer))
            case LookUp(effect):
                looked_up = attrs.evolve(self, looked_up=self._looked_up | {effect.call.purpose})
                result = _as_result(answer) if answer is not None else None
                if result is None or not is_definite(result):
                    return attrs.evolve(looked_up, trouble=_trouble(result) or looked_up.trouble).with_what_follows()
                return looked_up.noting(Recorded(effect.call.purpose, result)).with_what_follows()
            case None:
                raise RuntimeError("nothing was asked")
            case _:
                assert_never(request)

    @classmethod
    def begin(cls, settlement: Settlement, *, now: Instant, terms: Terms) -> Progress:
        """Begin a visit to a settlement that was just claimed or taken over."""
        return cls(settlement=settlement, terms=terms, now=now).with_what_follows()

    def _saved(self, events: tuple[SettlementEvent, ...], answer: Answer) -> Progress:
        if answer is None:
            return attrs.evolve(self, lost=True)
        if not isinstance(answer, int):
            raise TypeError("a save is answered with the ledger's time")
        last = events[-1]
        if not isinstance(last, Sending):
            return attrs.evolve(self, now=answer, unsaved=())
        settlement = self.settlement.after(last, answer)
        return attrs.evolve(self, settlement=settlement, now=answer, unsaved=(), announced=last.purpose)

    def _answered(self, effect: Effect, result: Result) -> Progress:
        purpose = effect.call.purpose
        told = self
        if not isinstance(result, Failed):  # a step inside that failed is simply tried again
            told = self.noting(Recorded(purpose, result))
        return attrs.evolve(
            told, tried=self._tried | {purpose}, announced=None, trouble=_trouble(result) or self.trouble
        ).with_what_follows()

    def noting(self, event: SettlementEvent) -> Progress:
        """Return the progress with one more event, which the next save writes."""
        return attrs.evolve(self, settlement=self.settlement.after(event, self.now), unsaved=(*self._unsaved, event))

    def with_what_follows(self) -> Progress:
        """Note everything that follows without any call: a time that is over, a person called, the end."""
        progress = self
        while (event := progress._next_note()) is not None:
            progress = progress.noting(event)
        return progress

    def _announcement(self, step: Perform | LookUp | None) -> tuple[SettlementEvent, ...]:
        """Return the ``Sending`` that has to be saved before a call that moves money."""
        if not isinstance(step, Perform) or not isinstance(step.effect, MoneyEffect):
            return ()
        purpose = step.effect.call.purpose
        return () if self._announced == purpose else (Sending(purpose),)

    # The rules.

    def _next_note(self) -> SettlementEvent | None:
        settlement = self.settlement
        if settlement.ending is not None:
            return None
        effect = settlement.intent.next_effect(settlement.results)
        if isinstance(effect, Ending):
            return Completed(effect)
        if isinstance(effect, MoneyEffect):
            return self._note_on_money(effect)
        return None if isinstance(effect, FollowUp) else self._note_on_book(effect)

    def _note_on_money(self, effect: MoneyEffect) -> SettlementEvent | None:
        purpose = effect.call.purpose
        since = self.settlement.maybe_sent_since(purpose)
        if since is None:
            over = effect.until is not None and self.terms.at >= effect.until
            return Recorded(purpose, TooLate()) if over else None
        promises = self.terms.promises_for(effect)
        if promises is None or self._announced == purpose or self.settlement.person is not None:
            return None
        if self._may_look_up(effect, promises) or self._may_send_again(promises, since):
            return None
        why = "its outcome is unknown, and the other side no longer remembers the key: look there before anything else"
        return PersonNeeded("unknown_outcome", f"{purpose}: {why}")

    def _note_on_book(self, effect: BookEffect) -> SettlementEvent | None:
        purpose = effect.call.purpose
        waited = self.now - self.settlement.claimed_at
        if purpose not in self._tried or self.settlement.person is not None or waited < PATIENCE:
            return None
        return PersonNeeded("not_posted", f"{purpose}: {self.trouble}")

    def _step(self) -> Perform | LookUp | None:
        settlement = self.settlement
        effect = settlement.ending or settlement.intent.next_effect(settlement.results)
        if isinstance(effect, Ending):
            return None
        if not isinstance(effect, MoneyEffect):
            return None if effect.call.purpose in self._tried else Perform(effect)
        return self._money_step(effect)

    def _money_step(self, effect: MoneyEffect) -> Perform | LookUp | None:
        purpose = effect.call.purpose
        if self._announced == purpose:
            return Perform(effect)
        since = self.settlement.maybe_sent_since(purpose)
        if since is None:
            return None if purpose in self._tried else Perform(effect)
        promises = self.terms.promises_for(effect)
        if promises is None:
            return None
        if self._may_look_up(effect, promises):
            return LookUp(effect)
        again = purpose not in self._tried and self._may_send_again(promises, since)
        return Perform(effect) if again and self._grace_is_over(effect, promises) else None

    def _may_look_up(self, effect: MoneyEffect, promises: Promises) -> bool:
        return promises.can_look_up and effect.call.purpose not in self._looked_up

    def _may_send_again(self, promises: Promises, since: Instant) -> bool:
        """Tell whether the other side certainly still knows the key when the call reaches it."""
        return promises.still_remembers(since, Instant(self.now + self.terms.lease_seconds))

    def _grace_is_over(self, effect: MoneyEffect, promises: Promises) -> bool:
        last = self.settlement.last_sent_at(effect.call.purpose)
        return not promises.can_look_up or last is None or self.now >= last + promises.grace_seconds


def _as_result(answer: Answer) -> Result:
    if answer is None or isinstance(answer, int):
        raise TypeError("a call is answered with its result")
    return answer


def _trouble(result: Result | None) -> str | None:
    match result:
        case Unknown(why) | Failed(why) | NotAttempted(why):
            return why
        case _:
            return None
