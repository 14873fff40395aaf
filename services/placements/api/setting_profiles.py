"""The placement profile of a setting, as students see it; what it says comes from the setting's verified audit."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.placements.api.audit_shapes import Covered, ProfileView
from services.placements.api.deps import Reader, Wired
from services.placements.api.resources import Id
from services.placements.domain.audits import coverage
from services.placements.domain.vocabulary import PcfDomain
from services.placements.queries.audits import PROFILE
from services.placements.queries.visibility import reader
from shared.http.reading import one
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["settings"])


@router.get("/settings/{setting_id}/profile", operation_id="get_setting_profile", response_model=ProfileView)
async def get_setting_profile(setting_id: Id, wired: Wired, principal: Reader) -> Response:
    """What the setting offers, mapped to the nine PCF domains. Never ratings, actions, or why it takes nobody."""
    async with wired.db.read() as connection:
        found = await one(connection, PROFILE, {**reader(principal), "id": setting_id}, "setting")
    return answer(_profile(dict(found)))


def _profile(found: dict[str, Any]) -> ProfileView:
    profile = found.pop("profile") or {}
    named = found.pop("pcf_domains")
    offered = coverage(profile.get("opportunities", ()), [domain.value for domain in PcfDomain])
    expires_on = found.pop("expires_on")
    return ProfileView(
        **found,
        summary=profile.get("summary"),
        client_groups=profile.get("client_groups", []),
        working_arrangements=profile.get("working_arrangements"),
        pcf_coverage=[
            Covered(
                pcf_domain=domain,
                is_covered=bool(offered[domain]) if profile else domain in named,
                opportunities=offered[domain],
            )
            for domain in PcfDomain
        ],
        audit_expires_on=expires_on,
    )
