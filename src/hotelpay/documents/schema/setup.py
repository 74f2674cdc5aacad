"""The schema of the setup document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hotelpay.actions import CloseFolio, CreateTodo, SendEmail, SetFolioVisibility, SetGuaranteeStatus
from hotelpay.autopilot.amounts import FolioBalance, FolioCharges, RequiredDeposit
from hotelpay.autopilot.house_rules import DEFAULT_CATCH_UP_HOURS
from hotelpay.autopilot.task import CardChoice, Operation
from hotelpay.autopilot.window import Mode
from hotelpay.bonus.payment_types import CapBasis, Unit
from hotelpay.documents.schema.parts import (
    Fields,
    Schema,
    choice,
    closed_object,
    document,
    field,
    list_of,
    nullable,
    one_of,
    ref,
    switch,
    texts,
    whole,
)
from hotelpay.documents.setups import FORMAT
from hotelpay.documents.tags import ACTIONS, FORMULAS, TaggedUnion
from hotelpay.guarantee import LONGEST_HOURS, MOST_NIGHTS, GuaranteeStatus
from hotelpay.hotel import LONGEST_RELEASE_DAYS, MOST_RUNS
from hotelpay.reservation import CardClass
from hotelpay.texts import LONGEST_TEXT


def setup_schema() -> dict[str, Any]:
    """Return the schema of a setup."""
    fields: Fields = {
        "format": {"const": FORMAT, "description": "The version of this document's shape."},
        "hotel": field(ref("identifier"), "The hotel's id in the ledger.", default="default"),
        "timezone": field(
            ref("identifier"), "The IANA time zone of the hotel's clock.", examples=["Europe/Sofia", "UTC"]
        ),
        "currency": field(ref("currency"), "The hotel's own currency: every amount in the setup is in it."),
        "paused": switch("Whether no new run is started."),
        "catch_up_hours": field(
            whole(1, LONGEST_HOURS),
            "How long a reservation that a cycle missed is still taken, in elapsed hours.",
            default=DEFAULT_CATCH_UP_HOURS,
        ),
        "max_runs_per_cycle": nullable(whole(0, MOST_RUNS), "The most runs that one cycle attempts; null: no limit."),
        "release_preauthorizations_after_days": nullable(
            whole(0, LONGEST_RELEASE_DAYS),
            "Calendar days after check-out at which blocked amounts are given back; 0: at once, null: never.",
            examples=[2],
        ),
        "guarantee_policies": list_of(ref("guarantee_policy"), "The rules that reservations are guaranteed under."),
        "tasks": list_of(ref("task"), "The automation rules, in the order in which they work."),
        "bonus": field(ref("bonus"), "Paying with bonus points.", default={}),
    }
    formulas, actions = _formulas(), _actions()
    definitions = {
        **texts("identifier", "name", "decimal", "currency"),
        "guarantee_policy": _guarantee_policy(),
        "deposit": closed_object("What a policy asks for in advance: a share of the charges.", _charge_rule()),
        "task": _task(),
        "filters": _filters(),
        "formula": one_of(formulas, "How an amount is calculated, by its basis."),
        **formulas,
        "action": one_of(actions, "What is done after a run, by its name."),
        **actions,
        "bonus": _bonus(),
        "bonus_payment_type": _bonus_payment_type(),
    }
    body = closed_object("What one hotel has configured.", fields)
    return document("setup", "hotelpay setup", body, definitions)


def _named(what: str) -> Fields:
    return {
        "id": field(ref("identifier"), f"The {what}'s id, different from the others in its list."),
        "name": field(ref("name"), f"The {what}'s name, for people.", default=""),
    }


def _guarantee_policy() -> Schema:
    fields = {
        **_named("policy"),
        "guarantee_period_hours": nullable(
            whole(0, LONGEST_HOURS),
            "How long a guarantee is awaited, in elapsed hours from creation; null: nothing is awaited.",
            examples=[48],
        ),
        "deposit": nullable(ref("deposit"), "What the policy asks for in advance; null: nothing."),
    }
    return closed_object("A rule that reservations are guaranteed under.", fields)


def _charge_rule() -> Fields:
    return {
        "revenue_groups": list_of(
            ref("identifier"), "The revenue groups whose charges count; empty: all.", examples=[["rooms"]]
        ),
        "percent": nullable(
            ref("decimal"), "The share of the charges that is taken, in percent, 0 or more.", examples=["30"]
        ),
        "nights": nullable(
            whole(1, MOST_NIGHTS),
            "So many average nights of the stay are taken; with percent too, the greater counts.",
            examples=[1],
        ),
        "fixed": _fixed(),
    }


def _adjustment() -> Fields:
    meaning = "What is added to the base, in percent: -50 leaves half of it; -100 or more."
    return {"adjust_percent": nullable(ref("decimal"), meaning, examples=["-50"]), "fixed": _fixed()}


def _fixed() -> Schema:
    meaning = "An amount that is added, in major units of the setup's currency; it may be negative."
    return nullable(ref("decimal"), meaning, examples=["10.00"])


def _formulas() -> dict[str, Schema]:
    kinds: dict[type, tuple[str, Fields]] = {
        FolioBalance: ("The amount due of the folio, adjusted.", _adjustment()),
        RequiredDeposit: ("The deposit still to be paid, adjusted.", _adjustment()),
        FolioCharges: ("A share of the folio's charges, whatever has been paid.", _charge_rule()),
    }
    return _tagged(FORMULAS, "What the percentages are taken of.", kinds)


def _actions() -> dict[str, Schema]:
    may_be_set = (GuaranteeStatus.GUARANTEED, GuaranteeStatus.NOT_GUARANTEED)
    todo_text = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
    kinds: dict[type, tuple[str, Fields]] = {
        SendEmail: (
            "Send the reservation an e-mail.",
            {"template": field(ref("identifier"), "The PMS's name of the template.", examples=["card-declined"])},
        ),
        CloseFolio: (
            "Close the folio and issue a document.",
            {"document_type": field(ref("identifier"), "The PMS's name of the document's type.")},
        ),
        SetFolioVisibility: (
            "Show the folio in the guest's portal, or hide it.",
            {"visible": {"type": "boolean", "description": "Whether the guest sees the folio."}},
        ),
        SetGuaranteeStatus: (
            "Make the reservation guaranteed or not.",
            {"status": field(choice(may_be_set), "The status that is set.")},
        ),
        CreateTodo: (
            "Leave the staff a to-do.",
            {
                "text": field(todo_text, "What is to be done; the calculated amount is added to it."),
                "channel": nullable(ref("identifier"), "Where the to-do goes; null: the PMS's own choice."),
            },
        ),
    }
    return _tagged(ACTIONS, "What is done.", kinds)


def _tagged(union: TaggedUnion, meaning: str, kinds: Mapping[type, tuple[str, Fields]]) -> dict[str, Schema]:
    """Return an object for each member of a union, by the name that its tag bears."""
    return {
        name: closed_object(kinds[kind][0], {union.tag: {"const": name, "description": meaning}, **kinds[kind][1]})
        for name, kind in union.kinds.items()
    }


def _task() -> Schema:
    fields: Fields = {
        **_named("task"),
        "active": switch("Whether the task works."),
        "mode": field(choice(Mode), "The event that hours are counted from, and in which direction."),
        "offset_hours": field(
            whole(0, LONGEST_HOURS), "How far from the event the task is due, in elapsed hours.", default=0
        ),
        "filters": field(ref("filters"), "Which reservations the task takes.", default={}),
        "operation": field(choice(Operation), "Take the amount, block it, or only do the actions."),
        "card": nullable(
            choice(CardChoice), "Of which cards the one added last is used; null: of all. Not with actions_only."
        ),
        "max_amount": nullable(
            ref("decimal"),
            "The amount above which a run needs a person, in major units of the setup's currency, 0 or more; "
            "null: no ceiling. Not with actions_only.",
            examples=["2000.00"],
        ),
        "amount": nullable(ref("formula"), "How much; only with actions_only it may be left out or null."),
        "on_success": list_of(ref("action"), "What is done after a success, in this order."),
        "on_failure": list_of(ref("action"), "What is done after a failure, in this order."),
    }
    is_actions_only = {"properties": {"operation": {"const": Operation.ACTIONS_ONLY.value}}}
    touches_no_card = {"properties": {"card": {"type": "null"}, "max_amount": {"type": "null"}}}
    needs_amount = {"properties": {"amount": {"type": "object"}}, "required": ["amount"]}
    meaning = "One automation rule: when, which reservations, what, how much, and then what."
    return {
        **closed_object(meaning, fields),
        "if": is_actions_only,
        "then": touches_no_card,
        "else": needs_amount,
    }


def _filters() -> Schema:
    fields: Fields = {
        "guarantee_statuses": list_of(choice(GuaranteeStatus), "Reservations with one of these statuses."),
        "guarantee_policies": list_of(ref("identifier"), "Reservations under one of these policies, by id."),
        "ota": nullable({"type": "boolean"}, "Only those of an online travel agency, or only the others."),
        "cards": list_of(choice(CardClass), "Reservations that have exactly such cards."),
        "included_companies": list_of(ref("identifier"), "Only reservations of these companies."),
        "excluded_companies": list_of(ref("identifier"), "No reservations of these companies."),
        "included_agents": list_of(ref("identifier"), "Only reservations of these agents.", examples=[["expedia"]]),
        "excluded_agents": list_of(ref("identifier"), "No reservations of these agents."),
    }
    meaning = "Which reservations; all that are set must hold, an empty one is not taken into account."
    return closed_object(meaning, fields)


def _bonus() -> Schema:
    fields = {
        "active": switch("Whether the integration with the loyalty system is on."),
        "payment_types": list_of(ref("bonus_payment_type"), "The ways to pay with points."),
    }
    return closed_object("Paying with bonus points.", fields)


def _bonus_payment_type() -> Schema:
    fields: Fields = {
        **_named("payment type"),
        "external_id": nullable(ref("identifier"), "The payment type's id in the loyalty system."),
        "currency_type": field(
            ref("identifier"), "The loyalty system's currency type; an ISO 4217 code where the unit is currency."
        ),
        "unit": field(choice(Unit), "What the card counts.", default=Unit.POINTS.value),
        "currency": field(ref("currency"), "The currency that the type pays in; left out: the setup's."),
        "max_percent": field(ref("decimal"), "The most that may be paid so, in percent, 0 to 100.", default="0"),
        "enabled": switch("Whether the payment type may be used."),
        "rate": nullable(
            ref("decimal"),
            "What one point is worth, in major units of the currency, above 0; null: 1 for points and for the "
            "same currency, else none and nothing can be redeemed.",
            examples=["1"],
        ),
        "step": field(ref("decimal"), "The smallest quantity of points spent, above 0.", default="0.01"),
        "cap_basis": field(
            choice(CapBasis),
            "What max_percent is taken of: what is owed, or all charges.",
            default=CapBasis.BALANCE.value,
        ),
    }
    counts_currency = {"properties": {"unit": {"const": Unit.CURRENCY.value}}, "required": ["unit"]}
    needs_code = {"properties": {"currency_type": ref("currency")}}
    body = closed_object("One way to pay with points.", fields, optional=("currency",))
    return {**body, "if": counts_currency, "then": needs_code}
