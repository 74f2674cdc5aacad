"""One target under atheris, in a process of its own; the arguments after its name are libFuzzer's.

Without atheris nothing here works: `make fuzz` installs it.
"""

from __future__ import annotations

import sys
from hashlib import sha1
from pathlib import Path
from random import Random

import atheris

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

with atheris.instrument_imports(include=["hotelpay", "tomllib"]):
    from border.fuzz_targets import TARGETS

from border.fuzz_mutations import mutated  # noqa: E402  not instrumented


def _mutator(data: bytes, longest: int, seed: int) -> bytes:
    """Change a document as a person would get it wrong, or the bytes as libFuzzer likes."""
    random = Random(seed)  # noqa: S311  nothing here is a secret
    if random.random() < 0.5:
        changed = mutated(data, random)
        if changed != data and len(changed) <= longest:
            return changed
    found: bytes = atheris.Mutate(data, longest)
    return found


def main() -> None:
    """Fuzz the target that is named first; what breaks it is kept in the folder that is named second."""
    target, findings = TARGETS[sys.argv.pop(1)], Path(sys.argv.pop(1))

    def run(data: bytes) -> None:
        try:
            target.run(data)
        except Exception:
            # libFuzzer would keep it too, unless the process dies of the error's text.
            (findings / f"crash-{sha1(data, usedforsecurity=False).hexdigest()}").write_bytes(data)
            raise

    options = {"custom_mutator": _mutator} if target.is_json else {}
    atheris.Setup([*sys.argv, f"-artifact_prefix={findings}/"], run, **options)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
