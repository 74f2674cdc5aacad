"""What cycles did to reservations, to be put on top of a past that is read afresh."""

from __future__ import annotations

import attrs

from hotelpay import GuaranteeStatus, Pair, Payment, Reservation


@attrs.define
class Deeds:
    """Payments taken and folios closed, by reservation and folio, and guarantees set, by reservation."""

    taken: dict[Pair, list[Payment]] = attrs.field(factory=dict)
    closed: set[Pair] = attrs.field(factory=set)
    guarantees: dict[str, GuaranteeStatus | None] = attrs.field(factory=dict)

    def on(self, row: Reservation) -> Reservation:
        """Return a reservation with what was done to it."""
        folios = [
            attrs.evolve(
                folio,
                payments=[*folio.payments, *self.taken.get((row.id, folio.id), ())],
                closed=folio.closed or (row.id, folio.id) in self.closed,
            )
            for folio in row.folios
        ]
        return attrs.evolve(row, folios=folios, guarantee_status=self.guarantees.get(row.id, row.guarantee_status))

    def remember(self, before: Reservation, after: Reservation) -> None:
        """Note what a cycle did to a reservation."""
        if after.guarantee_status is not before.guarantee_status:
            self.guarantees[after.id] = after.guarantee_status
        for old, new in zip(before.folios, after.folios, strict=True):
            place = (after.id, new.id)
            self.taken.setdefault(place, []).extend(new.payments[len(old.payments) :])
            if new.closed and not old.closed:
                self.closed.add(place)
