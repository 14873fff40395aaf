"""A clerk who sends files to the register of educators."""

from typing import Any
from uuid import UUID

from services.educators.wiring import Wiring
from shared.ids import new_id
from tests.educators.callers import Caller

EDUCATORS = """external_id,social_work_england_number,full_name,organisation,mode,employment,peps_stage,\
qualified_on,registered_on,max_concurrent
E01,SW900037,Femi Ashdown,LA-W,on_site,employed,stage_2,2011-07-01,2011-09-01,1
E02,sw900074,Leila Hollis,LA-A,off_site,independent,stage_2,2012-07-01,2012-09-01,3
E03,SW900111,Femi Juniper,LA-C,,,in_training_stage_1,,,
"""
EPISODES = """educator_number,learner_kind,placement_level,started_on,ended_on,days,role
SW900037,student,final,2025-05-28,2025-10-25,100,educator_of_record
SW900037,asye,,2025-09-01,2026-08-31,,
SW900074,student,first,2023-01-09,2023-05-26,70,educator_of_record
"""
CPD = """educator_number,on,title,hours,peer_reflection
SW900037,2026-04-27,Practice education update,3,true
SW900074,2026-04-27,Practice education update,2.5,
"""


class Clerk:
    """Somebody of the office who sends files and reads what became of them."""

    def __init__(self, caller: Caller, wiring: Wiring) -> None:
        self.caller = caller
        self.wiring = wiring

    async def imports(self, kind: str, text: str, mode: str = "all_or_nothing") -> dict[str, Any]:
        """The finished import; its `rows` say what became of each."""
        import_id = await self.caller.send_file(kind, text, mode)
        await self.wiring.importer.run(import_id)
        found: dict[str, Any] = (await self.caller.get(f"/v1/imports/{import_id}")).json()
        rows = (await self.caller.get(f"/v1/imports/{import_id}/rows")).json()["items"]
        return {**found, "rows": rows, "faults_of_rows": [e["code"] for row in rows for e in row["errors"]]}


PARTNERSHIP: UUID = new_id()


async def all_three(clerk: Clerk) -> None:
    """All three files imported without a fault."""
    for kind, text in (("educators", EDUCATORS), ("support-episodes", EPISODES), ("cpd-records", CPD)):
        done = await clerk.imports(kind, text)
        assert done["status"] == "completed", done
