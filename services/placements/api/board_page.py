"""The board pack as one page to print: no script, nothing loaded from anywhere."""

from collections.abc import Iterable, Mapping
from html import escape
from uuid import UUID

from services.placements.api.board_shapes import BoardPackView
from services.placements.api.plots import Bar, Stack, bars, stacks
from services.placements.api.setting_quality import DeclineFinding
from services.placements.api.shares import ShareView
from services.placements.api.surveys import SurveyTallyView

_STYLE = """
@page { size: A4; margin: 14mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.4 system-ui, "Liberation Sans", sans-serif; color: #1b1b1b; margin: 0 auto; max-width: 182mm;
  padding: 6mm 4mm }
h1 { font-size: 19pt; margin: 0 } h2 { font-size: 12.5pt; margin: 0 0 1.5mm; color: #0b3d5c }
header { border-bottom: 2px solid #0b3d5c; padding-bottom: 2mm; margin-bottom: 3mm }
section { break-inside: avoid; margin: 0 0 4mm } p { margin: 0 0 1.5mm } p.next { margin-top: 3mm }
.key { display: flex; gap: 3mm; margin: 3mm 0 5mm } .key div { flex: 1; border: 1px solid #b7c4cd; border-radius: 2mm;
  padding: 2mm 3mm } .key b { display: block; font-size: 17pt; line-height: 1.2 } .key span { font-size: 8.5pt; color: #444 }
svg { width: 100%; height: auto; display: block } svg text { font-size: 11.5px; fill: #1b1b1b }
.track { fill: #e9eef1 } .bar { fill: #2f6f9f } .whisker { stroke: #1b1b1b; stroke-width: 1.4; fill: none }
.halo { stroke: #fff; stroke-width: 3.4; fill: none } svg text.in { font-size: 10px }
.green { fill: #2e7d4f } .amber { fill: #f2b134 } .red { fill: #b3261e } svg text.green-in, svg text.red-in { fill: #fff }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: 1mm 2mm 1mm 0; vertical-align: top;
  border-bottom: 1px solid #d5dde2; font-size: 9.5pt } .note, footer { font-size: 8.5pt; color: #444 }
@media print { body { padding: 0; max-width: none } * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
"""

_QUESTIONS = {
    "overall": "Overall",
    "support": "Support",
    "supervision": "Supervision",
    "learning_opportunities": "Learning opportunities",
    "induction": "Induction",
    "inclusion": "Part of the team",
}
_EVIDENCE = {
    "survey_mean": "Survey, mean",
    "survey_good": "Survey, good or very good",
    "reviews_red": "Red reviews",
    "breakdowns": "Breakdowns",
    "concerns": "Concerns at stage one or above",
}
LISTED = 12
"""Lines of a table on the page; the JSON and the CSV have them all."""


def board_page(pack: BoardPackView, organisations: Mapping[UUID, str]) -> str:
    """The whole page."""
    year = escape(pack.academic_year)
    body = "".join(
        [
            _key(pack),
            _matching(pack),
            _lights(pack),
            _survey(pack),
            _struggling(pack),
            _duty(pack, organisations),
            _destinations(pack),
            _declines(pack, organisations),
        ]
    )
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Board pack {year}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<header><h1>Board pack {year}</h1><p>As of {pack.as_of:%d %B %Y, %H:%M} UTC</p></header>"
        f"<main>{body}</main><footer>Whiskers are 95% intervals (Wilson). Answers of fewer than five people are not "
        "shown, nor what would give them away.</footer></body></html>"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}%"


def _bar(label: str, share: ShareView) -> Bar:
    return Bar(
        label,
        f"{_percent(share.share)} ({share.count} of {share.n})",
        share.share,
        share.low if share.n else None,
        share.high if share.n else None,
    )


def _section(title: str, *inside: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(inside)}</section>"


def _key(pack: BoardPackView) -> str:
    survey = next((y.answers for y in pack.survey_years if y.academic_year == pack.academic_year), None)
    support = _asked(survey, "support")
    shown = [
        (_percent(pack.matching.placed.share), "of requests placed"),
        (_percent(pack.matching.first_or_second_preference.share), "first or second preference"),
        (_percent(support.share if support else None), "rate support good or very good"),
        (_percent(pack.team_duty.took.share), "of frontline teams took a student"),
        (_percent(pack.destinations.local.share if pack.destinations else None), "stayed local"),
    ]
    return (
        '<div class="key">'
        + "".join(f"<div><b>{number}</b><span>{words}</span></div>" for number, words in shown)
        + "</div>"
    )


def _asked(told: SurveyTallyView | None, question: str) -> ShareView | None:
    return next((each.good for each in told.questions if each.question == question), None) if told else None


def _matching(pack: BoardPackView) -> str:
    capacity = pack.capacity
    stated = ", ".join(f"{each.settings} {each.appetite.replace('_', ' ')}" for each in capacity.appetites)
    words = f"{capacity.places_offered} places offered. Settings: {stated or 'nothing stated'}."
    drawn = bars(
        "Matching and capacity",
        [
            _bar("Placed", pack.matching.placed),
            _bar("First preference", pack.matching.first_preference),
            _bar("First or second", pack.matching.first_or_second_preference),
            _bar("Settings with a statement", capacity.stated),
        ],
    )
    return _section("Matching and capacity", drawn, f'<p class="note">{escape(words)}</p>')


def _lights(pack: BoardPackView) -> str:
    rows = [
        Stack(each.section.replace("_", " ").capitalize(), (each.green, each.amber, each.red))
        for each in pack.reviews
    ]
    if not rows:
        return _section("Quality reviews by section", "<p>No review has been moderated yet.</p>")
    legend = (
        '<p class="note">G green, A amber, R red: lights confirmed by moderators at all three reviews.</p>'
    )
    return _section("Quality reviews by section", stacks("Lights of the quality reviews", rows), legend)


def _survey(pack: BoardPackView) -> str:
    years = [
        _bar(year.academic_year, good)
        if (good := _asked(year.answers, "overall"))
        else Bar(year.academic_year, "fewer than five")
        for year in pack.survey_years
    ]
    over_time = "<p class='next'>Overall good or very good, by year</p>" + bars("Overall by year", years)
    told = next((y.answers for y in pack.survey_years if y.academic_year == pack.academic_year), None)
    if told is None:
        return _section("What students say", "<p>Fewer than five answers this year.</p>", over_time)
    rows = [_bar(f"{_QUESTIONS[each.question]} ({each.mean:.1f} of 5)", each.good) for each in told.questions]
    rows.append(_bar("Would apply for a job here", told.would_apply_here))
    rows.append(_bar("Would recommend", told.would_recommend))
    words = f"<p>Good or very good (mean in brackets), {told.n} answers</p>"
    return _section("What students say", words, bars("The survey of the year", rows), over_time)


def _struggling(pack: BoardPackView) -> str:
    concerns = pack.concerns
    rows = [
        _bar("Breakdowns", pack.placements.breakdowns),
        _bar("Placements with a concern", concerns.placements),
        _bar("Concerns acknowledged", concerns.acknowledged),
    ]
    heard = (
        f" Acknowledged after {concerns.hours_median:.0f} hours (median), {concerns.hours_p90:.0f} hours (nine in ten)."
        if concerns.hours_median is not None and concerns.hours_p90 is not None
        else ""
    )
    words = f"{concerns.opened} concerns opened, {concerns.closed} closed.{heard}"
    return _section(
        "Concerns and breakdowns",
        bars("Concerns and breakdowns", rows),
        f'<p class="note">{escape(words)}</p>',
    )


def _duty(pack: BoardPackView, organisations: Mapping[UUID, str]) -> str:
    duty = pack.team_duty
    low_first = sorted(duty.organisations, key=lambda each: (each.took.share or 0, each.organisation_id))
    rows = [_bar("All frontline teams", duty.took)]
    rows += [_bar(organisations.get(e.organisation_id, "-")[:32], e.took) for e in low_first[:LISTED]]
    reasons = ", ".join(f"{each.reason.replace('_', ' ')} ({each.teams})" for each in duty.reasons)
    words = f"Teams without a student gave: {reasons}." if reasons else "Every team took a student."
    return _section(
        "Every frontline team takes a student",
        bars("Frontline teams that took a student", rows),
        f'<p class="note">{escape(words)}{_more(len(low_first))}</p>',
    )


def _destinations(pack: BoardPackView) -> str:
    known = pack.destinations
    if known is None:
        return _section("Where students went", "<p>Fewer than five destinations are known.</p>")
    rows = [
        _bar("Local", known.local),
        _bar("Social work", known.social_work),
        _bar("With a host of theirs", known.with_a_host),
        _bar("Interview offered", known.interviews_offered),
        _bar("Interview taken", known.interviews_taken),
        _bar("Appointed", known.appointed),
    ]
    return _section("Where students went", bars("Destinations", rows))


def _declines(pack: BoardPackView, organisations: Mapping[UUID, str]) -> str:
    title = "Settings to talk with early"
    if not pack.declines:
        return _section(title, "<p>No setting does notably worse than over the three rounds before.</p>")
    rows = "".join(
        f"<tr><td>{escape(item.name)}<br>{escape(organisations.get(item.organisation_id, ''))}</td>"
        f"<td>{'<br>'.join(_evidence(item.findings))}</td></tr>"
        for item in pack.declines[:LISTED]
    )
    table = f"<table><thead><tr><th>Setting<th>Three rounds before, and now</tr></thead><tbody>{rows}</tbody></table>"
    words = (
        f"A reason to talk, proof of nothing. Clear: the intervals do not touch.{_more(len(pack.declines))}"
    )
    return _section(title, table, f'<p class="note">{words}</p>')


def _evidence(findings: Iterable[DeclineFinding]) -> Iterable[str]:
    for each in findings:
        if each.mean_now is not None and each.mean_before is not None:
            moved = f"{each.mean_before:.1f} to {each.mean_now:.1f}"
        else:
            moved = f"{_percent(each.before.share)} to {_percent(each.now.share)}"
        ns = f"n = {each.before.n}, {each.now.n}"
        yield f"{_EVIDENCE[each.evidence]}: {moved} ({ns}; {each.strength})"


def _more(count: int) -> str:
    return f" {count - LISTED} more are in the table." if count > LISTED else ""
