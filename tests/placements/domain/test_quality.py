"""Shares with intervals, small numbers that stay hidden, and the trend of a setting."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.placements.domain.intervals import rate_ratio, share_of
from services.placements.domain.setting_trend import Evidence, SettingRound, Strength, trend
from services.placements.domain.small_numbers import FEWEST, Shown, hidden, publishable


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        # Worked by hand from Wilson's formula with z = 1.959964.
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (96, 100, 0.9016, 0.9843),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_a_share_has_wilsons_interval(count, n, low, high):
    share = share_of(count, n)
    assert (share.low, share.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_nothing_of_nothing_has_no_share():
    assert share_of(0, 0).share is None
    assert rate_ratio(share_of(0, 0), share_of(1, 2)) is None
    assert rate_ratio(share_of(0, 5), share_of(0, 5)) is None


@given(st.integers(1, 300), st.data())
@settings(max_examples=60)
def test_a_share_lies_within_its_interval_and_that_within_nought_and_one(n, data):
    share = share_of(data.draw(st.integers(0, n)), n)
    assert share.share is not None
    assert share.low is not None
    assert share.high is not None
    assert 0 <= share.low <= share.share <= share.high <= 1


def test_a_ratio_of_shares_has_the_interval_of_its_logarithm():
    # 20 of 100 against 10 of 100: ln 2 with a standard error of sqrt(.05 - .01 + .1 - .01) = .36056.
    ratio = rate_ratio(share_of(20, 100), share_of(10, 100))
    assert ratio is not None
    assert (ratio.ratio, ratio.low, ratio.high) == pytest.approx((2.0, 0.9866, 4.0545), abs=1e-3)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), min_size=1))
@settings(max_examples=100)
def test_what_a_total_leaves_over_is_nobody_or_enough(sizes):
    gone = hidden(sizes)
    left = sum(sizes[group] for group in gone)
    assert {group for group, size in sizes.items() if size < FEWEST} <= gone
    assert left == 0 or left >= FEWEST or gone == set(sizes)
    assert len([group for group in gone if sizes[group]]) != 1 or gone == set(sizes) or 0 in sizes.values()


Table = dict[tuple[str, str], int]
"""How many people there are in each pair of a host's setting and a route."""


def differences(shown: dict[Shown, frozenset[int]]) -> Iterator[frozenset[int]]:
    """What is left of each shown group when others of one breakdown are taken away, in every way."""
    for whole in shown.values():
        for breakdown in {name.breakdown for name in shown}:
            parts = [each for name, each in shown.items() if name.breakdown == breakdown and each < whole]
            for count in range(1, len(parts) + 1):
                yield from (whole.difference(*some) for some in combinations(parts, count))


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ABC"), st.sampled_from("12"), st.sampled_from("xy")),
        st.integers(1, 9),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=80)
def test_no_subtraction_of_shown_groups_leaves_a_few_people(table):
    keys = sorted(table)
    sizes = {at: table[key] for at, key in enumerate(keys)}
    groups: dict[Shown, set[int]] = {}
    for at, (host, setting, route) in enumerate(keys):
        for name in (
            Shown("all", "all"),
            Shown("host", host),
            Shown("setting", host + setting),
            Shown("route", route),
        ):
            groups.setdefault(name, set()).add(at)
    frozen = {name: frozenset(atoms) for name, atoms in groups.items()}
    shown = publishable(frozen, sizes)
    for name in shown:
        assert sum(sizes[at] for at in frozen[name]) >= FEWEST
    for left in differences({name: frozen[name] for name in shown}):
        people = sum(sizes[at] for at in left)
        assert people == 0 or people >= FEWEST


def a_round(year: int, **counts: int) -> SettingRound:
    facts = {"placements": 8, "ended_early": 0, "reviews": 20, "red": 0, "concerns": 0} | counts
    return SettingRound(UUID(int=1), UUID(int=year), f"{year}-{year - 1999}", date(year, 9, 14), **facts)


def test_one_breakdown_is_no_trend_and_many_are_a_clear_one():
    good = [a_round(year) for year in (2020, 2021, 2022)]
    for broken, expected in ((0, []), (2, [Strength.EARLY]), (5, [Strength.CLEAR])):
        bad = [a_round(year, ended_early=broken) for year in (2023, 2024, 2025)]
        found = trend([*bad, *good], [])
        assert [each.strength for each in found.findings] == expected
        assert {each.evidence for each in found.findings} <= {Evidence.BREAKDOWNS}
    single = [a_round(2023, ended_early=1), a_round(2024), a_round(2025)]
    assert trend([*good, *single], []).findings == ()
