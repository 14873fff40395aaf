"""Reading back what a run said of itself: assignments and certificate, from the JSON that `MatchResult.to_json` wrote."""

import json
from typing import Any

from services.placements.domain.matching.certificate import PRICED, AimProof, Certificate, Fork, Price, Stage
from services.placements.domain.matching.codes import AimCode, TravelMode
from services.placements.domain.matching.result import Assignment


class UnreadableResult(ValueError):
    """The text is not the result of a match run. Its message never repeats the text."""


def _whole(numbers: list[Any]) -> Price:
    """Return the numbers. A fraction, or what is endless or no number, would prove anything."""
    if not all(type(each) is int for each in numbers):
        raise ValueError
    return tuple(numbers)


def _stage(raw: dict[str, Any]) -> Stage:
    prices: dict[str, dict[str, Price]] = {
        kind: {name: _whole(price) for name, price in raw[kind].items()} for kind in PRICED
    }
    (until,) = _whole([raw["until"]])
    return Stage(until=until, pins=_whole(raw["pins"]), scale=_whole(raw["scale"]), **prices)


def _search(raw: dict[str, Any] | None) -> Fork | Stage | None:
    return None if raw is None else _part(raw)


def _part(raw: dict[str, Any]) -> Fork | Stage:
    if "parts" not in raw:
        return _stage(raw)
    first, second = raw["parts"]
    (seats,) = _whole([raw["seats"]])
    cut = {name: raw[name] for name in ("offer_id", "request_id")}
    return Fork(**cut, seats=seats, parts=(_part(first), _part(second)))


def read_result(text: str) -> tuple[tuple[Assignment, ...], Certificate, str]:
    """Return the assignments, the certificate and the hash of the inputs. Raises `UnreadableResult`."""
    try:
        raw = json.loads(text)
        certificate = Certificate(
            aims=tuple(
                AimProof(**each | {"code": AimCode(each["code"])}) for each in raw["certificate"]["aims"]
            ),
            stages=tuple(map(_stage, raw["certificate"]["stages"])),
            search=_search(raw["certificate"].get("search")),
        )
        assignments = tuple(
            Assignment(**each | {"mode": TravelMode(each["mode"])}) for each in raw["assignments"]
        )
        return assignments, certificate, str(raw["input_hash"])
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise UnreadableResult("the text is not the result of a match run") from None
