"""Placement audits as agencies hand them in."""

from typing import Any

from services.placements.domain.audits import Standard

PROFILE = {
    "summary": "A team that works with children in care.",
    "opportunities": [
        {"pcf_domains": ["knowledge", "professionalism"], "what": "Life story work."},
        {"pcf_domains": ["knowledge"], "what": "Court reports with a colleague."},
    ],
    "client_groups": ["children_in_care"],
}
WANTING = {
    "rating": "requires_improvement",
    "action": "Name a deputy for each educator.",
    "action_due_on": "2026-11-30",
}


def an_audit(audited_on: str = "2026-09-01", **wanting: dict[str, Any]) -> dict[str, Any]:
    """An audit in which all is satisfactory, but for the standards that are named."""
    standards = [
        {"standard": standard.value, **wanting.get(standard.value, {"rating": "satisfactory"})}
        for standard in Standard
    ]
    return {"audited_on": audited_on, "standards": standards, "profile": PROFILE}
