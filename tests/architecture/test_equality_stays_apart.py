"""No demographic field reaches a rule: nothing but its own rooms knows the equality declarations."""

import ast
from collections.abc import Iterator

from tests.architecture.checkout import ROOT

SERVICE = ROOT / "services" / "placements"
KNOWN = {
    "services.placements.models.equality": {"models/__init__", "queries/equality", "operations/equality"},
    "services.placements.queries.equality": {"api/equality"},
    "services.placements.operations.equality": {"api/equality"},
    "services.placements.api.equality": {"app"},
}
"""Each room of the declarations, and who may know it."""


def _imported() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "services").rglob("*.py")) + sorted((ROOT / "shared").rglob("*.py")):
        who = path.relative_to(SERVICE if path.is_relative_to(SERVICE) else ROOT).with_suffix("").as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                yield from ((who, f"{node.module}.{alias.name}") for alias in node.names)
                yield who, str(node.module)
            elif isinstance(node, ast.Import):
                yield from ((who, alias.name) for alias in node.names)


def test_nothing_but_its_own_rooms_knows_the_equality_declarations() -> None:
    knowing = {(room, who) for who, room in _imported() if room in KNOWN}
    assert knowing == {(room, who) for room, several in KNOWN.items() for who in several}


def test_no_other_file_names_the_table() -> None:
    names = ("equality_declarations", "EqualityDeclaration")
    own = {"api/equality", "operations/equality", "queries/equality", "models/equality", "models/conflicts"}
    telling = {
        path.relative_to(SERVICE).with_suffix("").as_posix()
        for path in SERVICE.rglob("*.py")
        if any(name in path.read_text("utf-8") for name in names)
    }
    assert telling <= own
