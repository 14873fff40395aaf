"""The background of the placements service: what every service does there, sisters' news, matching, and escalation."""

import asyncio
from functools import partial
from uuid import UUID

from services.placements.jobs.carry_out_pause import carry_out_pause
from services.placements.jobs.chase_suspensions import chase_suspensions
from services.placements.jobs.fire_due_steps import fire_due_steps
from services.placements.jobs.follow_educators import follow_educators
from services.placements.jobs.follow_hubs import follow_hubs
from services.placements.jobs.notice_placements import notice_placements
from services.placements.jobs.remind_of_answers import remind_of_answers
from services.placements.jobs.run_match import run_match
from services.placements.jobs.run_repair import run_repair
from services.placements.jobs.send_notifications import send_notifications
from services.placements.jobs.study_policies import study_policies
from services.placements.jobs.watch_quality import ask_for_another_look, escalate_issues, expire_audits
from services.placements.operations.escalation_policies import ship_default
from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
from shared.background import DAY, Work, work
from shared.jobs.worker import sweep

QUARTER = 900.0
"""Seconds between two looks for settings whose audit somebody should look at again: nobody waits for it by the minute."""


async def main(wiring: Wiring | None = None, stop: asyncio.Event | None = None) -> None:
    """Work until `stop` is set. Any number of workers may run."""
    parts = wiring or wire(Settings())
    register(parts)
    every = parts.settings.sweep_every
    own: list[Work] = [
        follow_hubs(parts.db, parts.to_hubs, parts.clock).run,
        follow_educators(parts.db, parts.to_educators, parts.clock).run,
        partial(sweep, "fire_due_steps", every, partial(fire_due_steps, parts.db, parts.clock)),
        partial(sweep, "notice_placements", every, partial(notice_placements, parts.db, parts.clock)),
        partial(sweep, "send_notifications", every, partial(tell_people, parts)),
        partial(sweep, "remind_of_answers", every, partial(remind_of_answers, parts.db, parts.clock)),
        partial(sweep, "chase_suspensions", every, partial(chase_suspensions, parts.db, parts.clock)),
        partial(sweep, "escalate_issues", every, partial(escalate_issues, parts.db, parts.clock)),
        partial(sweep, "expire_audits", every, partial(expire_audits, parts.db, parts.clock)),
        partial(sweep, "recheck_audits", QUARTER, partial(ask_for_another_look, parts.db, parts.clock)),
        partial(sweep, "ship_policy", DAY, partial(ship_policy, parts)),
    ]
    try:
        await work(parts, stop or asyncio.Event(), own)
    finally:
        if wiring is None:
            await parts.close()


def register(parts: Wiring) -> None:
    """Tell the queue what this service's own jobs do."""

    async def run_match_job(run_id: UUID) -> None:
        await run_match(parts, run_id)

    async def study_policies_job(comparison_id: UUID) -> None:
        await study_policies(parts, comparison_id)

    async def run_repair_job(repair_id: UUID) -> None:
        await run_repair(parts, repair_id)

    async def carry_out_pause_job(pause_id: UUID) -> None:
        await carry_out_pause(parts.db, parts.clock, pause_id)

    parts.queue.task("run_match")(run_match_job)
    parts.queue.task("study_policies")(study_policies_job)
    parts.queue.task("run_repair")(run_repair_job)
    parts.queue.task("carry_out_pause")(carry_out_pause_job)


async def tell_people(parts: Wiring) -> bool:
    """Send a batch of what people are to be told; True when there may be more."""
    return await send_notifications(parts.db, parts.mail, parts.clock, parts.settings.public_url)


async def ship_policy(parts: Wiring) -> None:
    """Make the shipped escalation policy known to the database."""
    async with parts.db.begin() as session:
        await ship_default(session, parts.clock.now())
