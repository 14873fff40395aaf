"""Reading back what a run said of itself: assignments and certificate, from the JSON that `MatchResult.to_json` wrote."""

from typing import Any

from services.placements.domain.matching.certificate import PRICED, AimProof, Certificate, Fork, Price, Stage
from services.placements.domain.matching.codes import AimCode, TravelMode
from services.placements.domain.matching.plain import from_text
from services.placements.domain.matching.result import Assignment


class UnreadableResult(ValueError):
    """The text is not the result of a match run. Its message never repeats the text."""


def _only(kind: type, *values: object) -> None:
    if not all(type(each) is kind for each in values):
        raise ValueError


def _whole(numbers: list[Any]) -> Price:
    """Return the numbers. A fraction, or what is endless or no number, would prove anything."""
    _only(int, *numbers)
    return tuple(numbers)


def _aim(raw: dict[str, Any]) -> AimProof:
    _only(bool, raw["least"])
    _only(int, raw["value"], 0 if raw["bound"] is None else raw["bound"])
    return AimProof(**raw | {"code": AimCode(raw["code"])})


def _assignment(raw: dict[str, Any]) -> Assignment:
    _only(str, raw["request_id"], raw["offer_id"])
    _only(int, raw["rank"], raw["minutes"])
    _only(bool, raw["outside_list"], raw["review"])
    return Assignment(**raw | {"mode": TravelMode(raw["mode"])})


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
    offer_id, seats, request_id = raw["offer_id"], raw["seats"], raw["request_id"]
    _only(int, seats)
    _only(str, offer_id, "" if request_id is None else request_id)
    return Fork(offer_id=offer_id, seats=seats, request_id=request_id, parts=(_part(first), _part(second)))


def read_result(text: str) -> tuple[tuple[Assignment, ...], Certificate, str]:
    """Return the assignments, the certificate and the hash of the inputs. Raises `UnreadableResult`."""
    try:
        raw = from_text(text)
        certificate = Certificate(
            aims=tuple(map(_aim, raw["certificate"]["aims"])),
            stages=tuple(map(_stage, raw["certificate"]["stages"])),
            search=_search(raw["certificate"].get("search")),
        )
        return tuple(map(_assignment, raw["assignments"])), certificate, str(raw["input_hash"])
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise UnreadableResult("the text is not the result of a match run") from None
