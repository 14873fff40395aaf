"""The rank of an offer is the best among the choices it meets, and one after the list's end where it meets none."""

import numpy as np

from services.placements.domain.matching.codes import PreferenceKind
from services.placements.domain.matching.inputs import PreferenceInput
from services.placements.domain.matching.pairs import TOGETHER
from services.placements.domain.matching.preferences import Lists
from tests.placements.domain.matching.rounds import a_request, an_offer

OFFERS = (
    an_offer("a", setting_id="s", service_area="hospital", directorate="adults", locality="coast"),
    an_offer("b", setting_id="s", service_area="fostering", directorate="childrens", locality="coast"),
    an_offer("c", setting_id="t", service_area="hospital", directorate="childrens", locality="north"),
)


def _ranks(*preferences: tuple[int, PreferenceKind, str]) -> list[int]:
    listed = tuple(PreferenceInput(rank=rank, kind=kind, value=value) for rank, kind, value in preferences)
    lists, offers = Lists([a_request("r", preferences=listed)], OFFERS), np.arange(len(OFFERS))
    ranks: list[int] = lists.ranks(np.zeros_like(offers), offers).tolist()
    return ranks


def test_an_offer_counts_at_the_best_rank_it_meets():
    assert _ranks((1, PreferenceKind.OFFER, "b"), (2, PreferenceKind.SETTING, "s")) == [2, 1, 3]
    assert _ranks((1, PreferenceKind.SETTING, "s"), (2, PreferenceKind.OFFER, "b")) == [1, 1, 3]


def test_every_kind_of_choice_is_understood():
    assert _ranks((1, PreferenceKind.SERVICE_AREA, "hospital")) == [1, 2, 1]
    assert _ranks((1, PreferenceKind.DIRECTORATE, "childrens")) == [2, 1, 1]
    assert _ranks((1, PreferenceKind.LOCALITY, "coast")) == [1, 1, 2]


def test_an_offer_outside_the_list_ranks_one_after_its_end():
    assert _ranks((1, PreferenceKind.OFFER, "a"), (2, PreferenceKind.OFFER, "b")) == [1, 2, 3]
    assert _ranks((1, PreferenceKind.OFFER, "nowhere")) == [2, 2, 2]
    assert _ranks() == [1, 1, 1]


def test_gaps_in_a_list_close_and_equal_ranks_stay_equal():
    gaps = ((2, PreferenceKind.OFFER, "a"), (9, PreferenceKind.OFFER, "b"))
    assert _ranks(*gaps) == [1, 2, 3]
    assert _ranks((1, PreferenceKind.OFFER, "a"), (1, PreferenceKind.OFFER, "b")) == [1, 1, 2]


def test_the_length_of_a_list_is_its_number_of_ranks():
    assert Lists([a_request("r", "a", "b"), a_request("s")], OFFERS).lengths.tolist() == [2, 0]


def test_lists_of_many_students_are_told_apart_however_many_are_looked_at_together():
    requests = [a_request(str(at), *(("a", "b", "c")[: at % 4])) for at in range(2 * TOGETHER + 3)]
    everybody = np.repeat(np.arange(len(requests)), len(OFFERS))
    ranks = Lists(requests, OFFERS).ranks(everybody, np.tile(np.arange(len(OFFERS)), len(requests)))
    outside = [[min(place, at % 4) + 1 for place in range(len(OFFERS))] for at in range(len(requests))]
    assert ranks.reshape(-1, len(OFFERS)).tolist() == outside


def test_what_is_ranked_better_comes_once_and_at_its_best_rank():
    listed = (
        PreferenceInput(rank=1, kind=PreferenceKind.LOCALITY, value="coast"),
        PreferenceInput(rank=2, kind=PreferenceKind.SETTING, value="s"),
        PreferenceInput(rank=3, kind=PreferenceKind.OFFER, value="c"),
    )
    lists = Lists([a_request("q", "c"), a_request("r", preferences=listed)], OFFERS)
    better = [column.tolist() for column in lists.better(0, 2, np.array([1, 3]))]
    assert better == [[1, 1], [0, 1], [1, 1]]
