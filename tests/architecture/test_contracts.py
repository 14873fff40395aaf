"""The import contracts themselves: nothing new stands outside them."""

import tomllib

from tests.architecture.checkout import ROOT

CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}
ROOMS = {
    *("api", "app", "clients", "domain", "jobs", "messages", "models", "operations"),
    *("queries", "settings", "wiring", "worker"),
}


def _in(package: str) -> set[str]:
    below = (ROOT / package.replace(".", "/")).iterdir()
    names = {path.stem for path in below if path.suffix == ".py" or (path / "__init__.py").exists()}
    return {f"{package}.{name}" for name in names if not name.startswith("_")}


def _sources(contract: str) -> set[str]:
    return set(CONTRACTS[contract]["source_modules"])


def test_of_the_kit_only_the_door_knows_the_web_framework() -> None:
    kit = (_in("shared") | _in("shared.auth")) - {"shared.http", "shared.auth", "shared.auth.issuer"}
    assert kit - _sources("web-at-the-door") == set()


def test_of_the_kit_only_the_door_and_the_events_call_others() -> None:
    assert _in("shared") - {"shared.http", "shared.events"} - _sources("calls-through-clients") == set()


def test_of_a_service_only_the_door_knows_the_web_framework() -> None:
    assert {f"services.*.{room}" for room in ROOMS - {"api", "app"}} - _sources("web-at-the-door") == set()


def test_of_a_service_only_clients_and_wiring_call_others() -> None:
    assert {f"services.*.{room}" for room in ROOMS - {"clients", "wiring"}} - _sources(
        "calls-through-clients"
    ) == set()


def test_rules_know_refusals_and_the_calendar_only() -> None:
    allowed = {"shared.errors", "shared.calendar"}
    assert _in("shared") - allowed - set(CONTRACTS["rules-share-little"]["forbidden_modules"]) == set()
