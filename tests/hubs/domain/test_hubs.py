"""What a hub takes, and whose students belong in one."""

import pytest

from services.hubs.domain.hubs import Capacity, Scheme
from services.hubs.domain.reflections import NotAnonymised, Visibility, require_shareable


@pytest.mark.parametrize(
    ("level", "statutory", "belongs"),
    [("final", True, True), ("repeat_final", True, True), ("final", False, False), ("first", True, False)],
)
def test_students_in_final_statutory_placements_belong_in_a_hub(level, statutory, belongs):
    assert Scheme().includes(level, is_statutory=statutory) is belongs


def test_a_hub_may_also_be_for_first_placements_and_for_newly_qualified_social_workers():
    mixed = Scheme(frozenset({"first", "asye"}), statutory_only=False)
    assert mixed.includes("first", is_statutory=False)
    assert mixed.includes("asye", is_statutory=True)
    assert Scheme(frozenset({"asye"})).includes("asye", is_statutory=False)
    assert not mixed.includes("final", is_statutory=True)


def test_a_hub_for_eight_is_comfortable_from_six_and_a_small_peer_group_from_its_minimum():
    assert Capacity(4, 8, 9).comfortable == 6
    assert Capacity(3, 4, 5).comfortable == 3


@pytest.mark.parametrize(
    ("capacity", "in_order"), [((4, 8, 9), True), ((0, 8, 9), False), ((9, 8, 9), False)]
)
def test_the_numbers_of_a_capacity_must_make_sense_together(capacity, in_order):
    assert Capacity(*capacity).in_order is in_order


def test_nothing_is_shared_before_the_student_confirms_that_it_is_anonymised():
    for visibility in set(Visibility) - {Visibility.PRIVATE}:
        with pytest.raises(NotAnonymised):
            require_shareable(visibility, anonymised_confirmed=False)
        require_shareable(visibility, anonymised_confirmed=True)
    require_shareable(Visibility.PRIVATE, anonymised_confirmed=False)
