"""Currency against a reference written from the rules' text by counting days, and laws it must obey whatever the evidence."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.educators.domain.codes import (
    EpisodeEnd,
    LearnerKind,
    PepsStage,
    PlacementLevel,
    ReturnStepKind,
    RoleKind,
    SupportRole,
)
from services.educators.domain.currency import currency
from services.educators.domain.evidence import (
    ActiveRole,
    CpdRecord,
    Evidence,
    LearnerEpisode,
    ReturnStep,
    SupportEpisode,
)
from services.educators.domain.parameters import DEFAULT_PARAMETERS

EDGES = [
    date(2024, 2, 29),
    date(2024, 2, 28),
    date(2024, 3, 1),
    date(2023, 8, 31),
    date(2024, 8, 31),
    date(2023, 2, 28),
]
DAYS = st.one_of(st.dates(date(2022, 1, 1), date(2027, 12, 31)), st.sampled_from(EDGES))
AS_AT = st.one_of(
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.sampled_from(
        [date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), date(2028, 2, 29), date(2027, 2, 28)]
    ),
)
IDS = st.uuids(version=4)
RAN_TO_THE_END = (EpisodeEnd.COMPLETED, EpisodeEnd.FAILED)


def spans(draw: st.DrawFn) -> tuple[date, date | None]:
    one, other = draw(DAYS), draw(st.one_of(st.none(), DAYS))
    return (one, None) if other is None else (min(one, other), max(one, other))


@st.composite
def students(draw: st.DrawFn) -> SupportEpisode:
    first, last = spans(draw)
    return SupportEpisode(
        draw(IDS),
        draw(st.sampled_from(PlacementLevel)),
        draw(
            st.sampled_from(
                [SupportRole.EDUCATOR_OF_RECORD, SupportRole.EDUCATOR_OF_RECORD, SupportRole.CO_EDUCATOR]
            )
        ),
        first,
        last,
        None if last else draw(st.one_of(st.none(), st.dates(first, first + timedelta(days=400)))),
        draw(st.one_of(st.none(), st.integers(0, 110))),
        None,
        draw(st.booleans()),
        draw(st.sampled_from([None, *EpisodeEnd])) if last else None,
    )


@st.composite
def learners(draw: st.DrawFn) -> LearnerEpisode:
    return LearnerEpisode(draw(IDS), draw(st.sampled_from(LearnerKind)), *spans(draw), draw(st.booleans()))


@st.composite
def roles(draw: st.DrawFn) -> ActiveRole:
    return ActiveRole(draw(IDS), draw(st.sampled_from(RoleKind)), *spans(draw))


CPD_RECORDS = st.builds(CpdRecord, IDS, DAYS, st.booleans(), st.booleans())
RETURN_STEPS = st.builds(ReturnStep, IDS, st.sampled_from(ReturnStepKind), DAYS)
EVIDENCE = st.builds(
    Evidence,
    known_on=AS_AT,
    support_episodes=st.lists(students(), max_size=4).map(tuple),
    learner_episodes=st.lists(learners(), max_size=3).map(tuple),
    active_roles=st.lists(roles(), max_size=2).map(tuple),
    cpd_records=st.lists(CPD_RECORDS, max_size=3).map(tuple),
    return_steps=st.lists(RETURN_STEPS, max_size=6).map(tuple),
)


class Reference(NamedTuple):
    """The rules' text, told plainly."""

    basis: str | None
    until: date | None
    status: str


def years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def last_day(
    first: date, last: date | None, known_until: date | None, as_at: date, today: date
) -> date | None:
    """The last of the days served, found by walking them; a day in the future is served only if it is planned."""
    if first > as_at or first > today:
        return None
    served = [first]
    while served[-1] < as_at:
        following = served[-1] + timedelta(days=1)
        over = last is not None and following > last
        unplanned = last is None and following > today and (known_until is None or following > known_until)
        if over or unplanned:
            break
        served.append(following)
    return served[-1]


def student_days(evidence: Evidence, as_at: date) -> list[date]:
    found = []
    for e in evidence.support_episodes:
        if e.role is not SupportRole.EDUCATOR_OF_RECORD:
            continue
        still_there = e.ended_on is None or e.ended_on > as_at
        half = {"first": 35, "repeat_first": 35, "final": 50, "repeat_final": 50}.get(
            e.placement_level.value, 0
        )
        whole = e.days is None or e.days >= half or e.midway_reported or e.ending in RAN_TO_THE_END
        day = last_day(e.started_on, e.ended_on, e.expected_end_on, as_at, evidence.known_on)
        if day is not None and (still_there or whole):
            forgotten = e.ended_on is None and e.expected_end_on is None
            found.append(min(day, years_later(e.started_on, 1)) if forgotten else day)
    return found


def learner_days(evidence: Evidence, as_at: date) -> list[date]:
    found = []
    for e in evidence.learner_episodes:
        day = last_day(e.started_on, e.ended_on, None, as_at, evidence.known_on)
        if day is not None and e.assessed_against_pcf:
            found.append(day if e.ended_on else min(day, years_later(e.started_on, 1)))
    return found


def return_days(evidence: Evidence, as_at: date, practised_until: date | None) -> list[date]:
    """Each day on which the last of the steps was done, with the others in the two years before it."""
    found = []
    steps = [s for s in evidence.return_steps if s.on <= as_at and s.on <= evidence.known_on]
    for last in steps:
        kinds = {s.kind.value for s in steps if s.on <= last.on <= years_later(s.on, 2)}
        needed = {"re_engagement_cpd", "mentored_student", "direct_observation"}
        if practised_until is None or last.on > years_later(practised_until, 5):
            needed.add("portfolio_review")
        if needed <= kinds:
            found.append(last.on)
    return found


def reference(evidence: Evidence, as_at: date) -> Reference:
    """Stage 2, default parameters."""
    pupils, others = student_days(evidence, as_at), learner_days(evidence, as_at)
    posts = [
        last_day(r.started_on, r.ended_on, None, as_at, evidence.known_on) for r in evidence.active_roles
    ]
    ends = {
        "A": max((years_later(d, 2) for d in pupils), default=None),
        "B": max((min(years_later(d, 3), years_later(o, 3)) for d in pupils for o in others), default=None),
        "C": max((years_later(d, 2) for d in posts if d), default=None),
    }
    cpds = [
        r.on
        for r in evidence.cpd_records
        if r.practice_education and r.on <= as_at and r.on <= evidence.known_on
    ]
    cpds += [
        s.on
        for s in evidence.return_steps
        if s.kind is ReturnStepKind.RE_ENGAGEMENT_CPD and s.on <= as_at and s.on <= evidence.known_on
    ]
    cpd_end = max((years_later(d, 1) for d in cpds), default=None)
    practised_until = max((end for end in ends.values() if end), default=None)
    ends["return"] = max(
        (years_later(d, 2) for d in return_days(evidence, as_at, practised_until)), default=None
    )
    known = {route: end for route, end in ends.items() if end}
    basis = next((r for r, end in known.items() if end == max(known.values()) and end >= as_at), None)
    basis = "A" if basis == "return" else basis
    until = min(max(known.values()), cpd_end) if known and cpd_end else None
    if not (
        evidence.support_episodes
        or evidence.learner_episodes
        or evidence.active_roles
        or evidence.cpd_records
        or evidence.return_steps
    ):
        return Reference(None, None, "unverified")
    if basis is None or cpd_end is None or until is None or (as_at - cpd_end).days > 60:
        return Reference(basis, until, "lapsed")
    return Reference(basis, until, "expiring" if (until - as_at).days <= 90 else "current")


@settings(max_examples=300, deadline=None)
@given(evidence=EVIDENCE, as_at=AS_AT)
def test_currency_is_what_counting_days_by_the_text_gives(evidence: Evidence, as_at: date) -> None:
    found = currency(PepsStage.STAGE_2, evidence, DEFAULT_PARAMETERS, as_at)
    expected = reference(evidence, as_at)
    assert (found.basis and found.basis.value, found.current_until, found.status.value) == expected


@given(evidence=EVIDENCE, more=EVIDENCE, as_at=AS_AT)
def test_more_evidence_never_shortens_currency(evidence: Evidence, more: Evidence, as_at: date) -> None:
    both = Evidence(
        evidence.known_on,
        evidence.support_episodes + more.support_episodes,
        evidence.learner_episodes + more.learner_episodes,
        evidence.active_roles + more.active_roles,
        evidence.cpd_records + more.cpd_records,
        return_steps=evidence.return_steps + more.return_steps,
    )
    before = currency(PepsStage.STAGE_2, evidence, DEFAULT_PARAMETERS, as_at)
    after = currency(PepsStage.STAGE_2, both, DEFAULT_PARAMETERS, as_at)
    assert before.current_until is None or (
        after.current_until and after.current_until >= before.current_until
    )
    assert after.is_current or not before.is_current
    grounds = zip((*before.routes, before.cpd), (*after.routes, after.cpd), strict=True)
    assert all(new.holds for old, new in grounds if old.holds)


@given(evidence=EVIDENCE, as_at=AS_AT, order=st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(evidence: Evidence, as_at: date, order: Random) -> None:
    def mixed(records: tuple) -> tuple:
        return tuple(sorted(records, key=lambda _: order.random()))

    shuffled = Evidence(
        evidence.known_on,
        mixed(evidence.support_episodes),
        mixed(evidence.learner_episodes),
        mixed(evidence.active_roles),
        mixed(evidence.cpd_records),
        return_steps=mixed(evidence.return_steps),
    )
    assert currency(PepsStage.STAGE_2, shuffled, DEFAULT_PARAMETERS, as_at) == currency(
        PepsStage.STAGE_2, evidence, DEFAULT_PARAMETERS, as_at
    )


@given(evidence=EVIDENCE, as_at=AS_AT)
def test_a_ground_that_holds_rests_on_evidence_and_one_that_does_not_says_what_to_do(
    evidence: Evidence, as_at: date
) -> None:
    found = currency(PepsStage.STAGE_2, evidence, DEFAULT_PARAMETERS, as_at)
    ids: set[UUID] = {
        record.id
        for records in (
            evidence.support_episodes,
            evidence.learner_episodes,
            evidence.active_roles,
            evidence.cpd_records,
            evidence.return_steps,
        )
        for record in records
    }
    for ground in (*found.routes, found.cpd):
        assert set(ground.evidence_ids) <= ids
        assert (ground.evidence_ids and not ground.fix) if ground.holds else ground.fix
