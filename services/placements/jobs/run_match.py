"""Carrying out a match run: gather, ask the educators service once, freeze, solve in a process of its own, store.

Killed at any point it leaves the round as it was; the queue starts it again. Each attempt freezes anew, so its answers about
educators are fresh.
"""

import asyncio
import json
import sys
from contextlib import suppress
from typing import Any
from uuid import UUID

from services.placements.clients.educators import PlacementShape
from services.placements.domain.matching.canonical import input_hash, to_json
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.operations import match_runs
from services.placements.queries.match_inputs import inputs_of, round_facts
from services.placements.queries.match_runs import under_way
from services.placements.wiring import Wiring
from shared.db import Session

_LONGEST_LINE = 1024 * 1024 * 1024

LOOK_SECONDS = 1.0
"""How soon a cancelled run ends while its solver says nothing."""


class SolverDied(RuntimeError):
    """The solving process ended without an answer (killed, or out of memory). The queue tries again."""


async def run_match(wired: Wiring, run_id: UUID) -> None:
    """Carry out one run, if it is still wanted. Raises `SisterDown` (to be tried again) while educators is silent."""
    async with wired.db.read() as connection:
        run = await under_way(connection, run_id)
        if run is None:
            return
        facts = await round_facts(connection, run.partnership_id, run.round_id)
    shape = PlacementShape(
        placement_level=facts.round.placement_level,
        starts_on=facts.round.starts_on,
        ends_on=facts.round.ends_on,
    )
    decided = await wired.educators.eligibility(run.partnership_id, shape, facts.educators)
    inputs = inputs_of(facts, decided)
    frozen = to_json(inputs)
    async with wired.db.begin() as session:
        if not await match_runs.begin(session, run_id, frozen, input_hash(inputs), wired.clock.now()):
            return
    answer = await _solved(wired, run_id, frozen)
    if answer is None:
        return
    async with wired.db.begin() as session:
        await _store(session, wired, run_id, inputs, answer)


async def _store(
    session: Session, wired: Wiring, run_id: UUID, inputs: MatchInputs, answer: dict[str, Any]
) -> None:
    now = wired.clock.now()
    if "failure" in answer:
        await match_runs.fail(session, run_id, answer["failure"], now)
    else:
        await match_runs.finish(session, run_id, inputs, answer["result"], now)


async def _solved(wired: Wiring, run_id: UUID, frozen: str) -> dict[str, Any] | None:
    """The solver's last word; None when the run was cancelled meanwhile."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.placements.jobs.solving",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )
    try:
        return await _listen(wired, run_id, process, frozen)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _listen(
    wired: Wiring, run_id: UUID, process: asyncio.subprocess.Process, frozen: str
) -> dict[str, Any] | None:
    if process.stdin is None or process.stdout is None:
        raise SolverDied
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(frozen.encode())
        await process.stdin.drain()
        process.stdin.close()
    while line := await _next_line(wired, run_id, process.stdout):
        said: dict[str, Any] = json.loads(line)
        if "aim" not in said:
            return said
        async with wired.db.begin() as session:
            progress = {"stage": "solving", **said}
            if not await match_runs.report(session, run_id, progress, wired.clock.now()):
                return None
    if await _is_over(wired, run_id):
        return None
    raise SolverDied


async def _next_line(wired: Wiring, run_id: UUID, said: asyncio.StreamReader) -> bytes:
    """The solver's next line; empty when it has ended, or when the run was cancelled while the solver was silent."""
    line = asyncio.ensure_future(said.readline())
    try:
        while not (await asyncio.wait([line], timeout=LOOK_SECONDS))[0]:
            if await _is_over(wired, run_id):
                return b""
        return line.result()
    finally:
        line.cancel()


async def _is_over(wired: Wiring, run_id: UUID) -> bool:
    async with wired.db.read() as connection:
        return await under_way(connection, run_id) is None
