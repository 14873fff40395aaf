"""The examples of the OpenAPI document: those of the models, made whole, and placed where readers look for them."""

from typing import Any

Schema = dict[str, Any]
Schemas = dict[str, Schema]

_JSON = "application/json"


def make_whole(schemas: Schemas) -> None:
    """Give the models' examples their nulls back, which FastAPI drops, so that each fits its schema."""
    for schema in schemas.values():
        if "examples" in schema:
            schema["examples"] = [_whole(example, schema, schemas) for example in schema["examples"]]


def exemplify(described: dict[str, Any], schemas: Schemas) -> None:
    """Put an example beside the schema of a JSON body or answer."""
    media = described.get("content", {}).get(_JSON)
    if media is None or "example" in media:
        return
    example = _example_of(media.get("schema", {}), schemas)
    if example is not None:
        media["example"] = example


def _example_of(schema: Schema, schemas: Schemas) -> Any:
    """The sample that a schema brings along; for a page of things, a page with one of them. None when there is none."""
    found = _resolved(schema, schemas)
    if samples := found.get("examples"):
        return samples[0]
    items = found.get("properties", {}).get("items", {}).get("items")
    if items is None:
        return None
    sample = _example_of(items, schemas)
    if sample is None:
        return None
    return {"items": [sample]} | ({"next_cursor": None} if "next_cursor" in found["properties"] else {})


def _resolved(schema: Schema, schemas: Schemas) -> Schema:
    """The schema itself: behind its reference, and of a choice between something and null the something."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        return _resolved(options[0], schemas)
    return schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)


def _whole(example: Any, schema: Schema, schemas: Schemas) -> Any:
    found = _resolved(schema, schemas)
    if isinstance(example, list):
        return [_whole(each, found.get("items", {}), schemas) for each in example]
    members = found.get("properties", {})
    if not isinstance(example, dict) or not members:
        return example
    required = found.get("required", [])
    return {
        name: _whole(example.get(name), member, schemas)
        for name, member in members.items()
        if name in example or (name in required and {"type": "null"} in member.get("anyOf", []))
    } | {name: value for name, value in example.items() if name not in members}
