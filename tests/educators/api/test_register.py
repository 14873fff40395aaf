import csv
import io
from datetime import date
from uuid import UUID

import httpx

from services.educators.api import register_export
from services.educators.jobs.sweep_currency import sweep_currency
from services.educators.models.waivers import Waiver
from services.educators.wiring import Wiring
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import an_organisation_system, in_person, the_office
from tests.educators.factories import a_current_educator, a_student_of, an_educator, cpd_of, kept


async def a_register(db: Database, wiring: Wiring) -> tuple[UUID, UUID]:
    """Two whose CPD ends in June 2027, one in October 2026, one in the CPD's grace, one lapsed, one unverified."""
    partnership, council = new_id(), new_id()
    for organisation in (council, new_id()):
        await a_current_educator(db, partnership, organisation_id=organisation)
    for cpd in (date(2025, 10, 12), date(2025, 8, 1), date(2024, 8, 1)):
        educator = await an_educator(db, partnership, organisation_id=council, directorate="adults")
        await a_student_of(db, educator)
        await cpd_of(db, educator, cpd)
    await an_educator(db, partnership, organisation_id=council, locality="North", mode="off_site")
    await sweep_currency(wiring.db, wiring.clock)
    return partnership, council


async def test_the_register_says_who_is_current_and_why(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership, council = await a_register(educators_db, educators_wiring)
    office = the_office(educators_client, partnership)
    lines = (await office.get("/v1/register")).json()["items"]
    assert sorted(line["status"] for line in lines) == [
        "current",
        "current",
        "expiring",
        "expiring",
        "lapsed",
        "unverified",
    ]
    current = (await office.get(f"/v1/register?status=current&organisation_id={council}")).json()["items"]
    assert [(each["basis"], each["current_until"]) for each in current] == [("A", "2027-06-15")]
    other = an_organisation_system(educators_client, partnership, new_id())
    masked = (await other.get("/v1/register?status=current")).json()["items"]
    assert [(each["full_name"], each["current_until"]) for each in masked] == [(None, None)] * 2


async def test_the_register_is_narrowed_by_each_of_its_dimensions(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership, _ = await a_register(educators_db, educators_wiring)
    office = the_office(educators_client, partnership)

    async def found(query: str) -> int:
        return len((await office.get(f"/v1/register?{query}")).json()["items"])

    assert await found("directorate=adults") == 3
    assert await found("locality=North") == 1
    assert await found("mode=off_site") == 1
    assert await found("peps_stage=stage_2") == 6
    assert await found("directorate=adults&status=lapsed") == 1
    first = (await office.get("/v1/register?directorate=adults&limit=2")).json()
    second = (
        await office.get(f"/v1/register?directorate=adults&limit=2&cursor={first['next_cursor']}")
    ).json()
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)
    stranger = an_organisation_system(educators_client, partnership, new_id())
    assert (await stranger.get("/v1/register?directorate=adults")).json()["items"] == []
    assert (await stranger.get("/v1/register?locality=North")).json()["items"] == []


async def test_the_register_in_numbers_counts_every_educator_once_in_each_dimension(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership, council = await a_register(educators_db, educators_wiring)
    office = the_office(educators_client, partnership)
    summary = (await office.get("/v1/register/summary")).json()
    assert summary["educators"] == 6
    for name, counted in summary.items():
        if name.startswith("by_"):
            assert sum(each["educators"] for each in counted) == 6, name
    assert summary["by_directorate"] == [{"value": "adults", "educators": 3}, {"value": None, "educators": 3}]
    assert summary["by_locality"][-1] == {"value": "North", "educators": 1}
    own = an_organisation_system(educators_client, partnership, council)
    seen = (await own.get("/v1/register/summary?status=expiring")).json()
    assert (seen["educators"], seen["by_organisation_id"]) == (2, [{"value": str(council), "educators": 2}])
    nobody = (await the_office(educators_client, new_id()).get("/v1/register/summary")).json()
    assert (nobody["educators"], nobody["by_status"]) == (0, [])


async def test_the_forecast_says_how_many_lapse_in_each_month_and_who(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership, council = await a_register(educators_db, educators_wiring)
    office = the_office(educators_client, partnership)
    forecast = (await office.get("/v1/register/forecast?months=12")).json()
    months = {each["month"]: each["lapsing"] for each in forecast["months"]}
    assert next(iter(months)) == "2026-09"
    assert len(months) == 12
    # Sixty days after a year from the CPD: 30 September, 11 December, 14 August are the last good days.
    assert {month: n for month, n in months.items() if n} == {"2026-10": 1, "2026-12": 1, "2027-08": 2}
    assert {each["by_cpd"] for each in forecast["months"] if each["month"] == "2027-08"} == {2}
    assert {each["status"]: each["educators"] for each in forecast["statuses"]} == {
        "current": 2,
        "expiring": 2,
        "lapsed": 1,
        "in_training": 0,
        "not_yet_qualified": 0,
        "unverified": 1,
    }
    own = an_organisation_system(educators_client, partnership, council)
    seen = (await own.get("/v1/register/forecast?months=12")).json()
    assert sum(each["educators"] for each in seen["statuses"]) == 5
    who = (await office.get("/v1/register/forecast/2026-10")).json()["items"]
    assert [(each["lapses_on"], each["lapses_by"]) for each in who] == [("2026-10-01", "cpd")]
    assert len((await own.get("/v1/register/forecast/2027-08")).json()["items"]) == 1
    assert (await office.get("/v1/register/forecast/2026-09")).json()["items"] == []
    assert (await office.get("/v1/register/forecast/2026-13")).status_code == 422


async def test_an_educator_lapses_on_the_day_the_forecast_said(
    educators_client: httpx.AsyncClient,
    educators_db: Database,
    educators_wiring: Wiring,
    stopped_clock: StoppedClock,
) -> None:
    educator = await an_educator(educators_db, new_id(), peps_stage="stage_1")
    await a_student_of(educators_db, educator, date(2024, 10, 1))
    await cpd_of(educators_db, educator)
    office = the_office(educators_client, educator.partnership_id)

    async def line() -> tuple[str, str | None, str | None]:
        await sweep_currency(educators_wiring.db, educators_wiring.clock)
        (found,) = (await office.get("/v1/register")).json()["items"]
        return found["status"], found["lapses_on"], found["lapses_by"]

    assert await line() == ("expiring", "2026-10-02", "practice")
    stopped_clock.at = stopped_clock.at.replace(month=10, day=1)
    assert await line() == ("expiring", "2026-10-02", "practice")
    stopped_clock.at = stopped_clock.at.replace(day=2)
    assert await line() == ("lapsed", None, None)


async def test_who_has_had_no_student_for_18_months_is_listed(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership = new_id()
    stories = {
        "just now": date(2025, 3, 8),
        "18 months today": date(2025, 3, 7),
        "long ago": date(2020, 1, 1),
        "never": None,
    }
    for name, ended in stories.items():
        educator = await an_educator(educators_db, partnership, full_name=name)
        if ended:
            await a_student_of(educators_db, educator, ended)
    running = await an_educator(educators_db, partnership, full_name="still there")
    await a_student_of(educators_db, running, None, started_on=date(2026, 3, 1))
    supervisor = await an_educator(educators_db, partnership, full_name="only on site")
    await a_student_of(educators_db, supervisor, role="on_site_supervisor")
    await an_educator(educators_db, partnership, full_name="no educator yet", peps_stage="none")
    await sweep_currency(educators_wiring.db, educators_wiring.clock)
    office = the_office(educators_client, partnership)
    idle = (await office.get("/v1/register/without-student")).json()["items"]
    assert [each["full_name"] for each in idle] == ["18 months today", "long ago", "never", "only on site"]
    assert [each["last_student_on"] for each in idle] == ["2025-03-07", "2020-01-01", None, None]
    longer = (await office.get("/v1/register/without-student?months=60")).json()["items"]
    assert len(longer) == 3


async def test_the_export_is_a_table_that_no_spreadsheet_takes_for_formulas(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership, council = await a_register(educators_db, educators_wiring)
    odd = ["=1+1", "+44", "-2", "@cmd", 'says "hello", twice']
    for name in odd:
        await an_educator(educators_db, partnership, organisation_id=council, full_name=name)
    office = the_office(educators_client, partnership)
    answer = await office.get("/v1/register/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="register.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(lines) == 11
    assert [line["full_name"] for line in lines[6:]] == ["'=1+1", "'+44", "'-2", "'@cmd", odd[-1]]
    assert lines[0]["social_work_england_number"].startswith("SW")
    other = an_organisation_system(educators_client, partnership, new_id())
    masked = list(csv.DictReader(io.StringIO((await other.get("/v1/register/export")).text)))
    shown = {name for line in masked for name, value in line.items() if value}
    assert shown == {"id", "organisation_id", "mode", "peps_stage", "status", "as_at"}


async def test_the_export_as_json_holds_every_educator_once_however_many_reads_it_takes(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership, _ = await a_register(educators_db, educators_wiring)
    office = the_office(educators_client, partnership)
    whole = (await office.get("/v1/register/export?format=json")).json()
    listed = (await office.get("/v1/register")).json()["items"]
    assert [{name: each[name] for name in listed[0]} for each in whole] == listed
    binds = reader_of(partnership)
    pieces = [len(rows) async for rows in register_export.batches(educators_wiring, binds, {}, at_once=4)]
    assert pieces == [4, 2]
    assert (await the_office(educators_client, new_id()).get("/v1/register/export?format=json")).json() == []
    narrowed = (await office.get("/v1/register/export?format=json&status=lapsed")).json()
    assert [each["status"] for each in narrowed] == ["lapsed"]


async def test_a_student_takes_away_only_what_everybody_may_see(
    educators_client: httpx.AsyncClient, educators_db: Database, educators_wiring: Wiring
) -> None:
    partnership, council = await a_register(educators_db, educators_wiring)
    student = in_person(educators_client, partnership, new_id(), "student", organisation_id=council)
    lines = (await student.get("/v1/register/export?format=json")).json()
    assert {(each["full_name"], each["last_student_on"]) for each in lines} == {(None, None)}


async def test_waivers_that_count_are_shown_with_the_educator(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    for state, expires_on in (
        ("approved", date(2026, 9, 7)),
        ("approved", date(2026, 9, 6)),
        ("requested", date(2027, 1, 1)),
    ):
        decided = {} if state == "requested" else {"decided_by": "b", "decided_at": educator.created_at}
        waiver = Waiver(
            partnership_id=educator.partnership_id,
            educator_id=educator.id,
            rule_code="manager_check_in",
            reason="The manager is away until the autumn.",
            conditions="None.",
            expires_on=expires_on,
            state=state,
            requested_by="a",
            **decided,
        )
        await kept(educators_db, waiver)
    office = the_office(educators_client, educator.partnership_id)
    (line,) = (await office.get("/v1/register")).json()["items"]
    assert [(each["rule_code"], each["expires_on"]) for each in line["waivers"]] == [
        ("manager_check_in", "2026-09-07")
    ]
    other = an_organisation_system(educators_client, educator.partnership_id, new_id())
    assert (await other.get("/v1/register")).json()["items"][0]["waivers"] == []
    table = csv.DictReader(io.StringIO((await office.get("/v1/register/export")).text))
    assert [each["waivers"] for each in table] == ["manager_check_in until 2026-09-07"]


def reader_of(partnership: UUID) -> dict[str, object]:
    return {
        "today": date(2026, 9, 7),
        "p_partnership": partnership,
        "p_organisation": None,
        "p_person": None,
        "p_wide": True,
    }
