"""Fuzz every target for so many seconds, each in a process of its own: `python campaigns/fuzzing/run.py --seconds 60`.

Prints what each target came to, keeps the inputs that broke a promise in a folder, and exits with 1 where there are
any. What fuzzing has learned is kept beside them, so that the next run begins there.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from border import fuzz_seeds  # noqa: E402  found where the line above says
from border.fuzz_targets import TARGETS  # noqa: E402  as above

#: One execution takes milliseconds.
_LONGEST_SECONDS = 10
_MOST_MEGABYTES = 2048
_EXECUTED = re.compile(r"^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)
_NOISE = re.compile(r"^(?:INFO|WARNING): .*\n", re.MULTILINE)
_KINDS_OF_FINDINGS = ("crash-*", "timeout-*", "oom-*")


class Fuzzed(NamedTuple):
    """What became of a target: how often it was run, which inputs broke it, and what was said then."""

    executions: int
    findings: tuple[Path, ...]
    said: str


def main() -> int:
    """Fuzz the targets that are asked for, and tell."""
    asked = _arguments()
    folder: Path = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    dictionary = folder / "dictionary.txt"
    dictionary.write_text("".join(map(_entry, fuzz_seeds.words())), encoding="ascii")
    limit = f"-runs={asked.runs}" if asked.runs else f"-max_total_time={asked.seconds}"
    total = found = 0
    for name in asked.targets:
        result = fuzz(name, folder / name, dictionary, limit)
        total, found = total + result.executions, found + len(result.findings)
        print(f"{name:<14} {result.executions:>12,} executions {len(result.findings):>4} findings", flush=True)  # noqa: T201
        for path in result.findings:
            print(f"  {path}\n{result.said}", flush=True)  # noqa: T201  the input and what it broke
    print(f"{'in all':<14} {total:>12,} executions {found:>4} findings")  # noqa: T201  the sum
    return 1 if found or not total else 0


def fuzz(name: str, folder: Path, dictionary: Path, limit: str) -> Fuzzed:
    """Fuzz one target until the limit or its first finding."""
    corpus, findings = folder / "corpus", folder / "findings"
    for each in (corpus, findings):
        each.mkdir(parents=True, exist_ok=True)
    for seed in TARGETS[name].seeds():
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    known = set(_inputs(findings))
    options = (
        limit,
        f"-dict={dictionary}",
        f"-max_len={TARGETS[name].longest}",
        f"-timeout={_LONGEST_SECONDS}",
        f"-rss_limit_mb={_MOST_MEGABYTES}",
        "-print_final_stats=1",
        "-verbosity=0",
    )
    command = [sys.executable, str(Path(__file__).with_name("fuzz_one.py")), name, str(findings), *options, str(corpus)]
    ran = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603
    said = _NOISE.sub("", ran.stdout + ran.stderr)
    counted = _EXECUTED.search(said)
    # What broke it before and still does is written once more under the same name.
    kept = set(_inputs(findings))
    new = tuple(sorted(kept - known or (kept if ran.returncode else ())))
    if not new and (ran.returncode or counted is None):
        raise RuntimeError(f"{name} could not be fuzzed:\n{said[-4000:]}")
    return Fuzzed(0 if counted is None else int(counted[1]), new, said[-4000:])


def _inputs(folder: Path) -> Iterable[Path]:
    return (path for kind in _KINDS_OF_FINDINGS for path in folder.glob(kind))


def _entry(word: str) -> str:
    """Write a word of the dictionary as libFuzzer reads it."""
    escaped = "".join(
        chr(byte) if 0x20 < byte < 0x7F and byte not in b'"\\' else f"\\x{byte:02x}" for byte in _raw(word)
    )
    return f'"{escaped}"\n'


def _raw(word: str) -> bytes:
    # libFuzzer takes at most 64 bytes.
    return word.encode(errors="surrogatepass")[:60]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", default=list(TARGETS), metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="so long for each target (60)")
    parser.add_argument("--runs", type=int, help="so many executions of each target instead")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "fuzzing", help="what is kept (build/fuzzing)")
    found = parser.parse_args()
    if unknown := set(found.targets) - TARGETS.keys():
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    return found


if __name__ == "__main__":
    sys.exit(main())
