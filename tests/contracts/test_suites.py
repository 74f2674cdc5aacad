"""The suites themselves: none of their tests is lost by accident, and each says what it guarantees."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hotelpay.testing import contracts
from hotelpay.testing.contracts import HoldsPoints, LoyaltyProcessorContract, MailerBench, MailerContract, PortContract

FIXTURE = inspect.getattr_static(MailerContract, "mailers")
SUITES = [
    suite
    for suite in (getattr(contracts, name) for name in contracts.__all__)
    if issubclass(suite, PortContract) and suite is not PortContract
]


def guarantees_of(suite: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name in dir(suite):
        if name.startswith("test_"):
            yield name, getattr(suite, name)


def test_a_test_of_the_suite_is_not_replaced_by_accident() -> None:
    with pytest.raises(TypeError, match="replaces tests of the contract: test_an_email_is_sent; list them"):

        class Ours(MailerContract):
            def test_an_email_is_sent(self, mailers: MailerBench) -> None:
                """Never run."""


def test_a_test_of_the_suite_is_not_switched_off_by_accident() -> None:
    with pytest.raises(TypeError, match="test_an_email_is_sent"):
        type("Ours", (MailerContract,), {"test_an_email_is_sent": None})


def test_two_bases_with_the_same_test_are_noticed() -> None:
    class Other(PortContract):
        def test_an_email_is_sent(self) -> None:
            """Another guarantee of the same name."""

    with pytest.raises(TypeError, match="test_an_email_is_sent"):
        type("Ours", (Other, MailerContract), {})


def test_a_test_is_replaced_by_whoever_says_so() -> None:
    class Ours(MailerContract):
        deliberately_replaced = ("test_an_email_is_sent",)

        def test_an_email_is_sent(self, mailers: MailerBench) -> None:
            """What our mailer does instead."""

    class Theirs(Ours):
        def test_more(self) -> None:
            """A test of their own."""

    assert Theirs.test_an_email_is_sent is Ours.test_an_email_is_sent


def test_a_replacement_that_replaces_nothing_is_noticed() -> None:
    """A test that was renamed is not replaced any more, so its replacement is looked at again."""
    with pytest.raises(TypeError, match="does not replace: test_an_old_name"):
        type("Ours", (MailerContract,), {"deliberately_replaced": ("test_an_old_name",)})


def test_suites_and_their_capabilities_combine() -> None:
    ours = type("Ours", (HoldsPoints, LoyaltyProcessorContract), {})
    assert {name for base in (HoldsPoints, LoyaltyProcessorContract) for name, _ in guarantees_of(base)} == {
        name for name, _ in guarantees_of(ours)
    }


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.__name__)
def test_every_test_states_its_guarantee_in_a_sentence(suite: type) -> None:
    tests = list(guarantees_of(suite))
    assert tests
    for name, test in tests:
        sentence = test.__doc__ or ""
        assert sentence.endswith("."), name
        assert "\n" not in sentence, name


@pytest.mark.parametrize(
    "suite", [suite for suite in SUITES if suite.__name__.endswith("Contract")], ids=lambda suite: suite.__name__
)
def test_a_suite_without_its_fixture_says_what_to_do(suite: type) -> None:
    (fixture,) = (
        member for _, member in inspect.getmembers(suite) if type(member).__name__ == "FixtureFunctionDefinition"
    )
    with pytest.raises(NotImplementedError, match="override the fixture"):
        fixture.__wrapped__(suite())
