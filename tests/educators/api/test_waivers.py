from datetime import date, timedelta
from typing import Any

import httpx

from services.educators.models.educators import Educator
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.api.test_eligibility import decision, rule
from tests.educators.callers import Caller, an_organisation_system, in_person, the_office
from tests.educators.factories import a_check_in_of, a_current_educator, told

WAIVER: dict[str, Any] = {
    "rule_code": "manager_check_in",
    "reason": "The manager left and the post is being filled.",
    "conditions": "The head of service speaks with the educator monthly.",
    "expires_on": "2026-12-18",
}


class Register:
    """A partnership with one educator whose manager did not confirm, and the people around."""

    def __init__(self, client: httpx.AsyncClient, educator: Educator) -> None:
        tenant, organisation = educator.partnership_id, educator.organisation_id
        self.educator = educator
        self.path = f"/v1/educators/{educator.id}/waivers"
        self.office = the_office(client, tenant)
        self.coordinator, self.lead = (
            in_person(client, tenant, new_id(), "practice_education_lead", organisation_id=organisation)
            for _ in range(2)
        )
        self.educator_in_person = in_person(client, tenant, educator.id, "practice_educator")
        self.stranger = an_organisation_system(client, tenant, new_id())

    async def asked(self, caller: Caller | None = None, **changes: Any) -> httpx.Response:
        return await (caller or self.coordinator).post(self.path, WAIVER | changes)

    async def decided(self, waiver_id: str, step: str, caller: Caller | None = None) -> httpx.Response:
        path = f"{self.path}/{waiver_id}/{step}"
        return await (caller or self.lead).post(path, {}, If_Match="*")


async def a_register(client: httpx.AsyncClient, db: Database) -> Register:
    educator = await a_current_educator(db, new_id())
    await a_check_in_of(db, educator, date(2026, 9, 1), confirmed=False)
    return Register(client, educator)


async def test_a_waiver_approved_by_a_second_person_turns_the_block_into_a_condition(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    register = await a_register(educators_client, educators_db)
    asked = await register.asked()
    assert (asked.status_code, asked.json()["state"]) == (201, "requested")
    waiver_id = asked.json()["id"]
    before = await decision(register.office, register.educator)
    assert (before["outcome"], rule(before, "manager_check_in")["result"]) == ("not_eligible", "block")
    approved = await register.decided(waiver_id, "approval")
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    found = await decision(register.office, register.educator)
    checked = rule(found, "manager_check_in")
    assert (found["outcome"], checked["result"]) == ("eligible_with_conditions", "condition")
    assert (checked["waiver_id"], checked["expires_on"]) == (waiver_id, "2026-12-18")
    later = await decision(register.office, register.educator, starts_on="2026-12-19", ends_on="2027-03-05")
    assert rule(later, "manager_check_in")["result"] == "block"
    states = [data["state"] for _, data in await told(educators_db, "waiver.changed")]
    assert states == ["requested", "approved"]


async def test_nobody_approves_what_they_asked_for_and_no_system_and_no_educator_does(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    register = await a_register(educators_client, educators_db)
    waiver_id = (await register.asked()).json()["id"]
    own = await register.decided(waiver_id, "approval", register.coordinator)
    assert (own.status_code, own.json()["code"]) == (409, "second_person_needed")
    for caller in (register.office, register.educator_in_person, register.stranger):
        refused = await register.decided(waiver_id, "approval", caller)
        assert refused.status_code == 403, refused.text
    assert (await register.office.get(f"{register.path}/{waiver_id}")).json()["state"] == "requested"


async def test_a_refused_or_revoked_waiver_counts_for_nothing(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    register = await a_register(educators_client, educators_db)
    refused_id = (await register.asked(register.educator_in_person)).json()["id"]
    assert (await register.decided(refused_id, "refusal")).json()["state"] == "refused"
    again = await register.decided(refused_id, "approval")
    assert (again.status_code, again.json()["code"], again.json()["allowed"]) == (409, "invalid_state", [])
    revoked_id = (await register.asked()).json()["id"]
    await register.decided(revoked_id, "approval")
    assert (await register.decided(revoked_id, "revocation")).json()["state"] == "revoked"
    found = await decision(register.office, register.educator)
    assert rule(found, "manager_check_in")["result"] == "block"


async def test_a_waiver_for_one_placement_is_for_that_one_only(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    register = await a_register(educators_client, educators_db)
    placement_id = str(new_id())
    waiver_id = (await register.asked(placement_id=placement_id)).json()["id"]
    await register.decided(waiver_id, "approval")
    its_own = await decision(register.office, register.educator, placement_id=placement_id)
    assert rule(its_own, "manager_check_in")["result"] == "condition"
    another = await decision(register.office, register.educator, placement_id=str(new_id()))
    assert rule(another, "manager_check_in")["result"] == "block"


async def test_every_fault_of_a_request_is_named(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    register = await a_register(educators_client, educators_db)
    refused = await register.asked(rule_code="registered", expires_on="2027-09-08")
    assert [fault["code"] for fault in refused.json()["errors"]] == ["not_waivable", "too_late"]
    short = await register.asked(reason="Too short a reason", expires_on="2026-09-06")
    assert [fault["pointer"] for fault in short.json()["errors"]] == ["/reason"]
    assert (await register.asked(expires_on="2026-09-06")).json()["errors"][0]["code"] == "in_the_past"
    assert (await register.asked(expires_on="2027-09-07")).status_code == 201


async def test_waivers_are_listed_by_what_became_of_them(
    educators_client: httpx.AsyncClient, educators_db: Database, stopped_clock: StoppedClock
) -> None:
    register = await a_register(educators_client, educators_db)
    first, second = [(await register.asked()).json()["id"] for _ in range(2)]
    await register.decided(first, "approval")

    async def listed(state: str) -> list[str]:
        items = (await register.office.get(f"/v1/waivers?state={state}")).json()["items"]
        return [each["id"] for each in items if each["state"] == state]

    assert (await listed("approved"), await listed("requested")) == ([first], [second])
    stopped_clock.move(timedelta(days=103))
    assert (await listed("approved"), await listed("expired")) == ([], [first])
    late = await register.decided(second, "approval")
    assert (late.status_code, late.json()["code"]) == (409, "waiver_expired")
    mine = (await register.office.get(register.path)).json()["items"]
    assert [each["id"] for each in mine] == [first, second]
    assert (await register.stranger.get("/v1/waivers")).json()["items"] == []
    assert (await register.stranger.get(register.path)).status_code == 403
    assert (await register.stranger.get(f"{register.path}/{first}")).status_code == 404


async def test_a_decision_is_based_on_the_waiver_as_it_was_read(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    register = await a_register(educators_client, educators_db)
    waiver_id = (await register.asked()).json()["id"]
    path = f"{register.path}/{waiver_id}/approval"
    assert (await register.lead.post(path, {})).status_code == 428
    assert (await register.lead.post(path, {}, If_Match='"7"')).status_code == 412
    once = await register.lead.post(path, {}, If_Match='"1"', Idempotency_Key="k1")
    again = await register.lead.post(path, {}, If_Match='"1"', Idempotency_Key="k1")
    assert (once.content, again.headers["Idempotent-Replayed"]) == (again.content, "true")
