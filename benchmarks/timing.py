"""Times as ratios: what is compared runs in turns, and only the quotients of one round are kept.

A machine that is busy for a second slows both sides of a round, so a quotient holds where a time does not. For
the same reason processor time is measured: what waits for a core while something else runs does not pay for it.
"""

from __future__ import annotations

import gc
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence

import attrs


@attrs.frozen
class Spread:
    """Several measurements of one figure: their median, the lowest and the highest."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> Spread:
        """Return the spread of figures."""
        found = sorted(figures)
        return cls(statistics.median(found), found[0], found[-1])


def in_turns(
    actions: Sequence[Callable[[], object]], rounds: int, clock: Callable[[], float] = time.process_time
) -> list[tuple[float, ...]]:
    """Return the seconds of every action in every round, after one round that does not count.

    Every other round goes backwards, so that no action always comes first. The collector of cycles is kept
    from running in the middle of one action for what another has left.
    """
    for action in actions:
        action()
    places = range(len(actions))
    found = []
    for number in range(rounds):
        taken = dict.fromkeys(places, 0.0)
        for place in places if number % 2 == 0 else reversed(places):
            taken[place] = _seconds(actions[place], clock)
        found.append(tuple(taken.values()))
    return found


def _seconds(action: Callable[[], object], clock: Callable[[], float]) -> float:
    gc.collect()
    gc.disable()
    try:
        began = clock()
        action()
        return clock() - began
    finally:
        gc.enable()


def processes_in_turns(commands: Iterable[Sequence[str]], rounds: int) -> list[tuple[float, ...]]:
    """Return the seconds of whole processes, each from its start to its end; their output is thrown away."""
    return in_turns([_process(command) for command in commands], rounds, _seconds_of_processes)


def _process(command: Sequence[str]) -> Callable[[], object]:
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _seconds_of_processes() -> float:
    """Return the processor time of all processes that were started from here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ratios(rounds: Iterable[tuple[float, ...]], action: int, against: int) -> Spread:
    """Return how often longer one action takes than another of the same round."""
    return Spread.of(taken[action] / taken[against] for taken in rounds)
