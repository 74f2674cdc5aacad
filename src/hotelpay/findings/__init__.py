"""Findings about a setup before it hurts: :func:`review`."""

from __future__ import annotations

from hotelpay.findings.finding import Finding, Severity
from hotelpay.findings.pair_checks import pair_findings
from hotelpay.findings.setup_checks import bonus_findings, policy_findings, switch_findings
from hotelpay.findings.task_checks import task_findings
from hotelpay.hotel import Setup

__all__ = ["Finding", "Severity", "review"]


def review(setup: Setup) -> tuple[Finding, ...]:
    """Return everything that is noticed: switches and policies, each task, pairs of active tasks, the bonus.

    Tasks are looked at whether they are active or not.
    A finding is no fault: the setup is valid and would run. An ``error`` can never do what was meant, a
    ``warning`` may do what was not.
    """
    findings = [*switch_findings(setup), *policy_findings(setup)]
    for place, task in enumerate(setup.tasks):
        findings += task_findings(task, f"tasks[{place}]", setup)
    return (*findings, *pair_findings(setup.tasks), *bonus_findings(setup))
