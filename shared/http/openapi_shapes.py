"""What every schema of the OpenAPI document says beside what pydantic says: how long and how large a value can be."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_LENGTHS = {"uuid": 36, "date": 10, "date-time": 35}
"""Characters of a text in these formats, at most."""

_SMALL = 2**31 - 1
_NOT_SCHEMAS = frozenset({"example", "examples", "default", "enum", "const", "required"})


def bound(schema: Schema) -> None:
    """Say of each id, day and instant how long it is, and of each whole number whether 32 bits hold it."""
    for each in _within(schema):
        if each.get("type") == "string" and each.get("format") in _LENGTHS:
            each.setdefault("maxLength", _LENGTHS[each["format"]])
        if each.get("type") == "integer" and "enum" not in each:
            small = each.get("maximum", _SMALL + 1) <= _SMALL and each.get("minimum", 0) >= -_SMALL
            each.setdefault("format", "int32" if small else "int64")


def say_once(parameter: Schema) -> None:
    """A parameter that may be left out is described by what it is when given: there is no null in an address."""
    options = parameter.get("schema", {}).get("anyOf", [])
    given = [option for option in options if option != {"type": "null"}]
    if len(given) == 1 and len(given) < len(options):
        rest = {name: value for name, value in parameter["schema"].items() if name != "anyOf"}
        parameter["schema"] = {**given[0], **rest}


def _within(schema: Schema) -> Iterator[Schema]:
    yield schema
    for name, member in schema.items():
        if name not in _NOT_SCHEMAS:
            yield from _in(member)


def _in(member: Any) -> Iterator[Schema]:
    if isinstance(member, dict):
        yield from _within(member)
    elif isinstance(member, list):
        for each in member:
            yield from _in(each)
