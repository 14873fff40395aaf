"""What is wrong between the members of a body, said in the same answer as what is wrong with single ones.

The validator of a body judges its members; rules over several of them would wait for a body whose members are all sound.
`beside` asks such a rule about those that are sound already, so that one answer names everything. What only the database
can tell (whether a thing is there) is still asked about a body that can be read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ModelWrapValidatorHandler, TypeAdapter, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from shared.errors import Fault

Rule = Callable[[Mapping[str, Any]], Iterable[Fault]]
"""What is wrong between members as they are stored. One that is None, or not there, is not known: nothing is said of it."""

_GONE: Final = object()


def beside(rule: Rule) -> Any:
    """A validator for the class of a body: where members are faulty, the rule's faults come with theirs.

    A body whose members are all sound is judged by the rule where it is kept, together with what it refers to.
    """

    def judge(cls: type[BaseModel], given: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        try:
            return handler(given)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            sound = _sound(cls, given, [each["loc"] for each in details])
            faults = [*((e["type"], e["msg"], e["loc"]) for e in details), *map(_as_detail, rule(sound))]
            lines = [
                InitErrorDetails(type=PydanticCustomError(code, words), loc=where, input=None)
                for code, words, where in faults
            ]
            raise ValidationError.from_exception_data(error.title, lines) from None

    method: Any = classmethod(judge)
    return model_validator(mode="wrap")(method)


def _as_detail(fault: Fault) -> tuple[str, str, tuple[int | str, ...]]:
    parts = fault.pointer.removeprefix("/").split("/")
    return fault.code, fault.detail, tuple(int(part) if part.isdigit() else part for part in parts)


def _sound(cls: type[BaseModel], given: Any, faulty: Iterable[tuple[int | str, ...]]) -> dict[str, Any]:
    """The members without a fault, as they would be stored; a list with a faulty item is left out whole."""
    left = _left(given, list(faulty))
    if not isinstance(left, dict):
        return {}
    members = {}
    for name, adapter in _adapters(cls).items():
        field = cls.model_fields[name]
        if name in left:
            try:
                value = adapter.validate_python(left[name])
            except ValidationError:
                continue
        elif name in given or field.is_required():
            continue
        else:
            value = field.get_default(call_default_factory=True, validated_data={})
        is_nested = isinstance(value, BaseModel | list)
        members[name] = adapter.dump_python(value, mode="json") if is_nested else value
    return members


def _left(given: Any, faulty: list[tuple[int | str, ...]]) -> Any:
    """What is left of it without everything faulty."""
    if not faulty:
        return given
    if not isinstance(given, dict) or () in faulty:
        return _GONE
    below: dict[Any, list[tuple[int | str, ...]]] = defaultdict(list)
    for first, *rest in faulty:
        below[first].append(tuple(rest))
    left = {name: _left(value, below[name]) for name, value in given.items()}
    return {name: value for name, value in left.items() if value is not _GONE}


@cache
def _adapters(cls: type[BaseModel]) -> dict[str, TypeAdapter[Any]]:
    return {name: TypeAdapter(field.rebuild_annotation()) for name, field in cls.model_fields.items()}
