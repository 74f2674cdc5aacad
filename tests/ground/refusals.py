"""How the tests of the ground look at a refusal."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import pytest

from hotelpay import InvalidValue

#: What no type checker would let pass.
less_than: Final[Callable[[Any, Any], Any]] = operator.lt


def refusal(build: Callable[..., object], *args: Any, **fields: Any) -> tuple[type[InvalidValue], str, str]:
    """Return the class, the code and the sentence of the error that ``build`` raises for these arguments."""
    with pytest.raises(InvalidValue) as caught:
        build(*args, **fields)
    return type(caught.value), caught.value.code, str(caught.value)
