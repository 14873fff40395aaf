from typing import Annotated, Generic, TypeVar

from pydantic import Field

from shared.docstrings import sayings_of
from shared.http.wire import Wire

Thing = TypeVar("Thing")


class Box(Wire, Generic[Thing]):
    inside: Thing
    """What is in it."""

    weight: Annotated[int, Field(ge=0)] = 1
    """In grams.

    Without the box."""

    colour: str


class Crate(Box[int]):
    weight: int = 2
    colour: Annotated[str, Field(description="Said in its own words.")] = "brown"
    """Not said."""


def test_a_member_is_described_by_the_text_below_it() -> None:
    assert sayings_of(Box) == {"inside": "What is in it.", "weight": "In grams.\n\nWithout the box."}


def test_a_member_declared_anew_says_nothing_of_what_it_was() -> None:
    assert sayings_of(Crate) == {"inside": "What is in it.", "colour": "Not said."}


def test_a_class_made_inside_a_function_says_what_its_origin_says() -> None:
    class Parcel(Box[str]):
        stamps: int
        """Nobody can find this text."""

    assert sayings_of(Parcel) == sayings_of(Box)


def test_a_published_shape_tells_the_texts_and_keeps_its_own_words() -> None:
    members = Crate.model_json_schema()["properties"]
    assert members["inside"]["description"] == "What is in it."
    assert "description" not in members["weight"]
    assert members["colour"]["description"] == "Said in its own words."
    assert Box[str].model_json_schema()["properties"]["weight"] == {
        "description": "In grams.\n\nWithout the box.",
        "default": 1,
        "minimum": 0,
        "title": "Weight",
        "type": "integer",
    }
