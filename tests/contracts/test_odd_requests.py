"""Requests that nobody means well with: each gets a problem, none a crash."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.contracts.asgi import Answer, Line
from tests.contracts.conftest import Service

LISTS = {"placements": b"/v1/students", "educators": b"/v1/educators", "hubs": b"/v1/hubs"}
JSON_TYPE = (b"content-type", b"application/json")


def packed(text: str) -> bytes:
    """What stands where a cursor is expected."""
    return b"cursor=" + base64.urlsafe_b64encode(text.encode()).rstrip(b"=")


@dataclass(frozen=True)
class Odd:
    """One odd request to a list of the service, and how it is answered."""

    status: int
    method: str = "GET"
    below: bytes = b""
    query: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


ODD = {
    "a query that is no UTF-8": Odd(400, query=b"cursor=%FF%FE"),
    "raw bytes in the query": Odd(400, query=b"cursor=\xff\xfe"),
    "NUL in the query": Odd(400, query=b"cursor=%00"),
    "a number of 5000 digits": Odd(422, query=b"limit=" + b"9" * 5000),
    "digits of another script": Odd(422, query="limit=٣".encode()),
    "a cursor without end": Odd(400, query=packed("[" * 370)),
    "a cursor that is an object": Odd(400, query=packed('{"a":1,"b":2}')),
    "NUL in the path": Odd(422, below=b"/\x00"),
    "NUL in an external id": Odd(422, below=b"/external/a/\x00"),
    "an external id that is no UTF-8": Odd(422, below=b"/external/a/\xff"),
    "a slash too many": Odd(404, below=b"/"),
    "another method": Odd(405, method="TRACE"),
    "a method nobody knows": Odd(405, method="FÖÖ"),
    "a host that is none": Odd(200, query=b"limit=1", headers=[(b"host", b"[")]),
    "a deadline that only looks like a number": Odd(200, headers=[(b"practicum-deadline-ms", b"\xb2")]),
    "a trace that is none": Odd(200, headers=[(b"traceparent", b"\xff\x00-" * 50)]),
    "a length that only looks like a number": Odd(413, "POST", headers=[(b"content-length", b"\xb2")]),
    "a negative length": Odd(413, "POST", headers=[(b"content-length", b"-5")]),
    "a body of no type": Odd(415, "POST", headers=[(b"content-type", b"")], body=b"{}"),
    "a body that is no UTF-8": Odd(400, "POST", body=b'{"name":"\xff"}'),
    "arrays without end": Odd(400, "POST", body=b"[" * 100_000),
    "objects without end": Odd(400, "POST", body=b'{"name":' * 50_000),
    "a whole number of 5000 digits": Odd(400, "POST", body=b'{"name":' + b"9" * 5000 + b"}"),
    "more than all numbers": Odd(422, "POST", body=b'{"name":1e999,"minutes":Infinity,"intake_year":NaN}'),
    "half a character": Odd(422, "POST", body=b'{"name":"\\ud800","full_name":"\\udfff","x\\ud800":1}'),
    "NUL in a name": Odd(422, "POST", body=b'{"name":"\\u0000","full_name":"\\u0000"}'),
    "nothing": Odd(422, "POST", body=b"null"),
    "a key in Latin-1": Odd(422, "POST", headers=[(b"idempotency-key", b"\xff")], body=b"{}"),
    "a very long key": Odd(422, "POST", headers=[(b"idempotency-key", b"k" * 5000)], body=b"{}"),
    "a version in Latin-1": Odd(
        412,
        "PATCH",
        below=b"/01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01",
        headers=[(b"if-match", b'"\xb2"')],
        body=b"{}",
    ),
    "a version beyond all numbers": Odd(
        412,
        "PATCH",
        below=b"/01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01",
        headers=[(b"if-match", b"9" * 90)],
        body=b"{}",
    ),
}


def sent(service: Service, headers: dict[str, str], path: bytes, odd: Odd) -> Answer:
    given = dict(odd.headers)
    usual = {name.encode(): value.encode() for name, value in headers.items()}
    if odd.method in {"POST", "PATCH"}:
        usual |= dict([JSON_TYPE]) | {b"content-length": str(len(odd.body)).encode()}
    line = Line(service.app, service.portal)
    return line.send(odd.method, path + odd.below, odd.query, list((usual | given).items()), odd.body)


def is_a_problem(answer: Answer) -> bool:
    problem = json.loads(answer.body)
    return answer.headers["content-type"] == "application/problem+json" and problem["status"] == answer.status


@pytest.mark.parametrize("name", LISTS)
def test_an_odd_request_is_refused_in_good_order(name: str, service_called: Callable[[str], Service]) -> None:
    service, path = service_called(name), LISTS[name]
    caller = service.world_for(path.decode()).caller
    answers = {what: sent(service, caller, path, odd) for what, odd in ODD.items()}
    assert {what: answer.status for what, answer in answers.items()} == {
        what: odd.status for what, odd in ODD.items()
    }
    refused = {what: answer for what, answer in answers.items() if answer.status >= 300}
    assert [what for what, answer in refused.items() if not is_a_problem(answer)] == []


BEYOND = [
    '["99999999999999999999","{}"]',
    '["-1","{}"]',
    '["4294967296","{}"]',
    '[Infinity,"{}"]',
    '[7,"{}"]',
]


def test_a_forged_cursor_leads_to_no_row_that_cannot_be(service_called: Callable[[str], Service]) -> None:
    service = service_called("placements")
    world = service.world_for("/v1/imports")
    path = f"/v1/imports/{world.known['import_id'][0]}/rows"
    seal = hashlib.blake2b(json.dumps([path, []]).encode(), digest_size=9).hexdigest()
    for cursor in BEYOND:
        query = packed(cursor.replace("{}", seal))
        answer = sent(service, world.caller, path.encode(), Odd(400, query=query))
        assert (answer.status, is_a_problem(answer)) == (400, True), cursor


def test_an_address_says_all_the_methods_it_takes(service_called: Callable[[str], Service]) -> None:
    service = service_called("placements")
    said = {
        path: sent(service, {}, path, Odd(405, method="OPTIONS")).headers["allow"]
        for path in (
            b"/v1/students",
            b"/v1/students/01990a6e-7b1c-7cc1-9d6f-3a1e5b2c4d01",
            b"/v1/students/external/a/b/c",
        )
    }
    assert list(said.values()) == ["GET, POST", "GET, PATCH", "GET, PUT"]
