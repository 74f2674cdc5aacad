"""What the commands say beside their result, on standard error."""

from __future__ import annotations

import sys

from hotelpay.cli.speech import say
from hotelpay.hotel import Setup


def note_pause(hotel: Setup) -> None:
    """Say of a paused autopilot that what is shown does not happen (D14)."""
    if hotel.paused:
        note(say("the autopilot is paused: until that ends, no cycle starts any of this"))


def note(sentence: str) -> None:
    """Say something beside the result."""
    sys.stderr.write(f"hotelpay: {sentence}\n")
