"""What follows from what is noticed about a placement."""

from datetime import timedelta
from uuid import UUID

import anyio
import pytest
from sqlalchemy import func, select

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.vocabulary import ConcernAbout
from services.placements.models.concerns import Concern
from services.placements.models.notifications import Notification
from services.placements.models.signals import Signal
from services.placements.operations.signals import Noticed
from shared.ids import new_id
from tests.placements.struggling import (
    Struggling,
    a_placement,
    absence,
    notice,
    open_steps_of,
    published,
    red_review,
    the_concern,
    told,
    transitions_of,
)


async def concerns_of(db, at: Struggling) -> int:
    async with db.begin() as session:
        statement = select(func.count()).where(Concern.placement_id == at.placement_id)
        return int((await session.execute(statement)).scalar_one())


async def signals_of(db, at: Struggling) -> list[Signal]:
    async with db.begin() as session:
        statement = select(Signal).where(Signal.placement_id == at.placement_id).order_by(Signal.id)
        return list((await session.execute(statement)).scalars())


def a_flag(
    now, *, urgent: bool = False, about: str = "setting", rule: RuleCode = RuleCode.RAISED_FLAG
) -> Noticed:
    return Noticed(
        rule=rule,
        facts={"is_urgent": urgent},
        cause=f"flag:{new_id()}",
        occurrence=str(new_id()),
        occurred_at=now,
        source="person",
        about=ConcernAbout(about),
    )


async def test_a_first_absence_sends_the_student_a_friendly_message_and_nothing_else(
    placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    await notice(placements_db, stopped_clock, at, absence(1, stopped_clock.now()))
    async with placements_db.begin() as session:
        told_of = (await session.execute(select(Notification.role, Notification.template))).all()
    assert [tuple(row) for row in told_of] == [("student", "friendly_hub_message")]
    assert await concerns_of(placements_db, at) == 0
    assert await published(placements_db, "signal.recorded") == 1


async def test_two_absences_in_a_row_are_watched_and_open_nothing(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    await notice(
        placements_db, stopped_clock, at, absence(1, stopped_clock.now()), absence(2, stopped_clock.now())
    )
    assert [(s.severity, s.points) for s in await signals_of(placements_db, at)] == [
        ("none", 0),
        ("amber", 1),
    ]
    assert await concerns_of(placements_db, at) == 0


async def test_two_absences_and_a_red_review_open_an_early_conversation(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, at, absence(1, now), absence(2, now), red_review(now))
    concern = await the_concern(placements_db, at)
    assert (concern.level, concern.status, concern.about) == (
        "early_conversation",
        "open",
        "practice_education",
    )
    assert concern.case_number == "PC-2026-000001"
    assert await transitions_of(placements_db, concern.id) == [("early_conversation", "red")]
    assert set(await open_steps_of(placements_db, concern.id)) == {"acknowledge", "held"}
    assert sorted(await told(placements_db, concern.id)) == ["practice_educator", "student", "tutor"]
    assert await published(placements_db, "concern.opened") == 1
    attached = [s.concern_id for s in await signals_of(placements_db, at)]
    assert attached == [None, concern.id, concern.id]


async def test_a_concern_keeps_the_policy_with_which_it_was_opened(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now()))
    concern = await the_concern(placements_db, at)
    assert concern.policy["name"] == "struggling_placement_policy"


async def test_three_points_of_ambers_open_a_concern_and_two_do_not(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, at, a_flag(now), a_flag(now))
    assert await concerns_of(placements_db, at) == 0
    await notice(placements_db, stopped_clock, at, a_flag(now))
    assert await transitions_of(placements_db, (await the_concern(placements_db, at)).id) == [
        ("early_conversation", "points")
    ]


async def test_one_cause_counts_once_however_often_it_is_noticed(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, at, *(absence(2, now) for _ in range(5)))
    assert await concerns_of(placements_db, at) == 0


async def test_an_expired_signal_no_longer_counts(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, at, a_flag(now), a_flag(now))
    later = stopped_clock.move(timedelta(days=30))
    await notice(placements_db, stopped_clock, at, a_flag(later))
    assert await concerns_of(placements_db, at) == 0


async def test_the_same_occurrence_again_is_no_news(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, at, *(absence(2, now, session_id="s2") for _ in range(3)))
    assert len(await signals_of(placements_db, at)) == 1
    assert await published(placements_db, "signal.recorded") == 1


async def test_a_corrected_register_withdraws_its_signal(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    await notice(
        placements_db, stopped_clock, at, absence(2, now, session_id="s2"), absence(0, now, session_id="s2")
    )
    (signal,) = await signals_of(placements_db, at)
    assert signal.resolved_at == now


async def test_a_corrected_register_that_is_worse_weighs_more(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    await notice(
        placements_db, stopped_clock, at, absence(2, now, session_id="s3"), absence(3, now, session_id="s3")
    )
    (signal,) = await signals_of(placements_db, at)
    assert (signal.severity, signal.points) == ("red", 3)
    assert [each["severity"] for each in signal.weighed] == ["amber", "red"]
    assert (await the_concern(placements_db, at)).about == "wellbeing"


async def test_an_educator_who_is_current_again_ends_the_signals_about_it(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()

    def currency(status: str) -> Noticed:
        return Noticed(
            rule=RuleCode.EDUCATOR_CURRENCY,
            facts={"status": status},
            cause="educator-1",
            occurrence=str(new_id()),
            occurred_at=now,
            source="educators",
            clears_cause=True,
        )

    await notice(placements_db, stopped_clock, at, currency("expiring"), currency("current"))
    (signal,) = await signals_of(placements_db, at)
    assert signal.resolved_at == now


async def test_new_signals_attach_to_the_open_concern(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, at, red_review(now), a_flag(now), absence(3, now))
    concern = await the_concern(placements_db, at)
    assert [s.concern_id for s in await signals_of(placements_db, at)] == [concern.id] * 3
    assert await concerns_of(placements_db, at) == 1
    assert concern.level == "early_conversation"


async def test_a_matter_of_safety_opens_at_stage_two_and_tells_all_at_once(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    await notice(
        placements_db,
        stopped_clock,
        at,
        a_flag(stopped_clock.now(), about="safety", rule=RuleCode.SAFETY_OR_MISCONDUCT),
    )
    concern = await the_concern(placements_db, at)
    assert (concern.level, concern.immediate_at) == ("stage_two", stopped_clock.now())
    assert set(await open_steps_of(placements_db, concern.id)) == {"decision", "welfare_contact", "meeting"}
    assert "programme_manager" in await told(placements_db, concern.id)


async def test_a_matter_of_safety_takes_an_open_concern_straight_to_stage_two(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    safety = a_flag(now, about="safety", rule=RuleCode.SAFETY_OR_MISCONDUCT)
    await notice(placements_db, stopped_clock, at, red_review(now), safety)
    concern = await the_concern(placements_db, at)
    assert await transitions_of(placements_db, concern.id) == [
        ("early_conversation", "red"),
        ("stage_two", "immediate"),
    ]


async def test_discrimination_goes_its_own_way_and_tells_neither_educator_nor_tutor(
    placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    now = stopped_clock.now()
    report = a_flag(now, about="discrimination", rule=RuleCode.DISCRIMINATION_REPORT)
    await notice(placements_db, stopped_clock, at, red_review(now), report)
    concern = await the_concern(placements_db, at)
    assert await concerns_of(placements_db, at) == 2
    assert concern.route == "discrimination"
    assert sorted(await told(placements_db, concern.id)) == ["programme_manager", "student"]


async def test_what_is_noticed_about_a_placement_that_has_ended_opens_nothing(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now(), status="completed")
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now()))
    assert await concerns_of(placements_db, at) == 0
    assert len(await signals_of(placements_db, at)) == 1


async def test_nothing_is_recorded_about_a_placement_that_does_not_exist(placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    elsewhere = Struggling(new_id(), new_id(), new_id(), new_id(), new_id(), new_id(), {})
    await notice(placements_db, stopped_clock, elsewhere, red_review(stopped_clock.now()))
    assert await signals_of(placements_db, at) == []


async def test_where_nobody_owns_a_level_a_policy_gap_is_published_and_the_next_level_is_due_at_once(
    placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now(), without=("practice_educator",))
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now(), about="wellbeing"))
    concern = await the_concern(placements_db, at)
    assert (await open_steps_of(placements_db, concern.id))["nobody_reached"] == stopped_clock.now()
    assert await published(placements_db, "policy_gap.noticed") == 1
    assert "tutor" in await told(placements_db, concern.id)


@pytest.mark.parametrize("times", [8])
async def test_signals_noticed_at_the_same_moment_open_one_concern(placements_db, stopped_clock, times):
    at = await a_placement(placements_db, now=stopped_clock.now())

    async def one(_: int) -> None:
        await notice(placements_db, stopped_clock, at, a_flag(stopped_clock.now()))

    async with anyio.create_task_group() as tasks:
        for number in range(times):
            tasks.start_soon(one, number)
    assert await concerns_of(placements_db, at) == 1
    concern: UUID = (await the_concern(placements_db, at)).id
    assert await transitions_of(placements_db, concern) == [("early_conversation", "points")]
    assert [s.concern_id for s in await signals_of(placements_db, at)] == [concern] * times
