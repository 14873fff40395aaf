"""The engine: what was not done in time leads on by itself, once."""

from datetime import timedelta

from sqlalchemy import select, text, update

from services.placements.domain.vocabulary import ConcernLevel
from services.placements.jobs.fire_due_steps import Fired, fire_due_steps
from services.placements.models.concerns import Concern, ConcernStep, ConcernTransition
from services.placements.operations.cases import Actor
from services.placements.operations.concern_holds import acknowledge
from services.placements.operations.concern_progress import meet
from tests.placements.struggling import (
    a_concern,
    a_placement,
    case_of,
    london_at,
    notice,
    open_steps_of,
    published,
    red_review,
    the_concern,
    told,
    transitions_of,
)

NOT_ACKNOWLEDGED = [("early_conversation", "red"), ("stage_one", "not_acknowledged")]


async def test_nothing_fires_before_it_is_due(placements_db, stopped_clock):
    _, concern_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at = london_at(9, 9, 16, 59)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(0, 0)
    assert await transitions_of(placements_db, concern_id) == [("early_conversation", "red")]


async def test_a_concern_nobody_acknowledges_within_two_working_days_rises_by_itself(
    placements_db, stopped_clock
):
    _, concern_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at = london_at(9, 9)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
    assert await transitions_of(placements_db, concern_id) == NOT_ACKNOWLEDGED
    assert await published(placements_db, "concern.escalated") == 1
    assert await open_steps_of(placements_db, concern_id) == {"meeting": london_at(9, 21)}
    stage_one = (await told(placements_db, concern_id))[3:]
    assert sorted(stage_one) == [
        "coordinator",
        "on_site_supervisor",
        "practice_education_lead",
        "practice_educator",
        "student",
        "tutor",
    ]


async def test_unattended_it_climbs_to_the_panel_with_each_levels_full_time_and_is_then_chased(
    placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    for _ in range(70):
        stopped_clock.move(timedelta(days=1))
        await fire_due_steps(placements_db, stopped_clock)
    assert await transitions_of(placements_db, concern_id) == [
        *NOT_ACKNOWLEDGED,
        ("stage_two", "not_held"),
        ("placement_panel", "not_held"),
    ]
    async with placements_db.begin() as session:
        entered = (
            (await session.execute(select(ConcernTransition.at).order_by(ConcernTransition.id)))
            .scalars()
            .all()
        )
    assert [day.date().isoformat() for day in entered] == [
        "2026-09-07",
        "2026-09-10",
        "2026-09-23",
        "2026-10-06",
    ]
    assert set(await open_steps_of(placements_db, concern_id)) == {"papers", "panel"}
    assert (await told(placements_db, concern_id, "step_overdue")).count("programme_manager") >= 3
    assert (await the_concern(placements_db, at)).version >= 4


async def test_after_five_days_of_outage_a_case_rises_one_level_with_its_full_time(
    placements_db, stopped_clock
):
    _, concern_id = await a_concern(placements_db, stopped_clock)
    stopped_clock.at = london_at(9, 28, 10)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
    assert await transitions_of(placements_db, concern_id) == NOT_ACKNOWLEDGED
    assert await open_steps_of(placements_db, concern_id) == {"meeting": london_at(10, 8)}


async def test_where_nobody_can_be_reached_the_engine_goes_on_to_the_next_level_at_once(
    placements_db, stopped_clock
):
    _, concern_id = await a_concern(placements_db, stopped_clock, without=("practice_educator",))
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
    assert await transitions_of(placements_db, concern_id) == [
        ("early_conversation", "red"),
        ("stage_one", "nobody_reached"),
    ]


async def test_where_nobody_at_all_can_be_reached_it_ends_at_the_panel_with_a_gap_for_each_level(
    placements_db, stopped_clock
):
    nobody = (
        "practice_educator",
        "coordinator",
        "programme_manager",
        "practice_education_lead",
        "panel_chair",
    )
    at = await a_placement(placements_db, now=stopped_clock.now(), without=nobody)
    async with placements_db.begin() as session:
        await session.execute(text("update people set email = ''"))
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now(), about="wellbeing"))
    await fire_due_steps(placements_db, stopped_clock)
    concern = await the_concern(placements_db, at)
    assert concern.level == "placement_panel"
    assert await published(placements_db, "policy_gap.noticed") == 4
    assert [why for _, why in await transitions_of(placements_db, concern.id)] == ["red"] + [
        "nobody_reached"
    ] * 3


async def test_an_acknowledged_case_does_not_fire_before_the_acknowledgement_ends(
    placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    until = london_at(9, 11, 12)
    async with placements_db.begin() as session:
        case = await case_of(session, concern_id, stopped_clock.now())
        actor = Actor(at.people["tutor"], "tutor")
        await acknowledge(case, actor, level_seen=ConcernLevel.EARLY_CONVERSATION, until=until)
    stopped_clock.at = until - timedelta(seconds=1)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(0, 0)
    stopped_clock.at = until
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
    concern = await the_concern(placements_db, at)
    assert (concern.status, concern.level, concern.held_until) == ("open", "early_conversation", None)
    assert sorted(await told(placements_db, concern_id, "acknowledgement_ended")) == [
        "practice_educator",
        "tutor",
    ]
    stopped_clock.at = london_at(9, 14)
    await fire_due_steps(placements_db, stopped_clock)
    assert (await transitions_of(placements_db, concern_id))[-1] == ("stage_one", "not_held")


async def test_a_note_that_is_late_is_chased_up_the_ladder(placements_db, stopped_clock):
    at, concern_id = await a_concern(placements_db, stopped_clock, deputies=("practice_educator",))
    async with placements_db.begin() as session:
        case = await case_of(session, concern_id, stopped_clock.now())
        await meet(case, Actor(at.people["tutor"], "tutor"), held_on=stopped_clock.now().date(), attended=())
    chased = []
    for day in (9, 10, 14, 16):
        stopped_clock.at = london_at(9, day)
        await fire_due_steps(placements_db, stopped_clock)
        chased.append(len(await told(placements_db, concern_id, "step_overdue")))
    assert await told(placements_db, concern_id, "step_due") == ["practice_educator"]
    assert chased == [0, 2, 3, 6]
    assert await transitions_of(placements_db, concern_id) == [("early_conversation", "red")]


async def test_a_step_that_cannot_fire_does_not_keep_the_others_from_firing(placements_db, stopped_clock):
    spoilt, spoilt_id = await a_concern(placements_db, stopped_clock)
    _, sound_id = await a_concern(placements_db, stopped_clock)
    async with placements_db.begin() as session:
        await session.execute(
            update(Concern).where(Concern.id == spoilt_id).values(policy={"name": "spoilt"})
        )
    stopped_clock.at = london_at(9, 9)
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 1)
    assert await transitions_of(placements_db, sound_id) == NOT_ACKNOWLEDGED
    assert await transitions_of(placements_db, spoilt_id) == [("early_conversation", "red")]
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(0, 0)
    sound = await the_concern(placements_db, spoilt)
    async with placements_db.begin() as session:
        policy = (await session.execute(select(Concern.policy).where(Concern.id == sound_id))).scalar_one()
        await session.execute(update(Concern).where(Concern.id == sound.id).values(policy=policy))
        failures = (
            await session.execute(select(ConcernStep.failures).where(ConcernStep.retry_at.is_not(None)))
        ).scalar_one()
    assert failures == 1
    stopped_clock.move(timedelta(minutes=1))
    assert await fire_due_steps(placements_db, stopped_clock) == Fired(1, 0)
