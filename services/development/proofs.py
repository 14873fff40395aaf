"""What proves a match run: fetched from a running placements service as any caller would, or kept in two files."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx

from services.development.cannot_start import CannotStart
from services.placements.domain.matching.canonical import UnreadableInputs, from_json
from services.placements.domain.matching.certificate import Certificate
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.result import Assignment
from services.placements.domain.matching.told import UnreadableResult, read_result
from services.placements.domain.matching.verify import Verdict

Proof = tuple[MatchInputs, tuple[Assignment, ...], Certificate, str]
"""Inputs, assignments, certificate, and the hash that the result says its inputs have."""


def proof_of(
    placements_url: str, token: str, run_id: str, transport: httpx.BaseTransport | None = None
) -> tuple[str, str]:
    """Return the frozen inputs of a run and its result with the certificate, as text. Raises `CannotStart`."""
    try:
        run = UUID(run_id)
    except ValueError:
        raise CannotStart("Name a run by its id, or give two files: inputs and certificate.") from None
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with httpx.Client(
            base_url=placements_url, headers=headers, timeout=60, trust_env=False, transport=transport
        ) as http:
            known = _told(http.get(f"/v1/match-runs/{run}")).json()
            if known["status"] != "completed":
                raise CannotStart(f"Only a completed run has a proof; this one is {known['status']}.")
            inputs, certificate = (
                _told(http.get(f"/v1/match-runs/{run}/{part}")).text for part in ("inputs", "certificate")
            )
    except httpx.TransportError:
        raise CannotStart(
            "The placements service does not answer: start Practicum with `make run`."
        ) from None
    return inputs, certificate


def _told(answer: httpx.Response) -> httpx.Response:
    """Return the answer; one that is no success is said in its own words. Raises `CannotStart`."""
    if answer.is_success:
        return answer
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise CannotStart("There is no such run with a proof, or this client may not see it.")
    try:
        why = answer.json()["detail"]
    except (KeyError, TypeError, ValueError):
        why = "it says no more"
    raise CannotStart(f"The placements service answers with status {answer.status_code}: {why}")


def kept_proof(inputs: Path, result: Path) -> tuple[str, str]:
    """Return the same from two files. Raises `CannotStart`."""
    try:
        return inputs.read_text(), result.read_text()
    except (OSError, UnicodeDecodeError):
        raise CannotStart(
            "One of the two files cannot be read: name the inputs and the certificate."
        ) from None


def understood(inputs: str, told: str) -> Proof:
    """Return what the two texts say, as `verify` takes it. Raises `CannotStart`, saying which is not what it should be."""
    try:
        return from_json(inputs), *read_result(told)
    except UnreadableInputs as fault:
        raise CannotStart(f"The inputs cannot be read: {fault}.") from fault
    except UnreadableResult as fault:
        raise CannotStart(f"The certificate cannot be read: {fault}.") from fault


def findings(verdict: Verdict, proof: Proof) -> Iterator[str]:
    """Yield, line by line, what a check has found of the result."""
    inputs, assignments, certificate, _ = proof
    yield f"{len(assignments)} of {len(inputs.requests)} students are placed in {len(inputs.offers)} offers."
    yield from (f"breach: {each.code} {each.id}" for each in verdict.breaches)
    for aim in () if verdict.breaches else certificate.aims:
        known = "not proved" if aim.code in verdict.unproved else "proved"
        yield f"{known}: {aim.code} {aim.value}"
    if verdict.holds:
        yield "The result breaks no rule and no limit, and in no aim could another be better."
