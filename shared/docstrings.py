"""What a model says of its members, in the texts below them: read from its source when somebody asks.

Pydantic can do the same while a class is made (`use_attribute_docstrings`); measured, it took four of the seven seconds that
our programs need to start, for words that only the description of the API ever shows.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from pydantic import BaseModel

Sayings = Mapping[str, str]
"""The text below each member that has one."""

_NOTHING: Sayings = MappingProxyType({})


@cache
def sayings_of(model: type[BaseModel]) -> Sayings:
    """What the model, and what it is made from, says of its members; who declares a member last has the word."""
    said: dict[str, str | None] = {}
    for one in reversed(model.__mro__):
        if one is not BaseModel and issubclass(one, BaseModel):
            own = _sayings_in(one.__module__).get(one.__qualname__, _NOTHING)
            said |= {name: own.get(name) for name in inspect.get_annotations(one)}
    return MappingProxyType({name: text for name, text in said.items() if text is not None})


@cache
def _sayings_in(module: str) -> Mapping[str, Sayings]:
    """The sayings of every class that is written in a module outside of functions, by its qualified name."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except OSError:  # there is no source to read
        return MappingProxyType({})
    return MappingProxyType(dict(_classes(tree, "")))


def _classes(within: ast.Module | ast.ClassDef, path: str) -> Iterator[tuple[str, Sayings]]:
    for one in within.body:
        if isinstance(one, ast.ClassDef):
            yield path + one.name, _below_members(one)
            yield from _classes(one, f"{path}{one.name}.")


def _below_members(one: ast.ClassDef) -> Sayings:
    return MappingProxyType(
        {
            member.target.id: inspect.cleandoc(below.value.value)
            for member, below in pairwise(one.body)
            if isinstance(member, ast.AnnAssign)
            and isinstance(member.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        }
    )
