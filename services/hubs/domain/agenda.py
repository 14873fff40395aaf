"""What a session is made of: check-in, well-being and the PCF always; between them reflecting together, or practising."""

from dataclasses import dataclass

from services.hubs.domain.planning import SessionKind

_REFLECTIVE = (
    ("check_in", 10),
    ("well_being", 10),
    ("presentation", 15),
    ("group_reflection", 35),
    ("pcf_links", 10),
    ("affirmation_and_close", 10),
)
_PRACTICE = (
    ("check_in", 10),
    ("well_being", 10),
    ("presentation", 15),
    ("skills_practice", 35),
    ("pcf_links", 10),
    ("affirmation_and_close", 10),
)
_STEPS = {SessionKind.REFLECTIVE_SKILLS: _REFLECTIVE, SessionKind.PRACTICE_SKILLS: _PRACTICE}
"""Steps and their minutes in a session of 90, as South Coast's hubs hold them; longer and shorter ones in proportion."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a session: what is done, from which minute, for how many minutes."""

    item: str
    from_minute: int
    minutes: int


def agenda_of(kind: SessionKind, minutes: int) -> tuple[Step, ...]:
    """The steps of a session of this kind and length (minutes), without a gap from its beginning to its end."""
    steps = _STEPS[kind]
    whole = sum(share for _, share in steps)
    found: list[Step] = []
    before = 0
    for item, share in steps:
        start, end = round(before * minutes / whole), round((before + share) * minutes / whole)
        found.append(Step(item, start, end - start))
        before += share
    return tuple(found)
