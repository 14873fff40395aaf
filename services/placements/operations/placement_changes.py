"""Changing what was agreed for a placement under way: its educator, its setting, a second setting, its pattern of days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.lifecycle import ENDED
from services.placements.domain.vocabulary import PlacementStatus, Role
from services.placements.messages import PlacementChanged
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.models.settings import Setting
from services.placements.operations.lifecycle import Actor, Why, expect_may_step, note_step, tell
from services.placements.operations.replanning import replan_placement
from services.placements.operations.review_planning import plan_placement_anew
from services.placements.queries.placements import progress_of
from shared.errors import Conflict, Fault, Invalid


class Change(StrEnum):
    """What can be changed; each is on record among the placement's transitions."""

    EDUCATOR = "change-of-educator"
    SETTING = "change-of-setting"
    SECOND_SETTING = "second-setting"
    PATTERN = "change-of-pattern"


_BINDING = frozenset(
    {
        PlacementStatus.CONFIRMED,
        PlacementStatus.ACTIVE,
        PlacementStatus.PAUSED,
        PlacementStatus.SUSPENDED,
    }
)


@dataclass(frozen=True, slots=True)
class SecondSetting:
    """Where else the student is in an integrated placement: on some of its weekdays, or from one day to another."""

    setting_id: UUID
    starts_on: date | None = None
    ends_on: date | None = None
    weekdays: tuple[int, ...] | None = None


def expect_may_change_educator(placement: Placement, actor: Actor, educator_id: UUID) -> None:
    """Refuse another educator for a placement that is not binding, or one who is its educator already."""
    expect_may_step(actor)
    if PlacementStatus(placement.status) not in _BINDING:
        raise Conflict(
            "placement_not_binding", "Only a placement that is confirmed and not over changes its educator."
        )
    if placement.educator_id == educator_id:
        raise Conflict("same_educator", "This practice educator has the placement already.")


async def change_educator(
    session: AsyncSession, placement: Placement, educator_id: UUID, actor: Actor, *, why: Why, now: datetime
) -> None:
    """Give the placement, held for update, to an educator whose seat is held by now."""
    expect_may_change_educator(placement, actor, educator_id)
    await _change(session, placement, Change.EDUCATOR, {"educator_id": educator_id}, actor, why=why, now=now)


async def change_setting(
    session: AsyncSession,
    placement: Placement,
    setting_id: UUID,
    supervisor_id: UUID | None,
    actor: Actor,
    *,
    why: Why,
    now: datetime,
) -> None:
    """Move the placement to another setting, of another host perhaps; its on-site supervisor is named anew."""
    _expect_open(placement, actor)
    setting = await _setting(session, placement, setting_id, "/setting_id")
    if setting_id in (placement.setting_id, placement.second_setting_id):
        raise Conflict("same_setting", "The placement is in this setting already.")
    if supervisor_id is not None:
        await _refuse_supervisor(session, setting, supervisor_id)
    columns = {
        "setting_id": setting.id,
        "organisation_id": setting.organisation_id,
        "is_statutory": setting.is_statutory,
        "on_site_supervisor_person_id": supervisor_id,
    }
    await _change(session, placement, Change.SETTING, columns, actor, why=why, now=now)
    await plan_placement_anew(session, placement, now=now)
    await replan_placement(session, placement, now=now)


async def set_second_setting(
    session: AsyncSession, placement: Placement, second: SecondSetting | None, actor: Actor, *, now: datetime
) -> None:
    """Make the placement an integrated one, change its second setting, or (None) take that away."""
    _expect_open(placement, actor)
    columns: dict[str, Any] = dict.fromkeys(
        (
            "second_setting_id",
            "second_organisation_id",
            "second_starts_on",
            "second_ends_on",
            "second_weekdays",
        )
    )
    if second is not None:
        setting = await _setting(session, placement, second.setting_id, "/setting_id")
        _refuse_second(placement, second)
        columns |= {
            "second_setting_id": setting.id,
            "second_organisation_id": setting.organisation_id,
            "second_starts_on": second.starts_on,
            "second_ends_on": second.ends_on,
            "second_weekdays": sorted(set(second.weekdays)) if second.weekdays else None,
        }
    await _change(session, placement, Change.SECOND_SETTING, columns, actor, why=Why(), now=now)
    await plan_placement_anew(session, placement, now=now)
    await replan_placement(session, placement, now=now)


async def change_pattern(
    session: AsyncSession,
    placement: Placement,
    weekdays: frozenset[int],
    half_days: frozenset[int],
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """Agree on which weekdays the student is there, and on which of those for half a day."""
    _expect_open(placement, actor)
    if not half_days <= weekdays:
        raise Invalid([Fault("/half_days", "not_a_weekday_of_it", "A half day is one of the weekdays.")])
    columns = {"weekdays": sorted(weekdays), "half_days": sorted(half_days)}
    await _change(session, placement, Change.PATTERN, columns, actor, why=Why(), now=now)
    await plan_placement_anew(session, placement, now=now)
    await replan_placement(session, placement, now=now)


def _expect_open(placement: Placement, actor: Actor) -> None:
    expect_may_step(actor)
    if PlacementStatus(placement.status) in ENDED:
        raise Conflict("placement_ended", "The placement has ended; nothing about it is agreed anew.")


async def _change(
    session: AsyncSession,
    placement: Placement,
    change: Change,
    columns: Mapping[str, Any],
    actor: Actor,
    *,
    why: Why,
    now: datetime,
) -> None:
    """Set what differs, put it on record, and tell the hosts of before and of now. Nothing different: nothing happens."""
    differing = {name: value for name, value in columns.items() if getattr(placement, name) != value}
    if not differing:
        return
    before = frozenset(
        host for host in (placement.organisation_id, placement.second_organisation_id) if host is not None
    )
    changed = {f"{name}_before": _plain(getattr(placement, name)) for name in differing}
    for name, value in differing.items():
        setattr(placement, name, value)
        changed[name] = _plain(value)
    source = PlacementStatus(placement.status)
    await note_step(session, placement, change.value, actor, source=source, why=why, now=now, changed=changed)
    progress = await progress_of(session, placement.id)
    await tell(session, placement, PlacementChanged, progress, now, also=before)


def _plain(value: object) -> object:
    if value is None or isinstance(value, list):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_second(placement: Placement, second: SecondSetting) -> None:
    faults = []
    if second.setting_id == placement.setting_id:
        faults.append(
            Fault("/setting_id", "same_setting", "The second setting is another one than the first.")
        )
    by_days = second.starts_on is not None or second.ends_on is not None
    if by_days == (second.weekdays is not None):
        words = "Say either on which weekdays, or from which day to which, the student is there."
        faults.append(Fault("/weekdays", "weekdays_or_dates", words))
    elif by_days and (
        second.starts_on is None or second.ends_on is None or second.starts_on > second.ends_on
    ):
        faults.append(Fault("/ends_on", "not_in_order", "Say the first and the last day, in this order."))
    elif second.weekdays and not set(second.weekdays) < set(placement.weekdays):
        words = "These are some of the placement's weekdays, and not all of them."
        faults.append(Fault("/weekdays", "not_of_the_pattern", words))
    if faults:
        raise Invalid(faults)


async def _setting(session: AsyncSession, placement: Placement, setting_id: UUID, pointer: str) -> Setting:
    statement = select(Setting).where(
        Setting.partnership_id == placement.partnership_id, Setting.id == setting_id
    )
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise Invalid([Fault(pointer, "unknown_reference", "There is no such setting in this partnership.")])
    return found


async def _refuse_supervisor(session: AsyncSession, setting: Setting, person_id: UUID) -> None:
    statement = select(Person.roles).where(
        Person.partnership_id == setting.partnership_id,
        Person.id == person_id,
        Person.organisation_id == setting.organisation_id,
    )
    roles = (await session.execute(statement)).scalar_one_or_none()
    if roles is None or Role.ON_SITE_SUPERVISOR.value not in roles:
        words = "Name a person who is on-site supervisor at the host."
        raise Invalid([Fault("/on_site_supervisor_person_id", "not_in_this_role", words)])
