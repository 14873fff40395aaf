"""QAPL (Quality Assurance in Practice Learning) from the answers of QAMP reviews: asked once, used twice.

A mapping, which is data, says which question answers which item for which respondent. Of each placement the last answer to a
question counts. An item with fewer than five answers shows neither their number nor what they say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.placements.domain.reviews import SCORES, Answer, Choice
from services.placements.domain.small_numbers import FEWEST
from services.placements.domain.vocabulary import Respondent

POSITIVE = frozenset({Answer.MEETS.value, Answer.MOSTLY.value, Choice.YES.value})
"""Answers that speak for the setting."""

_WEIGHTS = {answer.value: score for answer, score in SCORES.items()}

Counts = Mapping[tuple[Respondent, str], Mapping[str, int]]
"""(respondent, question code) -> answer -> how many gave it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the return, and whose answer to which question it is."""

    item: str
    text: str
    respondent: Respondent
    question: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item with its numbers. `mean` is from 1 (not yet) to 4 (meets), `positive_percent` a share of `n`.

    `n` is None where it is hidden, because there are fewer than five answers; without any it is 0.
    """

    item: str
    text: str
    respondent: Respondent
    question: str
    n: int | None
    mean: float | None
    positive_percent: float | None


def lines(mapping: Iterable[Item], counts: Counts) -> list[Line]:
    """The return: a line for each item of the mapping, in its order."""
    return [_line(item, counts.get((item.respondent, item.question), {})) for item in mapping]


def _line(item: Item, given: Mapping[str, int]) -> Line:
    n = sum(given.values())
    about = (item.item, item.text, item.respondent, item.question)
    if n < FEWEST:
        return Line(*about, n=None if n else 0, mean=None, positive_percent=None)
    scored = {value: count for value, count in given.items() if value in _WEIGHTS}
    weight = sum(_WEIGHTS[value] * count for value, count in scored.items())
    positive = sum(count for value, count in given.items() if value in POSITIVE)
    mean = round(weight / sum(scored.values()), 2) if scored else None
    return Line(*about, n=n, mean=mean, positive_percent=round(100 * positive / n, 1))
