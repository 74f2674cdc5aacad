"""Which fields tell a card number that is put into them, each with the reason why that is right.

Whatever else takes text refuses a number without repeating it, or masks it: tests/border/test_nothing_leaks.py asks
every field of every public class. A new field that tells one has to be put here, with a reason; one that no longer
does has to go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Why, and the fields: classes by module and name, then the fields of each.
_TELLING: Final[Mapping[str, str]] = {
    "a name that the hotel's staff chose for a task, a template, a revenue group, a company: a sentence masks it": """
        adapters.mail.server.SmtpServer: host local_hostname
        adapters.mail.mailer.SmtpMailer: templates
        actions.SendEmail: template
        actions.CloseFolio: document_type
        actions.CreateTodo: channel
        adapters.sql.books.Books: hotel
        adapters.sql.chain.Enrolled: hotel
        adapters.sql.hotel.Mail: template
        adapters.sql.hotel.Todo: channel
        adapters.sql.hotel.SqlHotel: hotel
        adapters.sql.journal.JournalWriter: hotel
        adapters.sql.ledger.SqlLedger: hotel
        adapters.sql.simulated.SqlGateway: hotel
        adapters.sql.simulated.SqlLoyalty: hotel
        autopilot.amounts.FolioCharges: revenue_groups
        autopilot.filters.Filters: guarantee_policies included_companies excluded_companies
        autopilot.filters.Filters: included_agents excluded_agents
        autopilot.task.Task: id name
        bonus.payment_types.BonusPaymentType: id name external_id currency_type
        bonus.redemption_intents.RedemptionIntent: payment_type
        bonus.redemption_intents.ReversalIntent: payment_type
        folio.Charge: revenue_group
        folio.Payment: payment_type
        guarantee.Deposit: revenue_groups
        guarantee.GuaranteePolicy: id name
        hotel.Setup: hotel
        observed.happenings.AttemptAllowed: hotel
        observed.happenings.RunForgotten: hotel
        observed.happenings.ReservationErased: hotel
        observed.happenings.CycleBegun: hotel
        observed.happenings.CycleRefused: hotel
        observed.happenings.CycleEnded: hotel
        pages.preview.PageHead: hotel task
        points.Points: currency_type
        reservation.Reservation: guarantee_policy company agent
        settlement.identity.Identity: hotel
        settlement.journal.Recorded: by
        settlement.journal.Rearmed: by
    """,
    "the guest's e-mail itself, or the words of a template that staff wrote; no repr shows who it goes to": """
        adapters.mail.addresses.Recipient: address name
        adapters.mail.grammar.TemplateFault: field expected code
        adapters.mail.message.Envelope: sender recipient
        adapters.mail.outcomes.MailFault: why
        adapters.mail.outcomes.NotSent: why
        adapters.mail.outcomes.MaybeSent: why
        adapters.mail.templates.Rendered: subject text html
        adapters.mail.templates.Template: subject text html
    """,
    "made by hotelpay of texts that were masked where they came in, or are masked where a sentence is made of them": """
        adapters.procrastinate.tasks.Timing: recoveries stalled
        adapters.sql.chain.Enrolled: fault
        adapters.sql.hotel.Todo: text
        autopilot.backtest.Replay: processed snapshots changes agenda
        autopilot.cycle_report.RunReport: trouble
        autopilot.cycle_report.PersonWanted: message
        autopilot.cycle_report.CycleReport: faults
        autopilot.reasons.Reason: values
        autopilot.releasing.Releases: faults
        bonus.quote.QuoteReason: values
        bonus.redemption_intents.RedemptionIntent: comment
        conditions.Condition: values
        findings.finding.Finding: path values
        recovery.Visited: trouble
        settlement.journal.PersonNeeded: message
        settlement.journal.JournalFault: fault
        settlement.stepper.Progress: trouble announced tried looked_up
        settlement.journal.Rearmed: reason
    """,
    "made by hotelpay itself: a key, a digest, a purpose, a worker's name": """
        adapters.sql.chain.SqlChain: worker
        adapters.sql.hotel.Mail: key
        adapters.sql.hotel.Todo: key
        adapters.sql.journal.JournalWriter: worker
        adapters.sql.ledger.SqlLedger: worker
        adapters.sql.report.Listed: key
        adapters.stripe.intents.PaymentIntent: key
        autopilot.run_intent.RunIntent: snapshot
        observed.happenings.CallSent: purpose
        observed.happenings.CallAnswered: purpose
        pages.shapes.Shape: prefix suffix point group
        pictures.svg.Element: name
        ports.Hold: token
        settlement.cycles.CyclePlan: digest
        settlement.identity.Call: purpose key
        settlement.journal.Sending: purpose
        settlement.journal.Recorded: purpose
        settlement.journal.Entry: worker key
        settlement.journal.Settlement: results sendings
        settlement.journal.JournalFault: key
    """,
    "an id of a reservation, a folio, a bonus card or a blocked amount: one of 16 digits in ten passes Luhn": """
        adapters.sql.hotel.Posting: reservation folio
        adapters.sql.hotel.Mail: reservation
        adapters.sql.hotel.Todo: reservation
        adapters.sql.report.Listed: names reservation
        autopilot.cycle_report.PersonWanted: names reservation
        autopilot.decision.Run: reservation folio after
        autopilot.decision.Skip: reservation
        autopilot.hold_intents.ReleaseIntent: reservation
        autopilot.hold_intents.CaptureIntent: reservation
        autopilot.run_intent.RunIntent: reservation folio
        autopilot.timeline.TimelineEvent: name
        bonus.redemption_intents.RedemptionIntent: reservation folio
        bonus.redemption_intents.ReversalIntent: reservation folio
        folio.Folio: id
        observed.happenings.Visit: reservation
        observed.happenings.AttemptAllowed: names
        observed.happenings.RunForgotten: task reservation
        observed.happenings.ReservationErased: reservation
        pages.preview.PageHead: reservation
        points.BonusCard: number
        ports.Hold: reservation
        reservation.PreAuthorization: id folio
        reservation.Reservation: id
        settlement.cycles.PlannedRun: task reservation folio after
        settlement.cycles.CyclePlan: active_tasks
        settlement.cycles.EarlierCycle: active_tasks
        settlement.effects.Post: reservation folio
        settlement.effects.TakeBack: reservation folio
        settlement.effects.KeepPreauthorization: reservation
        settlement.effects.MarkPreauthorization: reservation preauthorization
        settlement.effects.FollowUp: reservation folio
        settlement.identity.Identity: names
        settlement.journal.Rearmed: names
        settlement.journal.Forgotten: task reservation
        settlement.journal.Erased: reservation
    """,
    "the PMS's or the processor's name for a card or a call: what comes in by Card or Approved is judged there": """
        adapters.sql.hotel.Posting: received posted
        autopilot.decision.Run: card
        autopilot.run_intent.RunIntent: card
        bonus.redemption_intents.ReversalIntent: posted debit
        folio.Payment: reference
        reservation.PreAuthorization: reference
        settlement.cycles.PlannedRun: card
        settlement.effects.Charge: card
        settlement.effects.Preauthorize: card
        settlement.effects.Capture: reference
        settlement.effects.Release: reference
        settlement.effects.Refund: debit
        settlement.effects.CommitHold: hold
        settlement.effects.CancelHold: hold
        settlement.effects.Post: received
        settlement.effects.TakeBack: posted
        adapters.stripe.intents.PaymentIntent: id
    """,
    "a part of an error or a fault, which are made of shown values; the names are those of the library's source": """
        adapters.sql.migrations.NewerSchema: part
        cli.stores.StoreFault: database fault
        documents.complaints.Complaint: code path message
        documents.faults.Fault: code path message document
        documents.lines.Place: path
        documents.strict_json.JsonFault: code message path
        documents.tags.TaggedUnion: tag kinds
        documents.thorough.MissingField: field
        documents.thorough.UnknownField: field known
        errors.InvalidValue: field expected code
        errors.WrongType: field expected code
        errors.UnknownName: field expected code
        errors.CurrencyMismatch: left right
        errors.PointsMismatch: left right
        errors.MissingExtra: what extra
    """,
    "a code that a program compares, a few letters of the library's or an adapter's own": """
        adapters.sql.report.Group: kind operation outcome
        adapters.sql.report.Listed: kind code
        adapters.stripe.intents.PaymentIntent: status currency
        autopilot.backtest.PastRun: reason
        autopilot.backtest.RunSum: reason
        autopilot.cycle_report.RunReport: dropped
        autopilot.cycle_report.PersonWanted: kind reason
        findings.finding.Finding: code
        ports.AnchorSpan: field
        settlement.cycles.PlannedRun: operation problem
        settlement.journal.PersonNeeded: code
        settlement.outcome.Declined: code
        settlement.outcome.Refused: code
        settlement.outcome.Ending: reason person
        autopilot.reasons.Reason: template
    """,
    "the command line's own words": """
        cli.chart.Stack: label color pattern
        cli.chart.Panel: title unit
        cli.made_up_crash.Moment: name
    """,
    "carried through and never read; in no repr": """
        reservation.Reservation: extra
    """,
    "a part in memory, for tests, keeps what it was given": """
        testing.crashes.Life: calls
        testing.crashes.Campaign: broken
        testing.memory_gateway.Movement: operation key reference of
        testing.memory_gateway.OtherSide: answered
        testing.memory_gateway.MemoryGateway: answered blocked
        testing.memory_gateway.MemoryLoyalty: answered cards set_aside
        testing.memory_hotel.Mail: reservation template
        testing.memory_hotel.Todo: reservation text channel
        testing.memory_hotel.MemoryHotel: reservations visible documents answers
        testing.memory_ledger.Books: hotel of_key rows of_reservation attempts holds imported rearmed
        testing.memory_ledger.MemoryLedger: worker
        testing.stories.CycleStory: name
        testing.stories.DeskStory: name
    """,
}

#: The reason of each field that tells, by class and field.
REASONS: Final[Mapping[str, str]] = {
    f"{kind}.{field}": reason
    for reason, rows in _TELLING.items()
    for kind, _, fields in (row.strip().partition(": ") for row in rows.strip().splitlines())
    for field in fields.split()
}
