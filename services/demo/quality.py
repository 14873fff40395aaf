"""The quality of teams in the season: audits before it, and what students say and declare after it.

Invented, like everything here: enough of each for the reports and the board's page to have something to count.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from services.demo.caller import Caller
from services.demo.matching import in_parallel

AUDITED = 8
"""Teams whose audit is on record."""

ASKED = 16
"""Students who answer the survey and declare to which groups they belong."""

_STANDARDS = (
    "induction_and_safety",
    "space_and_equipment",
    "educator_and_supervision",
    "cover_for_absence",
    "workload_and_opportunities",
    "pcf_coverage",
    "equality_and_adjustments",
    "involvement_of_people_who_use_services",
    "time_for_learning",
)
_RATINGS = ("satisfactory", "excellent", "satisfactory", "satisfactory")
_OPPORTUNITIES = (
    (
        ["knowledge", "skills_and_interventions"],
        "Assessments from the first visit to the plan, with a colleague.",
    ),
    (["critical_reflection_and_analysis"], "A reflective group every fortnight."),
    (
        ["rights_justice_and_economic_wellbeing", "diversity_and_equality"],
        "Advocacy with people who use the service.",
    ),
    (["professionalism", "values_and_ethics"], "Duty desk beside an experienced social worker."),
    (["contexts_and_organisations"], "Meetings with health, schools and housing."),
)
_SCALES = ("overall", "support", "supervision", "learning_opportunities", "induction", "inclusion")
_SAID = ("very_good", "good", "very_good", "good", "good", "fair", "very_good")
_SCOPES = ["placements:read", "monitoring:write"]


async def audit_teams(office: Caller, today: date) -> int:
    """Some teams hand in an audit and a university verifies it; returns how many."""
    teams = await office.every("placements", "/v1/settings")
    await in_parallel(_audit(office, team, number, today) for number, team in enumerate(teams[:AUDITED]))
    return len(teams[:AUDITED])


async def _audit(office: Caller, team: Mapping[str, Any], number: int, today: date) -> None:
    standards: list[dict[str, Any]] = [
        {"standard": standard, "rating": _RATINGS[(number + place) % len(_RATINGS)]}
        for place, standard in enumerate(_STANDARDS)
    ]
    if number == 0:
        standards[3] |= {
            "rating": "requires_improvement",
            "action": "Name a deputy for each practice educator.",
            "action_due_on": (today + timedelta(days=60)).isoformat(),
        }
    profile = {
        "summary": f"{team['name']}: a team that has taken students for years.",
        "opportunities": [
            {"pcf_domains": domains, "what": what}
            for place, (domains, what) in enumerate(_OPPORTUNITIES)
            if place != number % len(_OPPORTUNITIES)
        ],
        "client_groups": [team["service_area"]],
        "working_arrangements": "Three days in the office, two in the community.",
    }
    body = {"audited_on": today.isoformat(), "standards": standards, "profile": profile}
    made = await office.post("placements", f"/v1/settings/{team['id']}/audits", body)
    path = f"/v1/audits/{made['id']}/verification"
    await office.post("placements", path, {"note": "Visited."}, version="*")


async def say_how_it_was(office: Caller, placements: Sequence[Mapping[str, Any]]) -> None:
    """Some students answer the survey and declare to which groups they belong."""
    asked = placements[:: max(1, len(placements) // ASKED)][:ASKED]
    await in_parallel(_answer(office, placement, number) for number, placement in enumerate(asked))


async def _answer(office: Caller, placement: Mapping[str, Any], number: int) -> None:
    student = await _student(office, placement["student_id"], number)
    answers: dict[str, Any] = {
        question: _SAID[(number + place) % len(_SAID)] for place, question in enumerate(_SCALES)
    }
    yes = {"would_apply_here": number % 6 > 0, "would_recommend": number % 8 > 0}
    path = f"/v1/placements/{placement['id']}/survey-responses"
    await student.post("placements", path, answers | yes)
    declared = {
        "gender": "man" if number % 3 == 0 else "woman",
        "ethnic_group": ("white", "black", "asian")[number % 3],
        "disability": "yes" if number % 3 == 1 else "no",
        "age_band": "under_25" if number % 2 else "25_to_34",
    }
    path = f"/v1/students/{placement['student_id']}/equality-declaration"
    await student.put("placements", path, declared, version="*")


async def _student(office: Caller, student_id: str, number: int) -> Caller:
    """A caller who is this student; whoever wants to be them again registers them anew."""
    name, secret = f"student-who-looks-back-{number + 1}", secrets.token_urlsafe(24)
    body = {
        "name": "A student",
        "secret": secret,
        "roles": ["student"],
        "scopes": _SCOPES,
        "person_id": student_id,
    }
    await office.put("identity", f"/sandbox/clients/{name}", body)
    return Caller(office.http, office.urls, name, secret)
