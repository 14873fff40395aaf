"""The scopes of Practicum: what a client may be allowed to do. The list is part of the API's contract."""

from collections.abc import Mapping
from types import MappingProxyType

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "students:read": "See students, without what is sensitive about them",
        "students:write": "Create and change students",
        "students.sensitive:read": "See the sensitive facts about students, such as adjustments",
        "placements:read": "See rounds, offers, requests, placements and their named steps",
        "placements:write": "Create and change rounds, offers, requests, placements and their named steps",
        "matching:run": "Run matches and scenarios, and publish their proposals",
        "monitoring:write": "Write reviews, audits, quality issues and survey responses",
        "concerns:read": "See signals and concerns, and their timelines",
        "concerns:write": "Raise signals, and act on concerns",
        "policies:write": "Change the policies of the partnership: how concerns rise, and what the rules work with",
        "educators:read": "See practice educators, their evidence and their currency",
        "educators:write": "Change practice educators and their evidence; hold and release seats",
        "hubs:read": "See hubs, sessions and registers",
        "hubs:write": "Change hubs, plan sessions, record attendance and summaries",
        "reflections:read": "See reflections that were shared with you, and your own",
        "reflections:write": "Write and share your own reflections",
        "imports:write": "Import files",
        "changes:read": "Follow the change feed",
        "webhooks:manage": "Manage webhook endpoints and their deliveries",
        "audit:read": "See the audit trail",
    }
)
"""Scope -> what it allows, as shown in the API's documentation."""

SANDBOX_SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "clock:move": "Sandbox only: move the simulated clock forward",
        "clients:write": "Sandbox only: register clients of one's own partnership",
    }
)
"""Scopes that exist at a sandbox's issuer only."""
