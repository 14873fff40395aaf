"""Batches of registration numbers for the regulator's own search, and its answers."""

from typing import Any

import httpx

from tests.educators.callers import Caller

ROOT = "/v1/registration-checks"
HEADING = "Registration number,Surname,Status,Registered until,Conditions\n"


async def due(caller: Caller, query: str = "") -> dict[str, list[str]]:
    """Who is due, and because of what."""
    items = (await caller.get(f"{ROOT}/due?limit=200{query}")).json()["items"]
    return {each["full_name"]: each["because"] for each in items}


async def a_batch(caller: Caller, **body: Any) -> dict[str, Any]:
    """A batch that the caller made."""
    made = await caller.post(f"{ROOT}/batches", body)
    assert made.status_code == 201, made.text
    (batch,) = made.json()["items"]
    return dict(batch)


async def answered(caller: Caller, batch: dict[str, Any], file: str, query: str = "") -> httpx.Response:
    """The regulator's answer to a batch, sent as a table."""
    path = f"{ROOT}/batches/{batch['id']}/results{query}"
    return await caller.post_table(path, file.encode())
