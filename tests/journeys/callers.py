"""Callers of all services: each question has a fresh token and a fresh Idempotency-Key."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.principals import headers_for


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the services by name. `get`, `every`, `post` and `put` expect a yes and give its content."""

    http: httpx.AsyncClient
    claims: dict[str, Any]

    async def ask(
        self, method: str, service: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """The answer, whatever it is. Headers are named as in `If_Match="*"`."""
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        url = f"http://{service}.test{path}"
        return await self.http.request(method, url, json=body, headers=headers_for(**self.claims) | given)

    async def get(self, service: str, path: str) -> Any:
        return _content(await self.ask("GET", service, path))

    async def every(self, service: str, path: str) -> list[dict[str, Any]]:
        """All items of a list that fits on one page."""
        answer = await self.get(service, f"{path}{'&' if '?' in path else '?'}limit=200")
        assert answer.get("next_cursor") is None
        return list(answer["items"])

    async def post(self, service: str, path: str, body: Any = None, **headers: str) -> Any:
        return _content(await self.ask("POST", service, path, body, **headers))

    async def put(self, service: str, path: str, body: Any, **headers: str) -> Any:
        return _content(await self.ask("PUT", service, path, body, **headers))

    async def send(self, service: str, kind: str, rows: str) -> str:
        """Send a file; the address of its import."""
        headers = headers_for(**self.claims) | {"Content-Type": "text/csv"}
        url = f"http://{service}.test/v1/imports?kind={kind}&mode=all_or_nothing&system=records"
        answer = await self.http.post(url, content=rows.encode(), headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.headers["location"])


def _content(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json() if answer.content else None
