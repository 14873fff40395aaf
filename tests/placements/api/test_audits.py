"""Placement audits over HTTP: who fills, verifies and sees them, what stops matching, what students are shown."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.placements.domain.escalation.codes import RuleCode
from services.placements.jobs.watch_quality import ask_for_another_look, expire_audits
from services.placements.operations.signals import Noticed, record
from shared.calendar import ENGLAND
from shared.ids import new_id
from tests.placements import factories, struggling
from tests.placements.auditing import WANTING, an_audit
from tests.placements.callers import a_person_as, member, office
from tests.placements.factories import Partnership
from tests.placements.matching import calling, completed, with_register
from tests.placements.register import Register
from tests.placements.under_way import SCOPES


class Setting:
    """A setting with its agency and a university, and calls by each of them."""

    def __init__(self, client: httpx.AsyncClient, around: Partnership) -> None:
        self.client, self.around = client, around

    def headers(self, who: str) -> dict[str, str]:
        p = self.around
        known = {"agency": p.council.id, "university": p.university.id}
        if who == "student":
            return a_person_as("student", p.student.id, partnership_id=p.id, scopes=SCOPES)
        return member(p.id, known[who], SCOPES) if who in known else office(p.id, SCOPES)

    async def call(
        self, who: str, method: str, path: str, body: Any = None, version: str = "*"
    ) -> httpx.Response:
        headers = {**self.headers(who), "Idempotency-Key": str(new_id()), "If-Match": version}
        return await self.client.request(method, f"/v1/{path}", json=body, headers=headers)

    async def verified(self, **audit: Any) -> str:
        """A verified audit's address."""
        made = await self.call(
            "agency", "POST", f"settings/{self.around.setting.id}/audits", an_audit(**audit)
        )
        assert made.status_code == 201, made.text
        path = made.headers["location"].removeprefix("/v1/")
        done = await self.call("university", "POST", f"{path}/verification", {})
        assert done.status_code == 200, done.text
        return str(path)

    async def profile(self) -> dict[str, Any]:
        """What a student is shown."""
        shown = await self.call("student", "GET", f"settings/{self.around.setting.id}/profile")
        assert shown.status_code == 200, shown.text
        found: dict[str, Any] = shown.json()
        return found


@pytest.fixture
async def setting(partnerships_client, partnerships_db) -> Setting:
    return Setting(partnerships_client, await factories.a_partnership(partnerships_db))


async def test_an_agency_fills_an_audit_a_university_verifies_it_and_all_universities_share_it(
    setting, partnerships_db
):
    p = setting.around
    path = f"settings/{p.setting.id}/audits"
    assert (await setting.call("university", "POST", path, an_audit())).status_code == 403
    made = await setting.call("agency", "POST", path, an_audit())
    assert (made.status_code, made.json()["is_current"], made.json()["expires_on"]) == (
        201,
        False,
        "2028-09-01",
    )
    audit = made.headers["location"].removeprefix("/v1/")
    own = await setting.call("agency", "POST", f"{audit}/verification", {})
    assert (own.status_code, own.json()["code"]) == (403, "universities_only")
    changed = await setting.call("agency", "PUT", audit, an_audit("2026-09-02"), '"1"')
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (await setting.call("university", "POST", f"{audit}/verification", {}, '"1"')).status_code == 412
    done = await setting.call("university", "POST", f"{audit}/verification", {"note": "Visited."}, '"2"')
    assert (done.json()["is_current"], done.json()["allows"]) == (True, True)
    late = await setting.call("agency", "PUT", audit, an_audit())
    assert (late.status_code, late.json()["code"]) == (409, "audit_verified")
    another = await factories.a_university(partnerships_db, p.id, name="Another")
    stranger = await factories.an_organisation(partnerships_db, p.id, name="Other council")
    for organisation, sees in ((another, 200), (stranger, 404)):
        headers = member(p.id, organisation.id, SCOPES)
        assert (await setting.client.get(f"/v1/{audit}", headers=headers)).status_code == sees
    assert (await setting.call("student", "GET", audit)).status_code == 404
    listed = (await setting.call("university", "GET", path)).json()["items"]
    assert [each["audited_on"] for each in listed] == ["2026-09-02"]
    soon = "audits?expires_before=2028-12-31"
    assert len((await setting.call("agency", "GET", f"{soon}&status=open")).json()["items"]) == 1


async def test_every_standard_is_rated_and_what_requires_improvement_has_a_dated_action(setting):
    wrong = an_audit("2026-09-08", cover_for_absence={"rating": "requires_improvement"})
    wrong["standards"].pop()
    wrong["standards"].append(wrong["standards"][0])
    refused = await setting.call("agency", "POST", f"settings/{setting.around.setting.id}/audits", wrong)
    assert {(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]} == {
        ("/standards/3/action", "missing"),
        ("/standards/8/standard", "repeated"),
        ("/standards", "missing"),
        ("/audited_on", "out_of_range"),
    }
    assert (
        await setting.call("agency", "POST", f"settings/{new_id()}/audits", an_audit())
    ).status_code == 404


async def test_an_action_plan_is_worked_off_and_then_completed(setting):
    audit = await setting.verified(cover_for_absence=WANTING, pcf_coverage=WANTING)
    first = await setting.call(
        "agency", "PUT", f"{audit}/actions/cover_for_absence", {"done_on": "2026-09-07"}
    )
    assert first.json()["status"] == "action_plan_in_progress"
    none = await setting.call(
        "agency", "PUT", f"{audit}/actions/time_for_learning", {"done_on": "2026-09-07"}
    )
    assert none.json()["code"] == "no_action"
    future = await setting.call("agency", "PUT", f"{audit}/actions/pcf_coverage", {"done_on": "2026-09-08"})
    assert future.json()["errors"][0]["pointer"] == "/done_on"
    done = await setting.call("agency", "PUT", f"{audit}/actions/pcf_coverage", {"done_on": "2026-09-07"})
    assert (done.json()["status"], done.json()["allows"]) == ("action_plan_completed", True)
    steps = (await setting.call("university", "GET", f"{audit}/steps")).json()["items"]
    assert [(each["to_status"], each["reason"]) for each in steps] == [
        ("action_plan_in_progress", "verified"),
        ("action_plan_completed", "actions_done"),
    ]


@pytest.mark.parametrize("status", ["on_hold", "closed", "to_be_reviewed_before_use"])
async def test_an_agency_stops_its_setting_and_a_university_opens_it_again(setting, status):
    audit = await setting.verified()
    said = {"status": status, "reason": "staffing"}
    stopped = await setting.call("agency", "POST", f"{audit}/status", said, '"2"')
    assert (stopped.status_code, stopped.json()["allows"]) == (200, False)
    assert (await setting.profile())["takes_students"] is False
    again = await setting.call("agency", "POST", f"{audit}/status", said)
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")
    opening = {"status": "open", "reason": "reviewed"}
    assert (await setting.call("agency", "POST", f"{audit}/status", opening)).status_code == 403
    system = await setting.call("university", "POST", f"{audit}/status", opening | {"reason": "recheck"})
    assert system.json()["errors"][0]["code"] == "not_for_people"
    opened = await setting.call("university", "POST", f"{audit}/status", opening)
    assert (opened.json()["status"], opened.json()["allows"]) == ("open", True)


async def test_students_are_shown_the_profile_of_the_verified_audit_with_its_pcf_coverage(setting):
    before = await setting.profile()
    assert (before["summary"], before["audited_on"], before["takes_students"]) == (None, None, True)
    assert [each["pcf_domain"] for each in before["pcf_coverage"] if each["is_covered"]] == ["knowledge"]
    await setting.verified(cover_for_absence=WANTING)
    after = await setting.profile()
    covered = {
        each["pcf_domain"]: each["opportunities"] for each in after["pcf_coverage"] if each["is_covered"]
    }
    assert covered == {
        "professionalism": ["Life story work."],
        "knowledge": ["Life story work.", "Court reports with a colleague."],
    }
    assert (len(after["pcf_coverage"]), after["audit_expires_on"]) == (9, "2028-09-01")
    assert "deputy" not in str(after)


async def test_nobody_is_matched_into_a_setting_whose_audit_does_not_allow_it(placements_db, stopped_clock):
    around = await factories.a_partnership(placements_db)
    register = Register()
    async with with_register(placements_db, stopped_clock, register) as wired, calling(wired) as client:
        setting = Setting(client, around)
        audit = await setting.verified()
        assert (await completed(client, wired, around))["outcome"]["placed"] == 1
        await setting.call("agency", "POST", f"{audit}/status", {"status": "on_hold", "reason": "inspection"})
        run = await completed(client, wired, around)
        assert run["outcome"]["placed"] == 0
        why = await client.get(f"{run['url']}/explanations/{around.request.id}", headers=office(around.id))
        assert "audit" in why.text


async def test_an_audit_runs_out_once_after_24_months_and_is_a_signal_until_another_is_verified(
    placements_client, placements_db, stopped_clock
):
    around = await factories.a_partnership(placements_db)
    setting = Setting(placements_client, around)
    old = await setting.verified(audited_on="2024-09-20")
    placement = await factories.a_placement(placements_db, around, status="active")
    await expire_audits(placements_db, stopped_clock)
    assert (await setting.profile())["takes_students"] is True
    stopped_clock.at += timedelta(days=13)
    for _ in range(2):
        await expire_audits(placements_db, stopped_clock)
    assert await struggling.published(placements_db, "audit.expired") == 1
    assert (await setting.profile())["takes_students"] is False
    opened = await setting.call(
        "university", "POST", f"{old}/status", {"status": "closed", "reason": "other"}
    )
    assert (opened.status_code, opened.json()["code"]) == (409, "audit_expired")

    async def signals() -> list[tuple[str, bool]]:
        url = f"/v1/placements/{placement.id}/signals"
        found = await placements_client.get(url, headers=office(around.id, SCOPES))
        return [(each["rule_code"], each["resolved_at"] is None) for each in found.json()["items"]]

    assert await signals() == [("audit_lapsed", True)]
    await setting.verified(audited_on="2026-09-19")
    assert await signals() == [("audit_lapsed", False)]
    assert (await setting.profile())["takes_students"] is True
    assert (await setting.call("agency", "GET", old)).json()["is_current"] is False


async def test_a_concern_at_stage_two_asks_for_another_look_once_and_does_not_say_whose(
    placements_client, placements_db, stopped_clock
):
    around = await factories.a_partnership(placements_db)
    setting = Setting(placements_client, around)
    audit = await setting.verified()
    placement = await factories.a_placement(placements_db, around, status="active")
    await ask_for_another_look(placements_db, stopped_clock)
    assert (await setting.call("agency", "GET", audit)).json()["status"] == "open"
    stopped_clock.at += timedelta(days=1)
    grave = Noticed(
        rule=RuleCode.SAFETY_OR_MISCONDUCT,
        facts={},
        cause="flag",
        occurrence="flag",
        occurred_at=stopped_clock.now(),
        source="person",
    )
    async with placements_db.begin() as session:
        await record(session, placement.id, grave, calendar=ENGLAND, now=stopped_clock.now())
    for _ in range(2):
        await ask_for_another_look(placements_db, stopped_clock)
    assert (await setting.call("agency", "GET", audit)).json()["status"] == "to_be_reviewed_before_use"
    assert await struggling.published(placements_db, "audit.status_changed") == 1
    stopped_clock.at += timedelta(days=1)
    reviewed = {"status": "open", "reason": "reviewed", "note": "Spoke with the team."}
    assert (await setting.call("university", "POST", f"{audit}/status", reviewed)).status_code == 200
    await ask_for_another_look(placements_db, stopped_clock)
    steps = (await setting.call("agency", "GET", f"{audit}/steps")).json()["items"]
    assert [(each["to_status"], each["reason"], each["by"] == "practicum") for each in steps] == [
        ("open", "verified", False),
        ("to_be_reviewed_before_use", "recheck", True),
        ("open", "reviewed", False),
    ]
