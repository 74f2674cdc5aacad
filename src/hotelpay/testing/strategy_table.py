"""Which strategy draws which public type: what ``st.from_type`` looks up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import hotelpay
from hotelpay.errors import MissingExtra

try:
    from hypothesis import strategies as st
except ImportError as _missing:  # pragma: no cover  shown by a process without Hypothesis
    raise MissingExtra("hotelpay.testing.strategy_table", "testing") from _missing

from hotelpay.testing import settlement_strategies as moved
from hotelpay.testing import strategies as some

#: A strategy for every public type that has fields, and for instants.
STRATEGIES: Final[Mapping[Any, st.SearchStrategy[Any]]] = {
    hotelpay.Adjustment: some.adjustments,
    hotelpay.Amount: some.calculated_amounts,
    hotelpay.Approved: moved.approved,
    hotelpay.Backtest: some.backtests(),
    hotelpay.BonusCard: some.bonus_cards,
    hotelpay.BonusPaymentType: some.bonus_types(),
    hotelpay.BonusSettings: some.bonus_settings,
    hotelpay.Cap: some.caps,
    hotelpay.Card: some.cards,
    hotelpay.Charge: some.currencies.flatmap(some.charges),
    hotelpay.CloseFolio: some.closings,
    hotelpay.CreateTodo: some.todos,
    hotelpay.Currency: some.currencies,
    hotelpay.CycleReport: moved.cycle_reports,
    hotelpay.Declined: moved.declined,
    hotelpay.Deposit: some.deposits,
    hotelpay.Done: st.just(hotelpay.Done()),
    hotelpay.Filters: some.filters,
    hotelpay.Finding: some.findings(),
    hotelpay.Folio: some.currencies.flatmap(lambda currency: some.folios("F1", currency)),
    hotelpay.FolioBalance: some.balance_formulas,
    hotelpay.FolioCharges: some.charge_formulas,
    hotelpay.Foreseen: some.foreseen,
    hotelpay.GuaranteePolicy: some.policies,
    hotelpay.HouseRules: some.house_rules,
    hotelpay.Identity: moved.identities,
    hotelpay.Instant: some.seconds,
    hotelpay.Line: some.calculated_amounts.flatmap(lambda amount: st.sampled_from(amount.breakdown)),
    hotelpay.Money: some.money,
    hotelpay.NotAttempted: moved.not_attempted,
    hotelpay.PastRun: some.past_runs,
    hotelpay.Payment: some.currencies.flatmap(some.payments),
    hotelpay.PersonWanted: moved.persons_wanted,
    hotelpay.Points: some.points,
    hotelpay.Ports: moved.ports,
    hotelpay.PreAuthorization: some.preauthorizations(),
    hotelpay.Preview: some.previews(),
    hotelpay.Promises: moved.promises,
    hotelpay.Quote: some.quotes(),
    hotelpay.QuoteReason: some.quotes()
    .filter(lambda quote: bool(quote.reasons))
    .flatmap(lambda quote: st.sampled_from(quote.reasons)),
    hotelpay.Rate: some.rates,
    hotelpay.Reason: some.skips().flatmap(lambda skip: st.sampled_from(skip.reasons)),
    hotelpay.Recovery: moved.recoveries,
    hotelpay.Redeemed: moved.redeemed,
    hotelpay.Refused: moved.refused,
    hotelpay.RequiredDeposit: some.deposit_formulas,
    hotelpay.Reservation: some.reservations(),
    hotelpay.Run: some.runs(),
    hotelpay.RunReport: moved.run_reports,
    hotelpay.RunSum: some.run_sums,
    hotelpay.SendEmail: some.emails,
    hotelpay.SetFolioVisibility: some.visibilities,
    hotelpay.SetGuaranteeStatus: some.guarantees,
    hotelpay.Setup: some.setups,
    hotelpay.Share: some.shares,
    hotelpay.Skip: some.skips(),
    hotelpay.Step: some.steps,
    hotelpay.Task: some.tasks(),
    hotelpay.Timeline: some.timelines(),
    hotelpay.TimelineEvent: some.timelines().flatmap(lambda timeline: st.sampled_from(timeline.events)),
    hotelpay.TimelineRow: some.timelines().flatmap(lambda timeline: st.sampled_from(timeline.rows)),
    hotelpay.Unknown: moved.unknown,
    hotelpay.Window: some.windows,
}
