"""What travels: strict bodies in, exact shapes out.

Unknown members are refused, strings, numbers and arrays are bounded, NUL is refused (PostgreSQL cannot store it), lone
surrogates are refused by the validator itself. Instants travel as RFC 3339 in UTC with `Z`, days as ISO dates.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core import CoreSchema

from shared.docstrings import sayings_of

EARLIEST_DAY = date(1900, 1, 1)
LATEST_DAY = date(2200, 1, 1)

_EXACT = ("int", "float", "bool")
_NOT_VALIDATORS = frozenset({"default", "metadata", "serialization"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Item = TypeVar("Item")


def _be_exact(schema: Any) -> None:
    if isinstance(schema, dict):
        if schema.get("type") in _EXACT:
            schema["strict"] = True
        for name in schema.keys() - _NOT_VALIDATORS:
            _be_exact(schema[name])
    elif isinstance(schema, list):
        for member in schema:
            _be_exact(member)


class Wire(BaseModel):
    """A body or an answer. Strict about members, frozen, and readable from rows.

    A number is a number and a truth is a truth: neither `"5"` nor `true` is taken for 5, nor `"yes"` for true.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        from_attributes=True,
        allow_inf_nan=False,
        str_strip_whitespace=True,
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The validator, exact about numbers and truths, while days and ids are still written as texts."""
        schema = handler(source)
        _be_exact(schema)
        return schema

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The shape as it is published: the text below a member is its description."""
        shape = handler(schema)
        members = handler.resolve_ref_schema(shape).get("properties", {})
        for name, text in sayings_of(cls).items():
            if name in members:
                last = {key: members[name].pop(key) for key in ("default", "title") if key in members[name]}
                members[name].setdefault("description", text)
                members[name].update(last)
        return shape


class FromText(Wire):
    """What comes as texts: the cells of a file, the parameters of an address. `5` and `yes` are understood."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The validator as it comes."""
        return handler(source)


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the NUL character")
    return text


def _written_as_day(given: object) -> object:
    """The validator alone would take the number 0, or its digits, for the first day of 1970."""
    if isinstance(given, date) or (isinstance(given, str) and _DAY.fullmatch(given)):
        return given
    raise ValueError("must be a day, written as 2026-09-07")


def _written_as_instant(given: object) -> object:
    if isinstance(given, datetime) or (isinstance(given, str) and _DAY.match(given)):
        return given
    raise ValueError("must be an instant, written as 2026-09-07T09:00:00Z")


def _in_reach(day: date) -> date:
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise ValueError("must be between the years 1900 and 2200")
    return day


def _in_utc(instant: datetime) -> datetime:
    _in_reach(instant.date())
    return instant.astimezone(UTC)


def rfc3339(instant: datetime) -> str:
    """How every instant is written."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


_WITHOUT_NUL = AfterValidator(_no_nul)
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), _WITHOUT_NUL]
Code = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$")
]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=4000), _WITHOUT_NUL]
Email = Annotated[
    str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), _WITHOUT_NUL
]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Day = Annotated[date, BeforeValidator(_written_as_day), AfterValidator(_in_reach)]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_written_as_instant),
    AfterValidator(_in_utc),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    Field(json_schema_extra={"format": "date-time"}),
]


class ExternalId(Wire):
    """What another system calls this thing: unique per organisation and system."""

    system: Code
    value: Name


ExternalIds = Annotated[list[ExternalId], Field(max_length=20)]


def like(**example: Any) -> ConfigDict:
    """An example of a body or an answer, for the documentation."""
    return ConfigDict(json_schema_extra={"examples": [example]})


def absent() -> Any:
    """The default of a member that may be left out, which leaves what is there; what is given must still be valid."""
    return Field(default_factory=lambda: None)


def up_to(count: int) -> Any:
    """How many items a list in an answer has at most; said, not checked: no answer is refused for its length."""
    return Field(json_schema_extra={"maxItems": count})


class Page(Wire, Generic[Item]):
    """One page of a list."""

    items: Annotated[list[Item], up_to(200)]
    next_cursor: Annotated[str, Field(max_length=500)] | None = None
    """Give it back as `cursor` for the next page; null on the last."""
