"""Rules of eligibility about what somebody is qualified to judge, and who stands beside them."""

from uuid import UUID

from services.educators.domain.case import Case, Finding
from services.educators.domain.codes import Mode, PepsStage, RuleCode, RuleResult
from services.educators.domain.grounds import span_in_words
from services.educators.domain.months import MONTHS_A_YEAR, add_months, in_words

_STAGE_2 = 2


def post_qualifying_years(case: Case) -> Finding:
    """Two years qualified for Stage 1, three for Stage 2; a legacy award has shown it long ago."""
    code, educator = RuleCode.POST_QUALIFYING_YEARS, case.educator
    if educator.peps_stage is PepsStage.LEGACY_EQUIVALENT:
        return Finding(code, RuleResult.PASS, "A legacy award needs no count of years.")
    if educator.qualified_on is None:
        detail = "The day of qualifying as a social worker is not recorded."
        return Finding(code, RuleResult.WARN, detail, fix="Record the day of qualifying.", waivable=True)
    stage_2 = educator.peps_stage.held == _STAGE_2
    years = case.parameters.years_for_stage_2 if stage_2 else case.parameters.years_for_stage_1
    since = add_months(educator.qualified_on, years * MONTHS_A_YEAR)
    span = span_in_words(years * MONTHS_A_YEAR)
    if since <= case.placement.starts_on:
        return Finding(
            code, RuleResult.PASS, f"Qualified on {in_words(educator.qualified_on)}, at least {span} before."
        )
    detail = f"Qualified on {in_words(educator.qualified_on)}, less than {span} before the first day."
    return Finding(code, RuleResult.BLOCK, detail, fix=f"Possible from {in_words(since)}.", waivable=True)


def stage_for_level(case: Case) -> Finding:
    """Stage 1 may judge a first placement; a final one needs Stage 2, or a Stage 2 who ratifies."""
    code, stage = RuleCode.STAGE_FOR_LEVEL, case.educator.peps_stage
    if stage.held == _STAGE_2:
        return Finding(code, RuleResult.PASS, "Stage 2 may assess every placement.")
    if stage.held:
        return _stage_1(case)
    if not stage.in_training:
        detail = "Holds no practice educator stage and trains for none."
        return Finding(code, RuleResult.BLOCK, detail, fix="Train for PEPS Stage 1.")
    if case.placement.placement_level.ends_training:
        detail = "In training for Stage 1, which cannot assess a final placement."
        return Finding(
            code, RuleResult.BLOCK, detail, fix="Complete Stage 1; a Stage 2 educator then ratifies."
        )
    if not case.mentor_current:
        detail = "In training for Stage 1 without a named, current Stage 2 mentor."
        return Finding(code, RuleResult.BLOCK, detail, fix="Name a current Stage 2 educator as mentor.")
    return Finding(code, RuleResult.PASS, "In training for Stage 1 with a current Stage 2 mentor.")


def _stage_1(case: Case) -> Finding:
    code = RuleCode.STAGE_FOR_LEVEL
    if not case.placement.placement_level.ends_training:
        return Finding(code, RuleResult.PASS, "Stage 1 may assess this placement.")
    detail = "Stage 1 assesses a final placement only if a named Stage 2 educator ratifies the judgement."
    named, mentor_id = case.placement.ratifying_educator_id, case.educator.mentor_educator_id
    if named is not None:
        return _ratified_by(case, named, detail)
    if case.mentor_current and mentor_id is not None:
        fix = "The named Stage 2 mentor ratifies the judgement."
        return Finding(code, RuleResult.CONDITION, detail, (mentor_id,), fix=fix)
    fix = "Name a current Stage 2 educator who ratifies: ratifying_educator_id, or the educator's mentor."
    return Finding(code, RuleResult.BLOCK, detail, fix=fix)


def _ratified_by(case: Case, named: UUID, detail: str) -> Finding:
    """Whoever is named to ratify must be able to: another educator, of Stage 2, and current on the first day."""
    code = RuleCode.STAGE_FOR_LEVEL
    if case.ratifier_current:
        fix = "The named Stage 2 educator ratifies the judgement."
        return Finding(code, RuleResult.CONDITION, detail, (named,), fix=fix)
    detail = f"{detail} The one who is named is not Stage 2 and current on the first day."
    fix = "Name another current Stage 2 educator as ratifying_educator_id."
    return Finding(code, RuleResult.BLOCK, detail, (named,), fix=fix)


def off_site_stage_2(case: Case) -> Finding:
    """Somebody who is not there day by day must be Stage 2 and have an on-site supervisor beside them."""
    code = RuleCode.OFF_SITE_STAGE_2
    if case.mode is Mode.ON_SITE:
        return Finding(code, RuleResult.PASS, "Works on site.")
    if case.educator.peps_stage.held < _STAGE_2:
        return Finding(
            code,
            RuleResult.BLOCK,
            "Works off site without Stage 2.",
            fix="Complete Stage 2, or work on site.",
        )
    if case.placement.on_site_supervisor_named is False:
        detail = "Works off site and no on-site supervisor is named."
        return Finding(code, RuleResult.BLOCK, detail, fix="Name an on-site supervisor.")
    return Finding(code, RuleResult.PASS, "Works off site with Stage 2.")


def on_site_supervisor(case: Case) -> Finding:
    """Where the educator is off site somebody must be named before the student comes."""
    code = RuleCode.ON_SITE_SUPERVISOR
    if case.mode is Mode.ON_SITE or case.placement.on_site_supervisor_named:
        return Finding(code, RuleResult.PASS, "Day-to-day supervision is in place.")
    detail = "The educator works off site and no on-site supervisor is known yet."
    return Finding(code, RuleResult.WARN, detail, fix="Name an on-site supervisor before the first day.")
