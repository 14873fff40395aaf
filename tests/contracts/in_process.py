"""Calling an application in this process with `requests`, which is what Schemathesis speaks."""

from io import BytesIO
from typing import Any

import httpx
import requests
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse


class InProcess(BaseAdapter):
    """Hands requests to an application that lives on the event loop of a portal, with its database."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        super().__init__()
        self._portal = portal
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app))
        self._reading = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        answer = self._portal.call(self._ask, request)
        raw = HTTPResponse(
            body=BytesIO(answer.content),
            headers=HTTPHeaderDict(answer.headers.multi_items()),
            status=answer.status_code,
            reason=answer.reason_phrase,
            version=11,
            preload_content=False,
        )
        return self._reading.build_response(request, raw)

    async def _ask(self, request: requests.PreparedRequest) -> httpx.Response:
        body: Any = request.body
        headers = [(name.encode(), _bytes(value)) for name, value in request.headers.items()]
        sent = httpx.Request(str(request.method), str(request.url), headers=headers, content=body)
        return await self._client.send(sent)

    def close(self) -> None:
        self._portal.call(self._client.aclose)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1")
