"""Calling an application in this process with `requests`, which is what Schemathesis speaks."""

from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from tests.contracts.asgi import Line


class InProcess(BaseAdapter):
    """Hands requests to an application that lives on the event loop of a portal, with its database."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        self._reading = HTTPAdapter()

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        address = urlsplit(str(request.url))
        headers = [("host", address.netloc), *request.headers.items()]
        answer = self._line.send(
            str(request.method),
            unquote_to_bytes(address.path),
            address.query.encode(),
            [(name.encode(), _bytes(value)) for name, value in headers],
            _bytes(request.body or b""),
        )
        raw = HTTPResponse(
            body=BytesIO(answer.body),
            headers=HTTPHeaderDict(answer.headers),
            status=answer.status,
            version=11,
            preload_content=False,
        )
        return self._reading.build_response(request, raw)

    def close(self) -> None:
        """Nothing is held open."""


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("latin-1")
