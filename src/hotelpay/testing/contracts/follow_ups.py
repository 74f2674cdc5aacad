"""The suites of what follows a payment: e-mails, portal, guarantee, to-dos. A repeat of a key changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import pytest

from hotelpay.guarantee import GuaranteeStatus
from hotelpay.money import Money
from hotelpay.ports import GuaranteeDesk, Mailer, Portal, TodoList
from hotelpay.settlement.outcome import Done
from hotelpay.testing.contracts.at_once import WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.hotel_bench import HotelBench, SourceBench, booking, done, seen
from hotelpay.testing.contracts.payment_gateway import new_key


class MailerBench(HotelBench, Protocol):
    """A PMS, its mailer and its outbox."""

    @property
    def mailer(self) -> Mailer:
        """The mailer under test."""
        ...

    def sent(self, reservation: str) -> Sequence[str]:
        """Return the templates of the e-mails sent (or queued) to a reservation, oldest first."""
        ...


class PortalBench(HotelBench, Protocol):
    """A PMS and its portal."""

    @property
    def portal(self) -> Portal:
        """The portal under test."""
        ...

    def visible(self, reservation: str, folio: str) -> bool:
        """Tell whether the guest sees a folio now."""
        ...


class GuaranteeDeskBench(SourceBench, Protocol):
    """A PMS and its guarantee desk; what was decided is seen through the source."""

    @property
    def desk(self) -> GuaranteeDesk:
        """The guarantee desk under test."""
        ...


class TodoListBench(HotelBench, Protocol):
    """A PMS and its to-dos."""

    @property
    def todo_list(self) -> TodoList:
        """The to-do list under test."""
        ...

    def notes(self, reservation: str) -> Sequence[tuple[str, str | None]]:
        """Return the text and the channel of every note on a reservation, in any order."""
        ...


class MailerContract(PortContract):
    """Everything that :class:`~hotelpay.ports.Mailer` promises."""

    @pytest.fixture
    def mailers(self) -> MailerBench:
        """Return a PMS without bookings; to be overridden."""
        raise NotImplementedError("override the fixture `mailers`: an empty outbox for every test")

    def test_an_email_is_sent(self, mailers: MailerBench) -> None:
        """The e-mail goes to that reservation, with an amount or without one."""
        first, second = mailers.put(booking("R1")), mailers.put(booking("R2"))
        done(mailers.mailer.send(new_key(), first.id, "thanks", Money.of(100, "EUR")))
        done(mailers.mailer.send(new_key(), first.id, "declined", None))
        assert sorted(mailers.sent(first.id)) == ["declined", "thanks"]
        assert list(mailers.sent(second.id)) == []

    def test_two_keys_are_two_emails(self, mailers: MailerBench) -> None:
        """The same template under another key is another e-mail."""
        stay = mailers.put(booking())
        done(mailers.mailer.send(new_key(), stay.id, "thanks", None))
        done(mailers.mailer.send(new_key(), stay.id, "thanks", None))
        assert list(mailers.sent(stay.id)) == ["thanks", "thanks"]

    def test_a_repeat_is_answered_like_the_first_call(self, mailers: MailerBench) -> None:
        """A repeat of a key is done, whether the e-mail goes out again or is dropped."""
        stay, key = mailers.put(booking()), new_key()
        done(mailers.mailer.send(key, stay.id, "thanks", None))
        done(mailers.mailer.send(key, stay.id, "thanks", None))
        assert set(mailers.sent(stay.id)) == {"thanks"}


class PortalContract(PortContract):
    """Everything that :class:`~hotelpay.ports.Portal` promises."""

    @pytest.fixture
    def portals(self) -> PortalBench:
        """Return a PMS without bookings; to be overridden."""
        raise NotImplementedError("override the fixture `portals`: a PMS without bookings for every test")

    def test_a_folio_is_shown_and_hidden(self, portals: PortalBench) -> None:
        """What was asked last is what the guest sees."""
        stay = portals.put(booking())
        folio = stay.folios[0].id
        for visible in (True, False, True):
            done(portals.portal.set_folio_visibility(new_key(), stay.id, folio, visible=visible))
            assert portals.visible(stay.id, folio) == visible

    def test_other_folios_stay_as_they_are(self, portals: PortalBench) -> None:
        """Hiding the folio of one guest hides no other."""
        first, second = portals.put(booking("R1")), portals.put(booking("R2"))
        for stay in (first, second):
            done(portals.portal.set_folio_visibility(new_key(), stay.id, stay.folios[0].id, visible=True))
        done(portals.portal.set_folio_visibility(new_key(), first.id, first.folios[0].id, visible=False))
        assert portals.visible(second.id, second.folios[0].id)

    def test_a_late_repeat_changes_nothing(self, portals: PortalBench) -> None:
        """An old call that comes again does not undo what was decided since."""
        stay, old = portals.put(booking()), new_key()
        folio = stay.folios[0].id
        done(portals.portal.set_folio_visibility(old, stay.id, folio, visible=False))
        done(portals.portal.set_folio_visibility(new_key(), stay.id, folio, visible=True))
        done(portals.portal.set_folio_visibility(old, stay.id, folio, visible=False))
        assert portals.visible(stay.id, folio)


class GuaranteeDeskContract(PortContract):
    """Everything that :class:`~hotelpay.ports.GuaranteeDesk` promises."""

    @pytest.fixture
    def desks(self) -> GuaranteeDeskBench:
        """Return a PMS without bookings; to be overridden."""
        raise NotImplementedError("override the fixture `desks`: a PMS without bookings for every test")

    @pytest.mark.parametrize("status", [GuaranteeStatus.GUARANTEED, GuaranteeStatus.NOT_GUARANTEED])
    def test_a_status_is_set(self, desks: GuaranteeDeskBench, status: GuaranteeStatus) -> None:
        """The status that was set is the one that the next decision reads, and on that reservation alone."""
        stay, other = desks.put(booking("R1")), desks.put(booking("R2"))
        done(desks.desk.set_guarantee_status(new_key(), stay.id, status))
        assert seen(desks, stay).guarantee_status is status
        assert seen(desks, other) == other

    def test_a_late_repeat_changes_nothing(self, desks: GuaranteeDeskBench) -> None:
        """An old call that comes again does not undo what was decided since."""
        stay, old = desks.put(booking()), new_key()
        done(desks.desk.set_guarantee_status(old, stay.id, GuaranteeStatus.GUARANTEED))
        done(desks.desk.set_guarantee_status(new_key(), stay.id, GuaranteeStatus.NOT_GUARANTEED))
        done(desks.desk.set_guarantee_status(old, stay.id, GuaranteeStatus.GUARANTEED))
        assert seen(desks, stay).guarantee_status is GuaranteeStatus.NOT_GUARANTEED


class TodoListContract(PortContract):
    """Everything that :class:`~hotelpay.ports.TodoList` promises."""

    @pytest.fixture
    def todo_lists(self) -> TodoListBench:
        """Return a PMS without bookings; to be overridden."""
        raise NotImplementedError("override the fixture `todo_lists`: a PMS without notes for every test")

    @pytest.mark.parametrize("channel", ["Payments", None])
    @pytest.mark.parametrize("text", ["Call the guest: 320.00 EUR", "{0} %s \\n", "日本語\n☎"])
    def test_a_note_says_what_it_was_told(self, todo_lists: TodoListBench, text: str, channel: str | None) -> None:
        """The text is kept as it stands, in its channel, on that reservation alone."""
        stay, other = todo_lists.put(booking("R1")), todo_lists.put(booking("R2"))
        done(todo_lists.todo_list.create(new_key(), stay.id, text, channel))
        assert list(todo_lists.notes(stay.id)) == [(text, channel)]
        assert list(todo_lists.notes(other.id)) == []

    def test_a_repeat_is_no_second_note(self, todo_lists: TodoListBench) -> None:
        """However often a key comes, also at once, staff get one note; another key is another note."""
        stay, key = todo_lists.put(booking()), new_key()
        create = partial(todo_lists.todo_list.create, key, stay.id, "Call the guest", None)
        done(create())
        assert at_once([create] * WORKERS) == [Done()] * WORKERS
        done(todo_lists.todo_list.create(new_key(), stay.id, "Call the guest", None))
        assert list(todo_lists.notes(stay.id)) == [("Call the guest", None)] * 2
