"""The sentences: one English template per code.

Everywhere else a reason, a finding or a note is a code with named values; it becomes a sentence only when
somebody reads it, in the language that they read (:class:`~hotelpay.messages.language.Language`).

A placeholder may name how its value is written: ``{due_at:instant}``, ``{status:word}``, ``{groups:list}`` (any of
several), ``{currencies:names}`` (all of several).
"""

from __future__ import annotations

from typing import Final

#: Why a task does not take a reservation (``skips`` of a preview).
REASONS: Final = {
    "inactive": "the task is switched off",
    "already_processed": "the task has taken this reservation before, and takes each one once",
    "wrong_status": "the reservation is {found:word}; the task takes {wanted:list}",
    "no_anchor": "the reservation has no {anchor:word} yet to count from",
    "not_due": "due at {due_at:instant}, after this cycle ({at:instant})",
    "window_closed": "was to be taken before {closes_at:instant}; this cycle is at {at:instant}",
    "guarantee_status": "the guarantee status is {found:word}; the filter asks for {wanted:list}",
    "guarantee_policy": "the guarantee policy is {found:word}; the filter asks for {wanted:list}",
    "ota": "the reservation's OTA mark is {found:word}; the filter asks for {wanted:list}",
    "cards": "the reservation's cards are {found:word}; the filter asks for {wanted:list}",
    "company": "the company is {found:word}; the filter asks for {wanted:list}",
    "company_excluded": "the company is {found:word}, which the filter excludes",
    "agent": "the agent is {found:word}; the filter asks for {wanted:list}",
    "agent_excluded": "the agent is {found:word}, which the filter excludes",
    "no_open_folio": "the reservation has no open folio ({folios} in all)",
    "nothing_due": "nothing is due: {basis} comes to {base}",
    "nothing_to_charge": "the formula comes to {total}, and only more than zero is charged",
    "currency_mismatch": "the folio is in {folio}, but there are amounts in {others:names}; nothing is ever converted",
}

#: Why nothing may be redeemed with points (``reasons`` of a quote).
QUOTE_REASONS: Final = {
    "inactive_integration": "paying with bonus points is switched off for this hotel",
    "disabled_type": "the payment type {payment_type} is switched off",
    "balance_not_negative": "{whose} balance is {balance}: only a negative balance can be paid with points",
    "zero_percent": "the payment type {payment_type} lets at most 0 % be paid with points",
    "empty_card": "the card has no points of {currency_type}",
    "currency_mismatch": "the payment type {payment_type} pays in {pays}{rate:note}, the folio is in {folio}",
    "cap_used_up": "bonus points have already paid {redeemed} of the {allowed} that they may pay of this folio",
    "too_little": "what may be paid comes to less than one step of points or one minor unit (cap {cap}, card {card})",
}


#: Why a person must look at what has ended (``needs_person`` of a cycle's report).
PERSON_REASONS: Final = {
    "above_max_amount": "the amount is above the task's ceiling; nothing was charged",
    "above_max_runs": "the cycle's limit was reached before this row; nothing was charged",
    "not_attempted": "the processor could not be reached before the window closed; nothing was charged",
    "posting_refused": "the amount was taken, and the folio refuses its posting: post it by hand",
    "foreign_currency": "the amount was taken in another currency: post it by hand",
    "approved_above_asked": "more was approved than was asked for",
    "not_marked": "it is done at the processor, and the books refuse to note it",
    "points_not_returned": "the payment does not stand and the points could not be returned: return them by hand",
    "points_not_taken": "the payment stands and its points were not taken: take back the payment, or take the points, "
    "by hand",
    "other_points_returned": "the loyalty system returned another quantity than was asked for",
    "unknown_outcome": "{purpose}: its outcome is unknown, and the other side no longer remembers the key: look there "
    "before anything else",
    "not_posted": "{purpose}: {trouble}",
}

#: Why a redemption or a reversal was refused before anything was begun.
REFUSALS: Final = {
    "more_than_quote": "more points than may be redeemed; nothing was done",
    "busy": "money on the reservation is still on its way, or somebody else is paying; nothing was done: ask again",
    "more_than_taken": "more points than the redemption took and earlier reversals have left; nothing was done",
    "not_redeemed": "the redemption did not end with its payment posted: there is nothing to take back",
}

#: What a back-test takes for granted where the history is silent (``assumptions``).
ASSUMPTIONS: Final = {
    "switched_on_at_start": "the tasks begin with the first cycle, as if they had been switched on then",
    "undated_payments_from_opening": "a payment without a date counts from the opening of its folio",
    "undated_payments_from_check_out": "a payment without a date counts from check-out, cancellation or no-show",
    "closed_folios_from_end": "a closed folio was open until check-out, cancellation or no-show",
    "no_show_from_day_end": "a no-show without an instant is one from the end of the day of arrival",
    "rest_as_in_snapshot": "charges, cards, dates, guarantee statuses, policies, companies and agents were always "
    "those of the snapshot",
    "cards_approved": "every card is approved in full; who has no fitting card is declined",
    "history_unchanged": "what guests and staff did happened all the same, whatever the tasks had taken before",
}

#: What may go wrong with a setup (``findings`` of a check).
FINDINGS: Final = {
    "payment_without_cards": "the task charges cards, but takes only reservations that have none",
    "card_never_fits": "the task uses the {card:word} card, and no reservation it takes ({cards:list}) has one",
    "card_may_be_missing": "the task also takes reservations without a fitting card ({cards:list}): each of them "
    "fails once and is used up; set the cards filter",
    "formula_gives_nothing": "the formula can only come to zero or less: the task never does anything",
    "groups_without_share": "revenue groups are chosen, but without percent or nights only the fixed amount counts",
    "deposit_never_asked": "the task takes the required deposit, but no guarantee policy it takes asks for one",
    "charges_more_than_owed": "the formula adds to what is owed: the guest is charged more than {basis}",
    "share_above_whole": "{percent} is more than the charges themselves",
    "closes_unpaid_folio": "the folio is to be closed though it may still have a balance ({why}): closing then fails",
    "never_closes_folio": "the folio is to be closed, but it still has a balance whenever this task runs ({why})",
    "actions_only_without_actions": "the task only runs actions on success, and has none: it does nothing",
    "no_failure_actions": "when the card is declined nobody is told: there are no actions on failure",
    "failure_actions_never_run": "a task that only runs actions cannot fail: its actions on failure never run",
    "contradicting_actions": "the list sets {what} twice to different values: the last one wins",
    "status_never_derived": "no guarantee policy that this task takes gives the status {status:word} (it needs a "
    "guarantee period above 0 hours): only a status handed in by the PMS matches",
    "awaiting_is_over": "by the time this task is due ({offset} h after creation) every guarantee period it takes has "
    "ended (longest: {longest} h): nothing awaits a guarantee any more",
    "unknown_policy": "the setup has no guarantee policy {policy:word}",
    "offset_longer_than_stay": "{offset} h before departure is longer than a stay of one night: who books later than "
    "{late} h before departure is never taken",
    "stays_armed": "from {armed} h before the noon of arrival until the window closes, a reservation that owes nothing "
    "stays eligible: what it comes to owe meanwhile sets the task off at the next quarter hour",
    "hold_may_expire": "an amount blocked {offset} h before arrival may be given back by the bank before the guest "
    "arrives (many cards hold 4 to 7 days)",
    "holds_never_released": "the task blocks amounts, and the automatic release of pre-authorisations is off",
    "ceiling_of_zero": "with a ceiling of zero every run of this task needs a person",
    "double_charging": "tasks {first} and {second} can both take one reservation, and {independent} charges it "
    "whatever has been paid: the guest may pay twice",
    "duplicate_task": "the task does the same as {other} under another id: each of them takes every reservation once",
    "no_active_tasks": "there are tasks, and none is switched on",
    "paused": "the autopilot is paused: no task starts anything",
    "no_runs_allowed": "at most 0 runs a cycle are allowed: every run needs a person",
    "deposit_gives_nothing": "the deposit can only come to zero: it asks for nothing",
    "bonus_zero_percent": "the payment type lets at most 0 % be paid with points: nothing can be redeemed",
    "bonus_rate_missing": "the payment type counts {currency_type} and pays in {currency}: without a rate nothing can "
    "be redeemed",
    "bonus_integration_off": "payment types are switched on, but the integration is off: nothing can be redeemed",
    "bonus_no_enabled_type": "the integration is on, but no payment type is switched on",
    "bonus_type_repeated": "the payment type counts the same currency type as {other}: the front desk sees both",
    "bonus_foreign_currency": "the payment type pays in {currency}, the hotel's currency is {own}: only folios in "
    "{currency} can be paid with it",
}

#: Parts of sentences: what stands in the place of a value there (:class:`~hotelpay.messages.language.Phrase`).
PHRASES: Final = {
    "amount_due": "the folio's amount due",
    "outstanding_deposit": "the outstanding deposit",
    "balance": "the balance",
    "deposit": "the deposit",
    "of_folio": "the folio's",
    "of_reservation": "the reservation's",
    "without_rate": "without a rate for {currency_type}",
    "hold_pays_nothing": "a pre-authorisation pays nothing",
    "something_due": "it runs only where something is due, and takes nothing",
    "nothing_taken": "nothing is taken",
    "not_exactly_balance": "the formula need not take exactly the balance",
    "folio_visibility": "the folio's visibility",
    "guarantee_status": "the guarantee status",
    "nights_of_stay": "{nights} of {stay}",
}

#: Words that stand for values which have no name of their own.
YES: Final = "yes"
NO: Final = "no"
NONE: Final = "none"
NOTHING: Final = "nothing"
COMMA: Final = "{before}, {next}"
OR: Final = "{before} or {last}"

#: When a task is due at the event itself, by its mode.
AT_EVENT: Final = {
    "after_creation": "at booking",
    "before_arrival": "at noon of arrival",
    "after_arrival": "at check-in",
    "before_departure": "at noon of departure",
    "after_departure": "at check-out",
    "after_cancellation": "at cancellation",
}

#: When a task is due some hours from the event, by its mode.
HOURS_FROM_EVENT: Final = {
    "after_creation": "{hours} h after booking",
    "before_arrival": "{hours} h before noon of arrival",
    "after_arrival": "{hours} h after check-in",
    "before_departure": "{hours} h before noon of departure",
    "after_departure": "{hours} h after check-out",
    "after_cancellation": "{hours} h after cancellation",
}

#: What a task does with a card, by its choice of a card.
CHARGES: Final = {
    "last": "charge the last card",
    "last_ota": "charge the last OTA card",
    "last_guest": "charge the last guest card",
}
BLOCKS: Final = {
    "last": "block on the last card",
    "last_ota": "block on the last OTA card",
    "last_guest": "block on the last guest card",
}

#: What a cycle that began nothing says for itself, by its state.
CYCLE_NOTES: Final = {
    "already_run": "this cycle was completed before: nothing was done now",
    "in_progress": "another process is at this cycle: nothing was done now",
    "paused": "the autopilot is paused: what was unfinished is settled, and nothing new was begun",
    "lost": "another process has taken this cycle over, and ends it",
    "stopped": "this cycle was asked to stop: the next delivery of the same instant goes on there",
}
