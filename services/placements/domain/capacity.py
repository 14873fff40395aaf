"""What settings state and offer: what contradicts itself in it. Of members that are not known nothing is said."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.placements.domain.vocabulary import Appetite
from shared.errors import Fault


def faults_in_statement(values: Mapping[str, Any]) -> Iterator[Fault]:
    """A setting that does not offer says why."""
    if values.get("appetite") == Appetite.NOT_OFFERING and values.get("reasons") == []:
        yield Fault("/reasons", "missing", "A setting that does not offer says why, with a coded reason.")


def faults_in_offer(values: Mapping[str, Any]) -> Iterator[Fault]:
    """An integrated offer is of two settings; what is reserved for one request is one place."""
    second = values.get("second_setting_id")
    if second is not None and second == values.get("setting_id"):
        yield Fault("/second_setting_id", "same_setting", "An integrated offer is of two different settings.")
    if values.get("reserved_for_request_id") is not None and (values.get("places") or 0) > 1:
        yield Fault("/places", "reserved_for_one", "A place that is reserved for a request is one place.")
