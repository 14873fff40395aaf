"""How often facilitators have supervision themselves: every six weeks (South Coast's student learning hubs)."""

from datetime import timedelta

EVERY = timedelta(weeks=6)
"""Days from one supervision, or from the first day of the facilitator's first hub, to when the next is due."""
