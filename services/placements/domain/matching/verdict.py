"""What the hard rules say about pairs of request and offer, many at once: sets of rules as numbers, a bit for each rule."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from services.placements.domain.matching.codes import RuleCode

Bits = npt.NDArray[np.int64]
"""One set of rules per pair, a bit for each rule."""

Few = npt.NDArray[np.int16]
"""The same in little memory: thirteen bits have room in sixteen."""

RULES = tuple(RuleCode)
BIT = {code: 1 << at for at, code in enumerate(RULES)}
"""Each rule's bit, in the fixed order: the lowest bit that is set is the first rule that forbids."""

_EVERY = np.arange(1 << len(RULES))
IS_SET = (_EVERY[:, None] >> np.arange(len(RULES))) & 1
"""For each set of rules (rows) whether each rule is in it (columns), as ones and zeros."""
_NUMBER = IS_SET.sum(axis=1)
_FIRST = np.where(_NUMBER > 0, IS_SET.argmax(axis=1), len(RULES))


def number_against(bits: Bits) -> Bits:
    """Return how many rules each set has."""
    number: Bits = _NUMBER[bits]
    return number


def first_against(bits: Bits) -> Bits:
    """Return the position of the first rule of each set; one after the last for none."""
    first: Bits = _FIRST[bits]
    return first


@lru_cache(maxsize=1 << len(RULES))
def rules_in(bits: int) -> tuple[RuleCode, ...]:
    """Return the rules of a set, in the fixed order."""
    return tuple(code for code in RULES if bits & BIT[code])


def only_against(bits: Bits) -> Bits:
    """Return the position of the only rule of each set; -1 where there is none, or more than one."""
    only: Bits = np.where(number_against(bits) == 1, first_against(bits), -1)
    return only
