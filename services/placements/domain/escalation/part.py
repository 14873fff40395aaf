"""One object of a policy's data while it is being read: its members, where it lies, and the faults found so far."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from shared.errors import Fault

C = TypeVar("C", bound=StrEnum)
T = TypeVar("T")
Data = Mapping[str, Any]

MOST_DAYS = 400


class Unreadable(Exception):
    """A part is so wrong that the part around it cannot be built; its fault is already noted."""


class Part:
    """One object of the data, where it lies, and the faults found so far in the whole."""

    def __init__(self, data: object, pointer: str, faults: list[Fault], what: str) -> None:
        self.pointer = pointer
        self.faults = faults
        self.what = what
        if not isinstance(data, Mapping):
            raise self.fault("", "object_expected", "must be an object")
        self.data: Data = data
        self._known: set[str] = set()

    def fault(self, member: str, code: str, words: str) -> Unreadable:
        """Note a fault here."""
        pointer = f"{self.pointer}/{member}" if member else self.pointer
        self.faults.append(Fault(pointer, code, f"{self.what}: {member or 'it'} {words}."))
        return Unreadable()

    def take(self, member: str, default: object = ...) -> Any:
        """A member as it is; a missing one without a default is a fault."""
        self._known.add(member)
        value = self.data.get(member, default)
        if value is ...:
            raise self.fault(member, "missing", "is missing")
        return value

    def days(self, member: str, default: object = ..., *, least: int = 0) -> int:
        """A whole number of days (or points) within bounds."""
        value = self.take(member, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MOST_DAYS:
            raise self.fault(member, "out_of_range", f"must be a whole number from {least} to {MOST_DAYS}")
        return value

    def code(self, member: str, codes: type[C], default: object = ...) -> C:
        """A member that must be one of the codes."""
        return self.as_code(member, self.take(member, default), codes)

    def maybe(self, member: str, codes: type[C]) -> C | None:
        """A code, or nothing."""
        value = self.take(member, None)
        return None if value is None else self.as_code(member, value, codes)

    def codes(self, member: str, codes: type[C]) -> tuple[C, ...]:
        """A list of codes without repetition."""
        values = self.items(member)
        found = tuple(self.as_code(member, value, codes) for value in values)
        if len(set(found)) < len(found):
            raise self.fault(member, "repeated", "names the same twice")
        return found

    def items(self, member: str, default: object = ...) -> list[Any]:
        """A member that must be a list."""
        value = self.take(member, default)
        if not isinstance(value, list | tuple):
            raise self.fault(member, "list_expected", "must be a list")
        return list(value)

    def by_code(self, member: str, codes: type[C], read: Callable[[str, Any], T]) -> dict[C, T]:
        """An object whose member names are codes."""
        inner = Part(self.take(member, {}), f"{self.pointer}/{member}", self.faults, self.what)
        return {self.as_code(member, name, codes): read(name, value) for name, value in inner.data.items()}

    def as_code(self, member: str, value: object, codes: type[C]) -> C:
        """The code a value stands for."""
        try:
            return codes(str(value))
        except ValueError:
            raise self.fault(member, "unknown_code", f"must be one of {', '.join(codes)}") from None

    def finish(self) -> None:
        """Refuse members nobody asked for: a misspelt one must not be silently without effect."""
        for member in sorted(map(str, self.data.keys() - self._known)):
            self.fault(member, "unknown_member", "is not known here")
