"""The second chapter: both rounds are matched, published, answered, and the placements confirmed."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from services.demo.caller import Caller, CallFailed
from services.demo.partnership import Partnership

AT_ONCE = 8
"""How many requests the season has under way at a time."""


@dataclass
class Matched:
    """What matching brought: the runs' outcomes, explanations of the unmatched, the confirmed placements."""

    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    unmatched: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    placements: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


async def match(office: Caller, made: Partnership) -> Matched:
    """Run both rounds, publish the results and let both sides accept everything."""
    matched = Matched()
    for name, round_id in made.rounds.items():
        run = await _completed(office, round_id)
        matched.runs[name] = run
        path = f"/v1/match-runs/{run['id']}/explanations"
        unmatched = [e for e in await office.every("placements", path) if not e["placed"]]
        matched.unmatched[name] = [
            await office.get("placements", f"{path}/{e['request_id']}", **{"for": "student"})
            for e in unmatched
        ]
        await office.post("placements", f"/v1/match-runs/{run['id']}/publication", version="*")
        proposals = await office.every("placements", f"/v1/match-runs/{run['id']}/proposals")
        accepted = await in_parallel(_accept(office, p["id"]) for p in proposals)
        for outcome in await in_parallel(_confirm(office, placement_id) for placement_id in accepted):
            (matched.refused if outcome.startswith("refused:") else matched.placements).append(outcome)
    return matched


async def in_parallel(tasks: Any) -> list[Any]:
    """All of these, some at a time, in their order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(task: Any) -> Any:
        async with gate:
            return await task

    return await asyncio.gather(*(one(task) for task in tasks))


async def _completed(office: Caller, round_id: str) -> dict[str, Any]:
    asked = await office.ask("POST", "placements", f"/v1/rounds/{round_id}/match-runs", {})
    while True:
        run: dict[str, Any] = await office.get("placements", asked.headers["location"])
        if run["status"] == "completed":
            return run
        if run["status"] not in ("queued", "running"):
            raise CallFailed(f"The match run ended as {run['status']}: {run['failure']}")
        await asyncio.sleep(0.1)


async def _accept(office: Caller, proposal_id: str) -> str:
    for party in ("host", "university"):
        path = f"/v1/proposals/{proposal_id}/acceptance"
        proposal = await office.post("placements", path, {"party": party}, version="*")
    return str(proposal["placement_id"])


async def _confirm(office: Caller, placement_id: str) -> str:
    try:
        await office.post("placements", f"/v1/placements/{placement_id}/confirmation", version="*")
    except CallFailed as refusal:
        return f"refused: {refusal}"
    return placement_id
