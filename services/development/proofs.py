"""What proves a match run, fetched from a running placements service as any caller would."""

from uuid import UUID

import httpx

from services.development.cannot_start import CannotStart


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
            inputs, certificate = (
                http.get(f"/v1/match-runs/{run}/{part}").raise_for_status().text
                for part in ("inputs", "certificate")
            )
    except httpx.TransportError:
        raise CannotStart(
            "The placements service does not answer: start Practicum with `make run`."
        ) from None
    except httpx.HTTPStatusError as answer:
        raise CannotStart(
            f"The run has no proof for this client (status {answer.response.status_code})."
        ) from None
    return inputs, certificate
