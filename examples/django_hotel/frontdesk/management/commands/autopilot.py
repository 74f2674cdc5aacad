"""What a timer calls each quarter of an hour: `*/15 * * * *  manage.py autopilot`."""

from __future__ import annotations

import os
import socket
from argparse import ArgumentParser
from datetime import datetime
from uuid import uuid4

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime, now

from frontdesk.autopilot import ports, setup
from hotelpay import CycleReport, Ports, recover, run_cycle, utc_datetime

QUARTER = 15 * 60


class Command(BaseCommand):
    help = "Settle what was left unfinished, then run this quarter hour's cycle. Twice, or twice at once, does no harm."
    requires_system_checks = ()  # a timer's log is no place for the same warnings each quarter of an hour

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=datetime.fromisoformat, help="as if it were then (hotel time)")

    def handle(self, *, at: datetime | None, **_: object) -> None:
        seconds = int((at or now()).timestamp())
        # A timer is never early: at 12:00:03 the cycle of 12:00 is meant, and not the next one.
        cycle_at = datetime.fromtimestamp(seconds - seconds % QUARTER, tz=setup().timezone)
        ours = ports(f"{socket.gethostname()}-{os.getpid()}")
        for visited in recover(ours, cycle_at).visited:
            settlement = visited.settlement
            self.stdout.write(f"recovered {settlement.intent.reservation}: {settlement.outcome.value}")
        report = run_cycle(setup(), ours, cycle_at)
        _keep(report, ours)
        self.stdout.write(f"cycle {localtime(utc_datetime(report.cycle_at)):%Y-%m-%d %H:%M}: {report.state.value}")
        for run in report.runs:
            row, ending = run.planned, run.settlement and run.settlement.ending
            amount = "" if row.amount is None else str(row.amount)
            remark = run.dropped or run.trouble or (ending and ending.reason) or ""
            self.stdout.write(f"  {run.outcome:<13} {row.reservation:<6} {row.task:<17} {amount:>12} {remark}".rstrip())
        for settlement in report.releases:
            self.stdout.write(f"  released {settlement.intent.reservation}: {settlement.outcome.value}")
        for reservation, trouble in report.faults:
            self.stderr.write(f"  {reservation}: {trouble}")


def _keep(report: CycleReport, ours: Ports) -> None:
    """Leave the staff a note of everything that a person must look at: a report tells each of it once.

    A process that dies just here takes the notes with it. What they are about stays in the ledger's journal.
    """
    told = [(each.reservation, f"{each.names[0]}: {each.message}") for each in report.needs_person]
    missed = "the autopilot did not look while it should have; decide by hand"
    told += [(each.reservation, f"{each.task}: {missed}") for each in report.forgotten]
    if ours.todos is not None:
        for reservation, text in told:
            ours.todos.create(uuid4().hex, reservation, text, "Autopilot")
