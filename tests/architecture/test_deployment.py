"""The image and the compose file, as far as they can be judged without an engine."""

import json
import re
from importlib.resources import files
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from tests.architecture.checkout import ROOT

SPECIFICATION = "builtin_schemas/vendor/compose-spec.json"
"""The compose specification's own schema, as the package check-jsonschema carries it."""

SERVICES = ("placements", "educators", "hubs")
WORKERS = tuple(f"{name}-worker" for name in SERVICES)
OURS = ("migrate", "identity", *SERVICES, *WORKERS)
LASTING = ("postgres", "identity", *SERVICES, *WORKERS)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file, with its anchors and merges resolved."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return content


def test_the_compose_file_is_one_by_the_specification(compose: dict[str, Any]) -> None:
    schema = json.loads(files("check_jsonschema").joinpath(SPECIFICATION).read_text("utf-8"))
    validator = validator_for(schema)(schema)
    assert [
        f"{'/'.join(map(str, fault.path))}: {fault.message}" for fault in validator.iter_errors(compose)
    ] == []


def test_every_process_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"postgres", *OURS}


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_watched_and_started_again(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", OURS)
def test_our_processes_are_one_image_without_rights(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["image"] == compose["x-practicum"]["image"]
    assert service["user"] == "${PRACTICUM_UID:-10001}:${PRACTICUM_GID:-10001}"
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True


@pytest.mark.parametrize("name", [*SERVICES, *WORKERS, "identity"])
def test_nobody_starts_before_the_databases_are_up_to_date(compose: dict[str, Any], name: str) -> None:
    needed = compose["services"][name]["depends_on"]
    assert needed["migrate"] == {"condition": "service_completed_successfully"}
    assert needed["postgres"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_and_its_worker_are_told_the_same(compose: dict[str, Any], name: str) -> None:
    service, worker = compose["services"][name], compose["services"][f"{name}-worker"]
    assert service["environment"] == worker["environment"]
    assert service["secrets"] == worker["secrets"]
    assert all(variable.startswith(f"{name.upper()}_") for variable in service["environment"])


def test_no_secret_is_written_in_the_file(compose: dict[str, Any]) -> None:
    told = [
        (variable, str(value))
        for service in compose["services"].values()
        for variable, value in service.get("environment", {}).items()
    ]
    assert [variable for variable, _ in told if variable.endswith("_SECRET")] == []
    for variable, value in told:
        if "PASSWORD" in variable or "DATABASE_URL" in variable:
            assert "${POSTGRES_PASSWORD:?" in value, variable
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_the_image_is_built_from_the_locked_versions_and_runs_as_nobody_special() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    assert "--require-hashes" in dockerfile
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["practicum"]


def test_every_locked_version_has_a_hash() -> None:
    for name in ("runtime", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
        locked = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
        assert locked
        assert [line for line in locked if "==" not in line or "--hash=sha256:" not in line] == []


def test_development_has_the_versions_that_production_has() -> None:
    pins = [
        set(
            re.findall(
                r"^([a-z0-9._\[\]-]+==[^ ;\\]+)",
                (ROOT / "requirements" / name).read_text("utf-8"),
                re.MULTILINE,
            )
        )
        for name in ("runtime.txt", "dev.txt")
    ]
    assert pins[0] <= pins[1]
