"""How a setting does over its rounds, and which settings are in early decline."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.placements.api.deps import Reader, Wired, organisations_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.api.shares import SHARE, ShareWithInterval, rounded
from services.placements.api.surveys import SurveyTallyView
from services.placements.domain.setting_trend import DeclineEvidence, Finding, Strength, Trend, Window, trend
from services.placements.queries.setting_quality import (
    refuse_unknown_quality,
    setting_histories,
    setting_names,
)
from services.placements.queries.visibility import reader
from shared.http.wire import Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["quality"])

_ROUND = {
    "round_id": SAMPLE_ID,
    "academic_year": "2026-27",
    "starts_on": "2026-09-14",
    "placements": 4,
    "ended_early": 1,
    "reviews": 10,
    "red": 1,
    "concerns": 1,
}
_WINDOW = {
    "round_ids": [SAMPLE_ID],
    "placements": 25,
    "breakdowns": SHARE,
    "reviews_red": SHARE,
    "concerns": SHARE,
    "survey": None,
}
_FINDING = {
    "evidence": "reviews_red",
    "strength": "early",
    "now": SHARE,
    "before": SHARE,
    "mean_now": None,
    "mean_before": None,
}


class SettingRoundView(Wire):
    """One round in one setting, counted. The survey is told only over several rounds."""

    round_id: UUID
    academic_year: str
    starts_on: date
    placements: int
    ended_early: int
    reviews: int
    """Moderated QAMP reviews."""
    red: int
    """Those of them that are red over all."""
    concerns: int
    """Placements with a concern that reached stage one or above."""


class WindowView(Wire):
    """Up to three rounds together. `survey` is null where fewer than five answered, or it would tell about a few."""

    round_ids: Annotated[list[UUID], up_to(3)]
    placements: int
    breakdowns: ShareWithInterval
    reviews_red: ShareWithInterval
    concerns: ShareWithInterval
    survey: SurveyTallyView | None

    @classmethod
    def of(cls, window: Window | None) -> "WindowView | None":
        """A window, if there is one."""
        return (
            None
            if window is None
            else cls(
                round_ids=list(window.round_ids),
                placements=window.placements,
                breakdowns=ShareWithInterval.of(window.breakdowns),
                reviews_red=ShareWithInterval.of(window.reviews_red),
                concerns=ShareWithInterval.of(window.concerns),
                survey=SurveyTallyView.of(window.survey) if window.survey else None,
            )
        )


class DeclineFinding(Wire):
    """One thing that has got worse: now and in the three rounds before. `clear` means the intervals do not touch."""

    evidence: DeclineEvidence
    strength: Strength
    now: ShareWithInterval
    before: ShareWithInterval
    mean_now: float | None
    mean_before: float | None

    @classmethod
    def of(cls, finding: Finding) -> "DeclineFinding":
        """A finding with its numbers."""
        return cls(
            evidence=finding.evidence,
            strength=finding.strength,
            now=ShareWithInterval.of(finding.now),
            before=ShareWithInterval.of(finding.before),
            mean_now=rounded(finding.mean_now),
            mean_before=rounded(finding.mean_before),
        )


class SettingQualityView(Wire):
    """The rounds of a setting in their order, its last three beside the three before, and what has got worse."""

    model_config = like(
        setting_id=SAMPLE_ID, rounds=[_ROUND], now=_WINDOW, before=_WINDOW, findings=[_FINDING]
    )

    setting_id: UUID
    rounds: Annotated[list[SettingRoundView], up_to(200)]
    now: WindowView | None
    before: WindowView | None
    findings: Annotated[list[DeclineFinding], up_to(5)]


class SettingInDecline(Wire):
    """A setting that does worse than it did, and the evidence."""

    setting_id: UUID
    name: str
    organisation_id: UUID
    findings: Annotated[list[DeclineFinding], up_to(5)]


class SettingsInDeclineView(Wire):
    """Settings in early decline, those with most evidence first. A reason to talk, proof of nothing."""

    model_config = like(
        settings=412,
        items=[
            {
                "setting_id": SAMPLE_ID,
                "name": "Children in Care Team",
                "organisation_id": SAMPLE_ID,
                "findings": [_FINDING],
            }
        ],
    )

    settings: int
    """How many settings were looked at."""
    items: Annotated[list[SettingInDecline], up_to(20_000)]


@router.get(
    "/settings/{setting_id}/quality", operation_id="get_setting_quality", response_model=SettingQualityView
)
async def get_setting_quality(setting_id: Id, wired: Wired, principal: Reader) -> Response:
    """A setting's quality over its rounds: survey, review lights, breakdowns, concerns, always with n."""
    organisations_only(principal)
    binds = reader(principal)
    async with wired.db.read() as connection:
        await refuse_unknown_quality(connection, binds, setting_id)
        histories = await setting_histories(connection, {**binds, "setting_ids": [setting_id]})
    rounds = histories[0].rounds if histories else ()
    seen = trend(rounds, histories[0].cells if histories else ())
    in_order = sorted(rounds, key=lambda each: (each.starts_on, each.round_id))
    return answer(
        SettingQualityView(
            setting_id=setting_id,
            rounds=[
                SettingRoundView(**{n: getattr(each, n) for n in SettingRoundView.model_fields})
                for each in in_order
            ],
            now=WindowView.of(seen.now),
            before=WindowView.of(seen.before),
            findings=[DeclineFinding.of(finding) for finding in seen.findings],
        )
    )


@router.get(
    "/reports/settings-in-decline",
    operation_id="get_settings_in_decline",
    response_model=SettingsInDeclineView,
)
async def get_settings_in_decline(wired: Wired, principal: Reader) -> Response:
    """The settings the caller may know about that do worse over three rounds than over the three before, and in what."""
    organisations_only(principal)
    binds = reader(principal)
    async with wired.db.read() as connection:
        histories = await setting_histories(connection, binds)
        names = await setting_names(connection, binds)
    trends = {each.setting_id: trend(each.rounds, each.cells) for each in histories}
    return answer(SettingsInDeclineView(settings=len(trends), items=in_decline(trends, names)))


def in_decline(trends: dict[UUID, Trend], names: dict[UUID, tuple[str, UUID]]) -> list[SettingInDecline]:
    """The settings with findings: clear ones first, then those with most of them, then by name."""
    items = [
        SettingInDecline(
            setting_id=id_,
            name=names[id_][0],
            organisation_id=names[id_][1],
            findings=[DeclineFinding.of(finding) for finding in seen.findings],
        )
        for id_, seen in trends.items()
        if seen.findings
    ]
    return sorted(items, key=_gravest_first)


def _gravest_first(item: SettingInDecline) -> tuple[int, int, str, UUID]:
    clear = sum(finding.strength is Strength.CLEAR for finding in item.findings)
    return -clear, -len(item.findings), item.name, item.setting_id
