"""Requests: what contradicts itself in one, and why they end without a placement in their round."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from shared.errors import Fault


class EndingReason(StrEnum):
    """Why a request is withdrawn or deferred; coded, and never a diagnosis."""

    LEFT_PROGRAMME = "left_programme"
    STUDIES_INTERRUPTED = "studies_interrupted"
    NOT_READY = "not_ready"
    PERSONAL_CIRCUMSTANCES = "personal_circumstances"
    PLACED_ELSEWHERE = "placed_elsewhere"
    ENTERED_IN_ERROR = "entered_in_error"
    OTHER = "other"


def faults_in_request(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Each choice that an earlier one has made already: one of the two ranks cannot be meant."""
    seen: set[tuple[str, str]] = set()
    for at, preference in enumerate(values.get("preferences") or ()):
        choice = preference["kind"], preference["value"]
        if choice in seen:
            yield Fault(f"/preferences/{at}", "said_twice", "This choice has a rank already.")
        seen.add(choice)
