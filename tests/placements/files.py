"""Sending files to the placements service and seeing what became of their rows."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
from shared.clock import Clock
from shared.db import Database
from shared.ids import new_id
from tests.principals import a_verifier


def csv_of(*rows: str) -> str:
    """A file of these rows."""
    return "".join(f"{row}\n" for row in rows)


EDUCATOR = new_id()
"""The educator with the number SW123."""

ORGANISATIONS = csv_of(
    "external_id,name,org_type",
    "uni-a,University of Ashbourne,University",
    "uni-b,University of Brockley,hei",
    "council-h,Harbour Council,Local Authority",
)
SETTINGS = csv_of(
    "external_id,organisation,name,directorate,service_area,is_frontline,is_statutory,latitude,longitude,"
    "accessibility,pcf_domains",
    "team-1,council-h,Children in Care,Children's,children_in_care,yes,yes,50.91,-1.40,"
    "step_free|hearing_loop,knowledge|professionalism",
    "team-2,council-h,Hospital Team,adults,hospital,true,true,50.93,-1.43,,",
)
STUDENTS = csv_of(
    "external_id,organisation,programme,full_name,email,intake_year",
    "s-1,uni-a,MA Social Work,Ada Example,ada@example.org,2025",
    "s-2,uni-a,MA Social Work,Bo Example,bo@example.org,2025",
    "s-3,uni-b,,Cy Example,cy@example.org,2025",
)
OFFERS = csv_of(
    "external_id,round,setting,places,placement_levels,educator_number,requires_driver,clearances,"
    "accepts_adjustments,pcf_domains",
    "o-1,round-1,team-1,1,first|final,sw123,no,dbs_enhanced,step_free,knowledge",
    "o-2,round-1,team-2,2,2,,yes,,,",
)
REQUESTS = csv_of(
    "round,student,latitude,longitude,can_drive,max_travel_minutes,adjustments,conflicts,previous,"
    "preference_1,preference_2",
    "round-1,s-1,50.90,-1.39,yes,60,step_free,organisation:uni-b|educator:SW123,setting:team-2,"
    "setting:team-1,directorate:Adults",
    "round-1,s-2,50.91,-1.38,no,,,,directorate:adults|organisation:council-h,offer:o-1,service_area:hospital",
)


UNKNOWN = [
    ("settings", SETTINGS.replace("council-h", "nowhere"), {"organisation"}),
    ("students", STUDENTS.replace("uni-", "nowhere-"), {"organisation"}),
    ("offers", OFFERS.replace("round-1", "nowhere"), {"round"}),
    ("offers", OFFERS.replace("team-1", "nowhere"), {"setting"}),
    ("offers", OFFERS.replace("sw123", "SW999"), {"educator_number"}),
    ("requests", REQUESTS.replace("round-1", "nowhere"), {"round"}),
    ("requests", REQUESTS.replace(",s-1", ",nobody"), {"student"}),
    ("requests", REQUESTS.replace("setting:team-1", "setting:nowhere"), {"preference_1"}),
    ("requests", REQUESTS.replace("educator:SW123", "educator:SW999"), {"conflicts"}),
    ("requests", REQUESTS.replace("setting:team-2", "setting:nowhere"), {"previous"}),
]
"""Files in which one reference is not known, and its column."""

MALFORMED = [
    ("organisations", ORGANISATIONS.replace("hei", "school"), "org_type"),
    ("settings", SETTINGS.replace("50.91", "95"), "latitude"),
    ("settings", SETTINGS.replace("50.91", "north"), "latitude"),
    ("settings", SETTINGS.replace("adults", "elders"), "directorate"),
    ("settings", SETTINGS.replace("knowledge|", "wisdom|"), "pcf_domains/0"),
    ("students", STUDENTS.replace("ada@example.org", "ada"), "email"),
    ("students", STUDENTS.replace(",2025", ",25", 1), "intake_year"),
    ("offers", OFFERS.replace("first|final", "second"), "placement_levels/0"),
    ("offers", OFFERS.replace("sw123", "SW0123"), "educator_number"),
    ("offers", OFFERS.replace("team-1,1", "team-1,-1"), "places"),
    ("requests", REQUESTS.replace("directorate:Adults", "elders"), "preference_2"),
    ("requests", REQUESTS.replace("directorate:Adults", "directorate:elders"), "preference_2"),
    ("requests", REQUESTS.replace("organisation:uni-b", "tutor:T1"), "conflicts/0"),
    ("requests", REQUESTS.replace("yes,60", "maybe,60"), "can_drive"),
]
"""Files in which one cell cannot be read, and its column."""


class Tokens:
    """Tokens that say for whom they are."""

    async def token(self, partnership_id: UUID | None = None) -> str:
        return f"for-{partnership_id}"


def educators_answers(request: httpx.Request) -> httpx.Response:
    """The educators service, as far as looking numbers up goes."""
    assert request.url.path == "/v1/educators/lookup"
    asked = json.loads(request.content)["social_work_england_numbers"]
    known = [{"social_work_england_number": "SW123", "id": str(EDUCATOR)}]
    return httpx.Response(200, json={"items": [k for k in known if k["social_work_england_number"] in asked]})


@asynccontextmanager
async def importing(db: Database, clock: Clock) -> AsyncIterator[Wiring]:
    """The service with an educators service that knows one number."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(educators_answers)) as http:
        settings = Settings(database_url=db.url)
        yield wire(settings, db=db, clock=clock, verifier=a_verifier(), http=http, tokens=Tokens())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file."""

    summary: dict[str, Any]
    rows: list[dict[str, Any]]

    @property
    def results(self) -> list[str]:
        return [row["result"] for row in self.rows]

    @property
    def faults(self) -> list[tuple[int, str, str]]:
        """Row number, column and code of every fault."""
        return [
            (row["number"], e["pointer"].lstrip("/"), e["code"]) for row in self.rows for e in row["errors"]
        ]


async def imported(
    client: httpx.AsyncClient,
    wiring: Wiring,
    kind: str,
    text: str,
    headers: dict[str, str],
    *,
    mode: str = "best_effort",
    media_type: str = "text/csv",
) -> Outcome:
    """Send a file and let it be carried out at once, as the worker would."""
    sent = await client.post(
        f"/v1/imports?kind={kind}&mode={mode}&system=records",
        content=text.encode(),
        headers=headers | {"Content-Type": media_type},
    )
    assert sent.status_code == 202, sent.text
    where = sent.headers["location"]
    await wiring.importer.run(UUID(sent.json()["id"]))
    rows = (await client.get(f"{where}/rows?limit=200", headers=headers)).json()["items"]
    return Outcome((await client.get(where, headers=headers)).json(), rows)
