"""What the linters cannot say: how long things may be, what must be explained, and what must not be written down."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.checkout import files, modules, named

OURS = ("services", "shared", "migrations")
LONGEST_FUNCTION = 40
LONGEST_MODULE = 300

MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|root|home/\w+|Users|tmp|private)/\w")
INDEX_ADDRESS = re.compile(
    r"pythonhosted|//pypi\.|npmjs\.|deb\.debian\.org|(?<!no-emit-)index-url|find-links", re.IGNORECASE
)
EXCEPTION = re.compile(r"# (?:noqa|type: ignore)\b")
EXCEPTION_WITH_A_REASON = re.compile(r"# noqa: [A-Z0-9, ]+ - \w|# type: ignore\[[a-z, -]+\]  # \w")
WRITES_A_TABLE = re.compile(r"\bcsv\.(?:writer|DictWriter)\b")
LINK_TO_A_FILE = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
UNNAMED_ROOMS = {"utils", "helpers", "common", "manager", "base", "impl"}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{named(path)}:{function.lineno} {function.name} has {lines} lines"
        for path in modules(*OURS)
        for function in _functions(_tree(path))
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in modules(*OURS, "tests")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def _unexplained(path: Path) -> Iterator[str]:
    tree = _tree(path)
    if not ast.get_docstring(tree):
        yield named(path)
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{named(path)}:{node.lineno} {node.name}"


def test_every_module_and_everything_public_says_what_it_means() -> None:
    assert [line for path in modules(*OURS) for line in _unexplained(path)] == []


def test_every_room_has_a_name_that_says_what_is_in_it() -> None:
    assert [named(path) for path in modules(*OURS) if {path.stem, path.parent.name} & UNNAMED_ROOMS] == []


def _lines(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{named(path)}:{n}" for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return [place for place in found if not place.startswith(named(Path(__file__)))]


def test_no_file_knows_a_path_of_somebodys_machine() -> None:
    assert _lines(MACHINE_PATH) == []


def test_no_file_knows_where_packages_come_from() -> None:
    assert _lines(INDEX_ADDRESS) == []


def test_every_exception_from_a_check_says_why() -> None:
    bare = [
        f"{named(path)}:{n}"
        for path in modules(*OURS, "tests", "benchmarks")
        for n, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if EXCEPTION.search(line) and not EXCEPTION_WITH_A_REASON.search(line) and path != Path(__file__)
    ]
    assert bare == []


def test_tables_for_a_spreadsheet_are_written_in_one_place_where_no_text_is_a_formula() -> None:
    writing = {named(path) for path in modules(*OURS) if WRITES_A_TABLE.search(path.read_text("utf-8"))}
    assert writing == {"shared/spreadsheets.py", "services/demo/generate.py"}


def test_every_link_between_pages_of_ours_leads_to_a_file() -> None:
    broken = [
        f"{named(page)}: {link}"
        for page in files()
        if page.suffix == ".md"
        for link in LINK_TO_A_FILE.findall(page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []
