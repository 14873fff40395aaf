"""A round of `england` written into an empty placements database, ready to be matched through the API.

What its educators may do is in the memory of the round: the educators service is no part of what is measured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, create_engine, insert, text

from benchmarks.england import drawn
from benchmarks.partnership import ADDED_AT
from services.placements.domain.eligibility import Eligibility, RuleResult
from services.placements.domain.matching.codes import PreferenceKind
from services.placements.domain.matching.inputs import MatchInputs, OfferInput, RequestInput, RoundRules
from services.placements.domain.rounds import EducatorsDown
from services.placements.models.educator_answers import EducatorAnswer
from services.placements.models.offers import Offer
from services.placements.models.organisations import Organisation
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student

_NAMES = UUID("6f9c1f6e-52a8-4d0e-9f35-0d6f7a4c2b11")
"""Ids of a drawn round are made from its own names, so that each time it is the same."""


def load(url: str, partnership_id: UUID, students: int) -> UUID:
    """Write a drawn round of so many students; returns its id."""
    inputs = drawn(students)
    round_id = named(f"round of {students}")
    kept = {
        "partnership_id": partnership_id,
        "version": 1,
        "created_at": ADDED_AT,
        "updated_at": ADDED_AT,
    }
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for model, rows in _tables(inputs, round_id):
                _write(connection, model, [row | kept for row in rows])
            answers = [row | {"partnership_id": partnership_id} for row in _answers(inputs, round_id)]
            _write(connection, EducatorAnswer, answers)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
    finally:
        engine.dispose()
    return round_id


def named(name: str) -> UUID:
    """The id of what has this name in a drawn round."""
    return uuid5(_NAMES, name)


def _write(connection: Connection, model: Any, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(model), rows)


def _tables(inputs: MatchInputs, round_id: UUID) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    universities = sorted({each.organisation_id for each in inputs.requests})
    hosts = sorted({each for offer in inputs.offers for each in offer.organisations})
    yield Organisation, [_organisation(each, "hei") for each in universities]
    yield Organisation, [_organisation(each, "local_authority") for each in hosts]
    yield Setting, [_setting(each) for each in {each.setting_id: each for each in inputs.offers}.values()]
    yield Round, [_round(inputs.rules, round_id)]
    yield Student, [_student(each) for each in inputs.requests]
    yield Offer, [_offer(each, round_id) for each in inputs.offers]
    yield Request, [_request(each, round_id) for each in inputs.requests]


def _organisation(name: str, kind: str) -> dict[str, Any]:
    return {"id": named(name), "name": name, "org_type": kind}


def _setting(of: OfferInput) -> dict[str, Any]:
    return {
        "id": named(of.setting_id),
        "organisation_id": named(of.organisation_id),
        "name": of.setting_id,
        "directorate": of.directorate,
        "service_area": of.service_area,
        "locality": of.locality,
        "is_frontline": of.is_frontline,
        "is_statutory": of.is_statutory,
        "latitude": of.latitude,
        "longitude": of.longitude,
        "accessibility": [],
        "pcf_domains": [],
    }


def _round(rules: RoundRules, round_id: UUID) -> dict[str, Any]:
    return {
        "id": round_id,
        "name": "National",
        "placement_level": "final",
        "academic_year": "2026-27",
        "starts_on": date(2027, 1, 11),
        "ends_on": date(2027, 5, 28),
        "days_required": 100,
        "preference_deadline_on": date(2026, 10, 30),
        "rules": {
            "contrast": list(rules.contrast),
            "statutory_required": rules.statutory_required,
            "travel_cap_minutes": rules.travel_cap_minutes,
            "aims": list(rules.aims),
            "lottery_seed": rules.lottery_seed.replace(" ", "-"),
            "agreements": [
                {"university_id": str(named(university)), "organisation_id": str(named(host))}
                for university, host in sorted(rules.agreements or ())
            ],
            "caps": [asdict(cap) | {"id": str(named(cap.id))} for cap in rules.caps],
            "educators_down": EducatorsDown.USE_LAST_KNOWN.value,
        },
    }


def _student(of: RequestInput) -> dict[str, Any]:
    return {
        "id": named(of.student_id),
        "organisation_id": named(of.organisation_id),
        "full_name": of.student_id,
        "email": f"{of.student_id}@students.example.org",
        "intake_year": 2025,
    }


def _offer(of: OfferInput, round_id: UUID) -> dict[str, Any]:
    second = of.second_setting_id if of.second_setting_id != of.setting_id else None
    return {
        "id": named(of.id),
        "round_id": round_id,
        "setting_id": named(of.setting_id),
        "second_setting_id": named(second) if second else None,
        "places": of.places,
        "placement_levels": list(of.placement_levels),
        "educator_id": named(of.educator_id) if of.educator_id else None,
        "requires_driver": of.requires_driver,
        "clearances": list(of.clearances),
        "accepts_adjustments": list(of.accepts_adjustments),
        "pcf_domains": list(of.pcf_domains),
    }


def _request(of: RequestInput, round_id: UUID) -> dict[str, Any]:
    by_id = (PreferenceKind.OFFER, PreferenceKind.SETTING)
    return {
        "id": named(of.id),
        "round_id": round_id,
        "student_id": named(of.student_id),
        "placement_level": of.placement_level,
        "preferences": [
            asdict(each) | {"value": str(named(each.value)) if each.kind in by_id else each.value}
            for each in of.preferences
        ],
        "latitude": of.latitude,
        "longitude": of.longitude,
        "can_drive": of.can_drive,
        "max_travel_minutes": of.max_travel_minutes,
        "adjustments": list(of.adjustments),
        "clearances": list(of.clearances),
        "conflicts": [asdict(each) | {"id": str(named(each.id))} for each in of.conflicts],
        "previous": [
            asdict(each)
            | {name: str(named(getattr(each, name))) for name in ("setting_id", "organisation_id")}
            for each in of.previous
        ],
    }


def _answers(inputs: MatchInputs, round_id: UUID) -> Iterator[dict[str, Any]]:
    offers: Mapping[str, OfferInput] = {each.educator_id: each for each in inputs.offers if each.educator_id}
    for name, offer in offers.items():
        eligible = offer.educator_eligible
        rule = RuleResult(
            code="current",
            result="pass" if eligible else "block",
            detail="Has supported a student within two years."
            if eligible
            else "Has no student for two years.",
        )
        decision = Eligibility(
            educator_id=named(name),
            outcome="eligible" if eligible else "not_eligible",
            rules=(rule,),
            max_concurrent=offer.educator_seats,
            free_seats=offer.educator_seats,
        )
        yield {
            "round_id": round_id,
            "educator_id": decision.educator_id,
            "answer": asdict(decision) | {"educator_id": str(decision.educator_id)},
            "answered_at": ADDED_AT,
        }
