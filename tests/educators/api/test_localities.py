"""Where educators work: imported, typed, and left as it is by files that do not say."""

import httpx

from services.educators.models.educators import Educator
from services.educators.wiring import Wiring
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import an_organisation_system, the_office
from tests.educators.factories import an_educator, the, told
from tests.educators.sisters import SomeOrganisations

HEADING = "external_id,social_work_england_number,full_name,organisation,peps_stage"


async def test_a_file_may_say_where_educators_work_and_one_that_does_not_leaves_it(
    educators_client: httpx.AsyncClient,
    educators_wiring: Wiring,
    educators_db: Database,
    organisations: SomeOrganisations,
) -> None:
    organisations.add("LA-W")
    office = the_office(educators_client, new_id())

    async def send(text: str) -> dict[str, int]:
        import_id = await office.send_file("educators", text, "best_effort")
        await educators_wiring.importer.run(import_id)
        counts: dict[str, int] = (await office.get(f"/v1/imports/{import_id}")).json()["counts"]
        return counts

    with_places = f"{HEADING},directorate,locality\nE1,SW1,A Name,LA-W,stage_2,adults,North\n"
    assert await send(with_places) == {"created": 1}
    assert await send(f"{HEADING}\nE1,SW1,A Name,LA-W,stage_2\n") == {"unchanged": 1}
    seen = len(await told(educators_db))
    assert await send(with_places) == {"unchanged": 1}
    assert len(await told(educators_db)) == seen
    educator = await the(educators_db, Educator, social_work_england_number="SW1")
    assert (educator.directorate, educator.locality) == ("adults", "North")
    assert await send(f"{HEADING},directorate\nE2,SW2,B Name,LA-W,stage_2,somewhere\n") == {"invalid": 1}


async def test_where_an_educator_works_is_changed_and_shown_to_those_who_see_them_whole(
    educators_client: httpx.AsyncClient, educators_db: Database
) -> None:
    educator = await an_educator(educators_db, new_id())
    office = the_office(educators_client, educator.partnership_id)
    path = f"/v1/educators/{educator.id}"
    changed = await office.patch(path, {"directorate": "integrated", "locality": "Isle"})
    assert (changed.json()["directorate"], changed.json()["locality"]) == ("integrated", "Isle")
    other = an_organisation_system(educators_client, educator.partnership_id, new_id())
    masked = (await other.get(path)).json()
    assert (masked["directorate"], masked["locality"]) == (None, None)
    assert (await office.patch(path, {"directorate": "transport"})).status_code == 422
