"""The extra ``testing``: suites that pytest runs on an adapter, and strategies that Hypothesis finds by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

#: A test module as a host writes it; ``{hotel}`` is the adapter.
MODULE = '''
import pytest
from hypothesis import given, settings, strategies as st
from hotelpay import Money, Reservation
from hotelpay.testing.contracts import FolioBookContract, ReservationSourceContract
from hotelpay.testing.memory_hotel import MemoryHotel


class Blind(MemoryHotel):
    """An adapter that finds nobody."""

    def candidates(self, query):
        return ()


class Bench:
    def __init__(self):
        self.source = self.book = {hotel}()

    def put(self, reservation):
        self.source.put(reservation)
        return reservation


class TestBook(FolioBookContract):
    @pytest.fixture
    def books(self):
        return Bench()


class TestSource(ReservationSourceContract):
    @pytest.fixture
    def sources(self):
        return Bench()


@settings(max_examples=20)
@given(st.from_type(Reservation), st.from_type(Money))
def test_strategies(reservation, money):
    assert reservation.id and money.currency
'''


def pytest_on(hotel: str) -> tuple[int, str]:
    name = f"test_{hotel.lower()}.py"
    Path(name).write_text(MODULE.replace("{hotel}", hotel), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  the tests above
    return done.returncode, done.stdout


status, words = pytest_on("MemoryHotel")
assert status == 0, words
passed = words.strip().splitlines()[-1].split(" in ")[0]
assert int(passed.split()[0]) > 10, words
status, words = pytest_on("Blind")
assert status == 1, words

sys.stdout.write(f"suites and strategies, {passed}; a blind adapter is found out\n")
