"""Audits verified at the same moment, and audits that run out in a database kept from before the policy knew of them."""

import asyncio
from datetime import timedelta

from sqlalchemy import insert

from services.placements.jobs.watch_quality import expire_audits
from services.placements.models.escalation_policies import EscalationPolicy
from services.placements.operations.escalation_policies import ALWAYS, ship_default
from services.placements.queries.escalation_policies import data_in_force, shipped_data
from shared.ids import new_id
from tests.placements import factories
from tests.placements.api.test_audits import Setting
from tests.placements.auditing import an_audit
from tests.placements.callers import office
from tests.placements.under_way import SCOPES


async def test_of_audits_verified_at_once_one_counts(partnerships_client, partnerships_db):
    setting = Setting(partnerships_client, await factories.a_partnership(partnerships_db))
    path = f"settings/{setting.around.setting.id}/audits"

    async def handed_in(day: str) -> str:
        made = await setting.call("agency", "POST", path, an_audit(day))
        return str(made.headers["location"].removeprefix("/v1/"))

    for days in (("2026-09-01", "2026-09-02"), ("2026-09-03", "2026-09-04")):  # without one before, and with
        audits = [await handed_in(day) for day in days]
        calls = [
            setting.call("university", "POST", f"{audit}/verification", {}) for audit in (*audits, *audits)
        ]
        answers = await asyncio.gather(*calls)
        codes = {answer.json()["code"] for answer in answers if answer.status_code != 200}
        assert 200 in {answer.status_code for answer in answers}
        assert codes <= {"audit_already_verified", "invalid_state"}
        listed = (await setting.call("agency", "GET", path)).json()["items"]
        assert sum(audit["is_current"] for audit in listed) == 1


async def test_a_kept_database_hears_of_audits_that_run_out_once_the_service_has_started(
    placements_client, placements_db, stopped_clock
):
    before = {**shipped_data(), "version": 1}
    before["rules"] = [rule for rule in before["rules"] if rule["code"] != "audit_lapsed"]
    row = {"id": new_id(), "partnership_id": None, "name": before["name"], "version": 1, "policy": before}
    async with placements_db.begin() as session:
        at = {"effective_from": ALWAYS, "created_at": stopped_clock.now()}
        await session.execute(insert(EscalationPolicy), [row | at])
    around = await factories.a_partnership(placements_db)
    placement = await factories.a_placement(placements_db, around, status="active")
    await Setting(placements_client, around).verified(audited_on="2024-09-20")
    async with placements_db.begin() as session:
        assert await data_in_force(session, around.id, stopped_clock.now()) == before
        await ship_default(session, stopped_clock.now())
        assert await data_in_force(session, around.id, stopped_clock.now()) == shipped_data()
    stopped_clock.at += timedelta(days=13)
    await expire_audits(placements_db, stopped_clock)
    url = f"/v1/placements/{placement.id}/signals"
    found = (await placements_client.get(url, headers=office(around.id, SCOPES))).json()["items"]
    assert [each["rule_code"] for each in found] == ["audit_lapsed"]
