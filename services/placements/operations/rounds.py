"""Rounds, as they are kept: the partnership's office writes them."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from services.placements.domain.season import faults_in_round
from services.placements.models.organisations import Organisation
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.operations.resources import Mention, Resource, Values


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
    rule=faults_in_round,
)
"""A matching season."""
