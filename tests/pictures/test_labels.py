"""Labels beside their dots: none touches another."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from hotelpay.pictures.labels import Placed, placed

LEFT, RIGHT = 20, 940
labels = st.lists(st.tuples(st.integers(LEFT, RIGHT), st.integers(1, 500)), max_size=25).map(
    lambda found: sorted((Fraction(x), Fraction(width)) for x, width in found)
)


def meet(one: Placed, other: Placed) -> bool:
    return one.row == other.row and one.left < other.right and other.left < one.right


@given(labels)
def test_no_two_labels_overlap_and_all_lie_within(found: list[tuple[Fraction, Fraction]]) -> None:
    boxes = placed(found, LEFT, RIGHT)
    assert [box.x for box in boxes] == [x for x, _ in found]
    assert not any(meet(one, other) for one, other in combinations(boxes, 2))
    assert all((box.left >= LEFT and box.right <= RIGHT) or box.right - box.left < 0 for box in boxes)


@given(labels)
def test_a_label_is_cut_only_where_neither_side_has_room(found: list[tuple[Fraction, Fraction]]) -> None:
    for box, (x, width) in zip(placed(found, LEFT, RIGHT), found, strict=True):
        if box.right - box.left < width:
            assert width > RIGHT - x - 9
            assert width > x - 9 - LEFT


@given(labels)
def test_no_line_runs_through_a_label_on_the_right_of_its_dot(found: list[tuple[Fraction, Fraction]]) -> None:
    """A line leads down from each dot: labels on the right of theirs are placed so that none meets one."""
    boxes = placed(found, LEFT, RIGHT)
    for box in boxes:
        if box.left > box.x and box.row < max(each.row for each in boxes):
            above = [each for each in boxes if each.row < box.row and each is not box]
            assert not any(box.left < each.x < box.right for each in above)


def test_labels_far_apart_share_a_row() -> None:
    boxes = placed([(Fraction(30), Fraction(100)), (Fraction(400), Fraction(100))], LEFT, RIGHT)
    assert [box.row for box in boxes] == [0, 0]


def test_a_label_at_the_right_end_stands_on_the_left_of_its_dot() -> None:
    (box,) = placed([(Fraction(900), Fraction(100))], LEFT, RIGHT)
    assert (int(box.left), int(box.right)) == (791, 891)
