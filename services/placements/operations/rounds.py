"""Rounds, as they are kept: the partnership's office writes them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from services.placements.domain.season import due_days, faults_in_days, faults_in_targets
from services.placements.models.organisations import Organisation
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.operations.resources import Mention, Resource, Values
from services.placements.queries.references import Known
from shared.errors import Fault


def _makes_sense(values: Values, _: Known) -> Iterable[Fault]:
    if values["ends_on"] < values["starts_on"]:
        yield Fault("/ends_on", "ends_before_start", "A round ends on or after the day it starts.")
    yield from faults_in_days(due_days(values.get("stages") or {}, values["preference_deadline_on"]))
    yield from faults_in_targets(values.get("targets") or ())


def _mentions(values: Values) -> Iterator[Mention]:
    rules: Mapping[str, Any] = values.get("rules", {})
    for at, cap in enumerate(rules.get("caps", ())):
        model = Setting if cap["kind"] == "setting" else Organisation
        yield Mention(f"/rules/caps/{at}/id", model, UUID(cap["id"]))
    for at, agreement in enumerate(rules.get("agreements") or ()):
        for member in ("university_id", "organisation_id"):
            yield Mention(f"/rules/agreements/{at}/{member}", Organisation, UUID(agreement[member]))
    for at, target in enumerate(values.get("targets") or ()):
        yield Mention(f"/targets/{at}/organisation_id", Organisation, UUID(target["organisation_id"]))
        if target.get("setting_id"):
            yield Mention(f"/targets/{at}/setting_id", Setting, UUID(target["setting_id"]))


ROUND = Resource(
    name="round",
    model=Round,
    defaults={"published_run_id": None, "stages": {}, "targets": []},
    mentions=_mentions,
    check=_makes_sense,
)
"""A matching season."""
