"""The states of a settlement, and what a recovery does: the names are those of the journal."""

from __future__ import annotations

from typing import Final

from drawings.shapes import WIDTH, Box, arrow, drawn, flat, heading, words
from hotelpay import Approved, Declined, NotAttempted, Unknown
from hotelpay.pictures.svg import colour, document, line
from hotelpay.settlement.effects import FollowUp, Post
from hotelpay.settlement.journal import Claimed, Completed, PersonNeeded, Sending

_HEIGHT: Final = 560

_CLAIMED: Final = Box(16, 50, 180, 48, (Claimed.__name__, "intent and keys are fixed"))
_SENDING: Final = Box(244, 50, 180, 48, (Sending.__name__, "from here it may happen"))
_APPROVED: Final = Box(16, 168, 130, 48, (Approved.__name__, "it happened"), "green")
_DECLINED: Final = Box(166, 168, 124, 48, (Declined.__name__, "refused, for good"), "red")
_UNKNOWN: Final = Box(318, 168, 134, 48, (Unknown.__name__, "nobody can say yet"), "amber")
_NOT: Final = Box(480, 168, 144, 48, (NotAttempted.__name__, "it never happened"), "amber")
_POSTED: Final = Box(16, 270, 130, 48, (Post.__name__, "into the folio"))
_LOOKED_UP: Final = Box(318, 270, 134, 48, ("looked up", "by its key"))
_AGAIN: Final = Box(318, 364, 134, 48, ("sent again", "the same key"))
_PERSON: Final = Box(480, 364, 144, 48, (PersonNeeded.__name__, "a person looks"), "red")
_FOLLOWED: Final = Box(16, 364, 274, 48, (FollowUp.__name__, "the actions of the task, one by one"))
_COMPLETED: Final = Box(16, 458, 274, 48, (Completed.__name__, "its outcome is final"), "green")
_RECOVERY: Final = Box(
    318,
    452,
    306,
    86,
    (
        "Recovery",
        "takes over what a dead worker left,",
        "under a new epoch. What is recorded is",
        "not done again; all else goes on here.",
    ),
    "violet",
)
_BOXES: Final = (
    *(_CLAIMED, _SENDING, _APPROVED, _DECLINED, _UNKNOWN, _NOT, _POSTED, _LOOKED_UP, _AGAIN, _PERSON),
    *(_FOLLOWED, _COMPLETED, _RECOVERY),
)
#: Where the answers of a call part.
_FORK: Final = 132


def settlement() -> str:
    """Draw what becomes of a settlement from its claim to its end."""
    answers = (_APPROVED, _DECLINED, _UNKNOWN, _NOT)
    fork = [
        line((_SENDING.middle, _SENDING.bottom), (_SENDING.middle, _FORK), stroke=colour("muted"), stroke_width=1.5),
        line((_APPROVED.middle, _FORK), (_NOT.middle, _FORK), stroke=colour("muted"), stroke_width=1.5),
    ]
    again = 304
    arrows = (
        arrow((_CLAIMED.right, _CLAIMED.centre), (_SENDING.left, _SENDING.centre)),
        *(arrow((each.middle, _FORK), (each.middle, each.top)) for each in answers),
        arrow((612, _NOT.top), (612, 84), (_SENDING.right, 84), broken=True),
        words(432, 68, "by the next cycles,"),
        words(432, 104, "while the window is open"),
        arrow((_APPROVED.middle, _APPROVED.bottom), (_POSTED.middle, _POSTED.top)),
        arrow((_POSTED.middle, _POSTED.bottom), (_POSTED.middle, _FOLLOWED.top)),
        arrow((_DECLINED.middle, _DECLINED.bottom), (_DECLINED.middle, _FOLLOWED.top)),
        arrow((_FOLLOWED.middle, _FOLLOWED.bottom), (_COMPLETED.middle, _COMPLETED.top)),
        arrow((_UNKNOWN.middle, _UNKNOWN.bottom), (_LOOKED_UP.middle, _LOOKED_UP.top)),
        arrow((_LOOKED_UP.right, 284), (466, 284), (466, _FORK), broken=True),
        words(474, 250, "known: its answer", "counts as if it had", "come at once"),
        arrow((_LOOKED_UP.middle, _LOOKED_UP.bottom), (_AGAIN.middle, _AGAIN.top)),
        words(_AGAIN.middle - 8, 346, "not known", anchor="end"),
        arrow((_AGAIN.left, _AGAIN.centre), (again, _AGAIN.centre), (again, _SENDING.bottom), broken=True),
        arrow((430, _LOOKED_UP.bottom), (430, 340), (_PERSON.middle, 340), (_PERSON.middle, _PERSON.top)),
        words(440, 334, "the key may be forgotten"),
    )
    return document(
        WIDTH,
        _HEIGHT,
        [heading("A settlement, step by step"), *fork, *flat(arrows), *flat(map(drawn, _BOXES))],
        title="The states of a settlement, and what a recovery does",
        description=(
            "A settlement is claimed with its intent and its keys. Sending is written before the call, which is "
            "answered in one of four ways. Approved is posted into the folio, then the actions of the task follow, "
            "and the settlement is completed. Declined goes to the actions at once. Not attempted is sent by the "
            "next cycles while the window is open. Unknown is looked up by its key: a known answer counts as if it "
            "had come at once; one that is not known is sent again under the same key; where the key may be "
            "forgotten a person is needed. A recovery takes over what a dead worker left, under a new epoch: what "
            "is recorded is not done again, all else goes on as it would have."
        ),
        name="settlement",
    )
