from typing import Any

from services.educators.app import create_app
from services.educators.wiring import Wiring

WITHOUT_ANSWER = {
    "release_seat",
    "delete_webhook_endpoint",
    "delete_cpd_activity",
    "get_cpd_participation_csv",
}


def operations(wiring: Wiring) -> list[dict[str, Any]]:
    document = create_app(wiring).openapi()
    return [operation for path in document["paths"].values() for operation in path.values()]


async def test_every_operation_has_a_verb_a_noun_and_a_summary(educators_wiring: Wiring) -> None:
    for operation in operations(educators_wiring):
        assert operation["operationId"].count("_") >= 1
        assert operation["summary"]
        assert operation["description"]


async def test_every_own_shape_of_a_body_or_an_answer_has_an_example(educators_wiring: Wiring) -> None:
    document = create_app(educators_wiring).openapi()
    schemas = document["components"]["schemas"]
    own = [each for each in operations(educators_wiring) if each["tags"][0] in OWN_TAGS]
    assert {tag for each in own for tag in each["tags"]} == OWN_TAGS
    for operation in own:
        for schema in shapes_of(operation):
            name = schema.get("items", schema)["$ref"].rpartition("/")[2]
            if not name.startswith("Page_"):
                assert schemas[name].get("examples"), name


OWN_TAGS = {
    "educators",
    "evidence",
    "currency",
    "eligibility",
    "seats",
    "register",
    "registration",
    "cpd",
    "reports",
}


def shapes_of(operation: dict[str, Any]) -> list[dict[str, Any]]:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    media = [content for each in bodies + answers for content in each.get("content", {}).items()]
    assert media or operation["operationId"] in WITHOUT_ANSWER
    return [each["schema"] for kind, each in media if kind == "application/json"]
