"""One spelling for equal inputs: the canonical order, its JSON, and the hash that names a run's inputs.

Two inputs that mean the same, however they were ordered, have the same bytes and the same hash.
"""

import hashlib
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from operator import attrgetter, lt
from typing import Any, TypeVar

from services.placements.domain.matching.codes import (
    AimCode,
    ConflictKind,
    ContrastFactor,
    LimitKind,
    PreferenceKind,
    RuleCode,
)
from services.placements.domain.matching.inputs import (
    CapInput,
    ConflictInput,
    Held,
    MatchInputs,
    Member,
    OfferInput,
    PreferenceInput,
    PreviousInput,
    RequestInput,
    RoundRules,
)
from services.placements.domain.matching.plain import as_json, from_text

Value = TypeVar("Value")

FORMAT = 2
"""The version of the JSON that is written. It changes with the members, so that old runs stay readable."""

READABLE = frozenset({1, FORMAT})
"""Versions that can be read. The first knew neither earlier results, nor groups, nor integrated offers."""


class UnreadableInputs(ValueError):
    """The text is not the frozen inputs of a match run in a format this version knows."""


def _once(
    values: tuple[Value, ...], key: Callable[[Value], tuple[Any, ...]] | None = None
) -> tuple[Value, ...]:
    """Each value once, in order. Most lists of a round are so already, or have one entry or none."""
    if not values[1:]:
        return values
    keys = values if key is None else tuple(map(key, values))
    if all(map(lt, keys, keys[1:])):  # type: ignore[arg-type]  # text, or the keys
        return values
    return tuple(sorted(set(values), key=key))  # type: ignore[type-var,arg-type]  # text, or with a key


def _with(value: Value, **members: object) -> Value:
    """Return the value with these members; most of a round's offers and requests have them already."""
    if all(getattr(value, name) is member for name, member in members.items()):
        return value
    return replace(value, **members)  # type: ignore[type-var]  # a data class


_EARLIER = attrgetter("request_id", "offer_id")


def _offer(offer: OfferInput) -> OfferInput:
    return _with(
        offer,
        latitude=float(offer.latitude),
        longitude=float(offer.longitude),
        placement_levels=_once(offer.placement_levels),
        educator_reasons=_once(offer.educator_reasons),
        clearances=_once(offer.clearances),
        accepts_adjustments=_once(offer.accepts_adjustments),
        pcf_domains=_once(offer.pcf_domains),
    )


def _request(request: RequestInput) -> RequestInput:
    return _with(
        request,
        latitude=float(request.latitude),
        longitude=float(request.longitude),
        preferences=_once(request.preferences, attrgetter("rank", "kind", "value")),
        adjustments=_once(request.adjustments),
        clearances=_once(request.clearances),
        conflicts=_once(request.conflicts, attrgetter("kind", "id")),
        waived=_once(request.waived),
        previous=_once(
            request.previous, attrgetter("setting_id", "organisation_id", "directorate", "is_statutory")
        ),
    )


def canonical(inputs: MatchInputs) -> MatchInputs:
    """Return the same inputs in the one order that every run uses, whatever order they came in."""
    rules = replace(
        inputs.rules,
        contrast=tuple(sorted(set(inputs.rules.contrast))),
        caps=tuple(sorted(set(inputs.rules.caps), key=attrgetter("kind", "id", "seats"))),
    )
    return MatchInputs(
        rules=rules,
        offers=tuple(sorted(map(_offer, inputs.offers), key=attrgetter("id"))),
        requests=tuple(sorted(map(_request, inputs.requests), key=attrgetter("id"))),
        held=_once(inputs.held, _EARLIER),
        previous=_once(inputs.previous, _EARLIER),
        members=tuple(sorted(set(inputs.members))),
    )


def _text(inputs: MatchInputs) -> str:
    members = {each.name: getattr(inputs, each.name) for each in fields(inputs)}
    return as_json({"format": FORMAT, **members})


def to_json(inputs: MatchInputs) -> str:
    """Return the canonical JSON of the inputs: ASCII, sorted members, no spaces."""
    return _text(canonical(inputs))


def input_hash(inputs: MatchInputs) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical JSON. It names the inputs of a run."""
    return canonical_hash(canonical(inputs))


def canonical_hash(inputs: MatchInputs) -> str:
    """Return the same for inputs that are in canonical order already."""
    return hashlib.sha256(_text(inputs).encode("ascii")).hexdigest()


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _read_offer(raw: dict[str, Any]) -> OfferInput:
    lists = ("placement_levels", "educator_reasons", "clearances", "accepts_adjustments", "pcf_domains")
    days = ("starts_on", "ends_on")
    return OfferInput(
        **raw | {name: tuple(raw[name]) for name in lists} | {name: _day(raw[name]) for name in days}
    )


def _read_request(raw: dict[str, Any]) -> RequestInput:
    return RequestInput(
        **raw
        | {
            "preferences": tuple(
                PreferenceInput(**each | {"kind": PreferenceKind(each["kind"])})
                for each in raw["preferences"]
            ),
            "adjustments": tuple(raw["adjustments"]),
            "clearances": tuple(raw["clearances"]),
            "conflicts": tuple(
                ConflictInput(**each | {"kind": ConflictKind(each["kind"])}) for each in raw["conflicts"]
            ),
            "previous": tuple(PreviousInput(**each) for each in raw["previous"]),
            "waived": tuple(map(RuleCode, raw.get("waived", ()))),
            "available_from": _day(raw["available_from"]),
            "available_until": _day(raw["available_until"]),
        }
    )


def _read_rules(raw: dict[str, Any]) -> RoundRules:
    agreements = raw["agreements"]
    return RoundRules(
        **raw
        | {
            "contrast": tuple(map(ContrastFactor, raw["contrast"])),
            "agreements": None
            if agreements is None
            else frozenset((left, right) for left, right in agreements),
            "caps": tuple(CapInput(**each | {"kind": LimitKind(each["kind"])}) for each in raw["caps"]),
            "aims": tuple(map(AimCode, raw["aims"])),
        }
    )


def _read(document: dict[str, Any]) -> MatchInputs:
    return MatchInputs(
        rules=_read_rules(document["rules"]),
        offers=tuple(map(_read_offer, document["offers"])),
        requests=tuple(map(_read_request, document["requests"])),
        held=tuple(Held(**each) for each in document.get("held", ())),
        previous=tuple(Held(**each) for each in document.get("previous", ())),
        members=tuple(Member(**each) for each in document.get("members", ())),
    )


def from_json(text: str) -> MatchInputs:
    """Return the inputs that `to_json` wrote. Raises `UnreadableInputs`; its message never repeats the text."""
    try:
        document = from_text(text)
        inputs = canonical(_read(document)) if document["format"] in READABLE else None
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise UnreadableInputs("the text is not the frozen inputs of a match run") from None
    if inputs is None:
        raise UnreadableInputs("the inputs were written in a format that this version does not know")
    return inputs
