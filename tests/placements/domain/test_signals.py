"""What signals weigh, together."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.signals import Signal, is_new_red, standing
from services.placements.domain.vocabulary import ConcernAbout, Severity
from shared.calendar import ENGLAND
from tests.placements.policies import a_policy

NOW = datetime(2026, 10, 5, 9, tzinfo=UTC)
POLICY = a_policy()


def a_signal(
    severity: Severity = Severity.AMBER,
    *,
    rule: RuleCode = RuleCode.HUB_ABSENCE,
    about: ConcernAbout = ConcernAbout.WELLBEING,
    cause: str = "hub:1",
    at: datetime = NOW,
    resolved_at: datetime | None = None,
) -> Signal:
    expires_at = ENGLAND.due_at(at, POLICY.signals_expire_after)
    return Signal(rule, severity, about, cause, at, expires_at, resolved_at)


def test_amber_weighs_one_and_red_three():
    signals = [a_signal(), a_signal(Severity.RED, rule=RuleCode.REVIEW_RAG, cause="review:1")]
    assert standing(POLICY, signals, NOW).points == 4


def test_one_cause_counts_once_per_rule_with_the_heaviest_of_it():
    noticed = [a_signal(Severity.NONE), a_signal(), a_signal(Severity.RED), a_signal()]
    assert standing(POLICY, noticed, NOW).points == 3


def test_two_causes_of_one_rule_count_both():
    assert standing(POLICY, [a_signal(), a_signal(cause="hub:2")], NOW).points == 2


def test_a_friendly_message_counts_nothing_and_is_not_watched():
    now = standing(POLICY, [a_signal(Severity.NONE)], NOW)
    assert (now.points, now.is_watched) == (0, False)


def test_one_amber_is_watched():
    assert standing(POLICY, [a_signal()], NOW).is_watched


def test_a_signal_expires_at_five_in_the_afternoon_of_working_day_twenty():
    signal = a_signal(at=datetime(2026, 9, 7, 9, tzinfo=UTC))
    assert signal.expires_at == datetime(2026, 10, 5, 16, tzinfo=UTC)
    assert standing(POLICY, [signal], signal.expires_at - timedelta(seconds=1)).points == 1
    assert standing(POLICY, [signal], signal.expires_at).points == 0


def test_a_resolved_signal_no_longer_counts():
    assert standing(POLICY, [a_signal(resolved_at=NOW)], NOW).points == 0


def test_what_it_is_about_is_said_by_the_heaviest_and_of_equals_by_the_latest():
    earlier = a_signal(at=NOW - timedelta(days=1))
    later = a_signal(rule=RuleCode.DAYS_BEHIND, about=ConcernAbout.SETTING, cause="plan")
    red = a_signal(
        Severity.RED, rule=RuleCode.REVIEW_RAG, about=ConcernAbout.PRACTICE_EDUCATION, cause="review:1"
    )
    ambers = standing(POLICY, [later, earlier], NOW).heaviest
    assert ambers is not None
    assert ambers.about is ConcernAbout.SETTING
    with_red = standing(POLICY, [red, later, earlier], NOW).heaviest
    assert with_red is red


def test_a_red_is_new_unless_the_same_cause_was_red_before():
    red = a_signal(Severity.RED)
    assert is_new_red(red, [a_signal()])
    assert not is_new_red(red, [a_signal(Severity.RED)])
    assert is_new_red(red, [a_signal(Severity.RED, cause="hub:2")])
    assert not is_new_red(a_signal(), [])


@given(
    st.lists(st.tuples(st.sampled_from(Severity), st.sampled_from(["a", "b", "c"])), max_size=12),
    st.randoms(),
)
def test_the_order_in_which_signals_are_noticed_does_not_matter(noticed, random):
    signals = [a_signal(severity, cause=cause) for severity, cause in noticed]
    shuffled = random.sample(signals, len(signals))
    assert standing(POLICY, signals, NOW).points == standing(POLICY, shuffled, NOW).points <= 9
