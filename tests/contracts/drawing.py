"""Which requests are made up: drawn from what is published, once for all operations that take the same.

Drawing costs more than asking. Half of the operations take no body and differ in nothing but their address: with the same
seed each of them would draw the very same requests again.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema

from services.development.descriptions import APPS, published

DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31)) | st.dates(date(1900, 1, 1), date(2200, 1, 1))
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone comes from `timezones`
schemathesis.openapi.format("date", DAYS.map(date.isoformat))
schemathesis.openapi.format("date-time", INSTANTS.map(datetime.isoformat))

TRIED = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
REFUSALS = ["400", "401", "403", "404", "409", "410", "412", "413", "415", "422", "428", "503"]
SOME_ID = "0192f0c5-9f3e-7a51-8b1d-2f6c1e0d4a77"
"""Stands in a path for the id of something that is there."""

HEADERS = {
    "If-Match": st.sampled_from(["*", "*", "*", '"1"']),
    "If-None-Match": st.sampled_from(['"1"', '"2"']),
    "Idempotency-Key": st.integers(0, 2**64).map("key-{}".format),
}
"""What such headers mostly say."""


@cache
def description_of(service: str) -> BaseSchema:
    """What the service publishes about itself."""
    checked = {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
    config = schemathesis.Config.from_dict(checked)
    return schemathesis.openapi.from_dict(json.loads(published(service).read_text("utf-8")), config=config)


def addresses() -> Iterator[tuple[str, str, str, str]]:
    """The service, path, method and name of every published operation."""
    for service in sorted(APPS):
        for path, methods in json.loads(published(service).read_text("utf-8"))["paths"].items():
            for method, operation in methods.items():
                yield service, path, method, operation["operationId"]


def requests_like_those_to(operation: APIOperation, mode: GenerationMode) -> list[Case]:
    """Requests to the operation, or to the first published one that takes the same."""
    return _drawn(operation, mode) if operation.body else _shared(_kind_of(operation), mode)


@cache
def _shared(kind: str, mode: GenerationMode) -> list[Case]:
    return _drawn(_firsts()[kind], mode)


def _kind_of(operation: APIOperation) -> str:
    """What an operation without a body takes, whatever it calls the parts of its path."""
    return json.dumps([_taken(each) for each in operation.iter_parameters()], sort_keys=True)


def _taken(parameter: Any) -> list[Any]:
    where, schema = parameter.location.value, parameter.definition["schema"]
    said = {word: what for word, what in schema.items() if word not in {"title", "description"}}
    return [where, "" if where == "path" else parameter.name, parameter.is_required, said]


@cache
def _firsts() -> dict[str, APIOperation]:
    """For each kind of operation without a body the first that is published: whoever asks first, the same is drawn."""
    firsts: dict[str, APIOperation] = {}
    for service, path, method, _ in addresses():
        operation: APIOperation = description_of(service)[path][method]
        if not operation.body:
            firsts.setdefault(_kind_of(operation), operation)
    return firsts


def _drawn(operation: APIOperation, mode: GenerationMode) -> list[Case]:
    cases: list[Case] = []

    @TRIED
    @given(case=_a_case(operation, mode))
    def is_drawn(case: Case) -> None:
        cases.append(case)

    is_drawn()
    return cases


@st.composite
def _a_case(draw: st.DrawFn, operation: APIOperation, mode: GenerationMode) -> Case:
    known = _given(draw, operation, mode)
    path, headers = known.get("path"), known.get("headers")
    case = draw(operation.as_strategy(generation_mode=mode, path_parameters=path, headers=headers))
    if mode is GenerationMode.POSITIVE and "cursor" in case.query and draw(st.integers(0, 3)):
        del case.query["cursor"]  # a made-up cursor is always refused
    return case


def _given(draw: st.DrawFn, operation: APIOperation, mode: GenerationMode) -> dict[str, dict[str, str]]:
    """The ids of the path and the headers, two times in three: making these up takes long, and is refused before all else.

    A bad request always has a part left that can be bad.
    """
    ids = {each.name: st.just(SOME_ID) for each in operation.path_parameters if _is_an_id(each)}
    said = {each.name: HEADERS[each.name] for each in operation.headers}
    parts = {name: known for name, known in (("path", ids), ("headers", said)) if known}
    if mode is GenerationMode.NEGATIVE and parts and not (operation.query or operation.body):
        del parts[draw(st.sampled_from(sorted(parts)))]
    return {
        part: {name: draw(values) for name, values in known.items()}
        for part, known in parts.items()
        if draw(st.integers(0, 2))
    }


def _is_an_id(parameter: Any) -> bool:
    return bool(parameter.definition["schema"].get("format") == "uuid")
