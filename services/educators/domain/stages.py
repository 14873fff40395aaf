"""Which stage somebody held on a day in the past: an award that came later did not count yet."""

from datetime import date

from services.educators.domain.codes import AwardedStage, PepsStage
from services.educators.domain.evidence import Qualification

_FULL = {PepsStage.STAGE_2: AwardedStage.STAGE_2, PepsStage.LEGACY_EQUIVALENT: AwardedStage.LEGACY_EQUIVALENT}


def stage_on(stage: PepsStage, qualifications: tuple[Qualification, ...], day: date) -> PepsStage:
    """The stage held on the day, as far as the awards on record tell; without any, the stage held now is believed."""
    if stage in _FULL and _came_later(_FULL[stage], qualifications, day):
        stage = PepsStage.STAGE_1
    if stage in {PepsStage.STAGE_1, PepsStage.IN_TRAINING_STAGE_2} and _came_later(
        AwardedStage.STAGE_1, qualifications, day
    ):
        return PepsStage.NONE
    return stage


def _came_later(stage: AwardedStage, qualifications: tuple[Qualification, ...], day: date) -> bool:
    awards = [each.awarded_on for each in qualifications if each.stage is stage]
    return bool(awards) and min(awards) > day
