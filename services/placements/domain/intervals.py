"""How sure a share or a ratio of shares is, at 95%. Small numbers give wide intervals, and the reader sees them."""

from dataclasses import dataclass
from math import exp, log, sqrt

_Z = 1.959963984540054
"""The 97.5% point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n`, the share, and between which shares the truth lies with 95% confidence. Nothing of nothing has none."""

    n: int
    count: int
    share: float | None
    low: float | None
    high: float | None

    def clearly_above(self, other: "Share") -> bool:
        """Whether the intervals do not even touch: a strict reading, which seldom cries wolf."""
        return self.low is not None and other.high is not None and self.low > other.high


def share_of(count: int, n: int) -> Share:
    """A share with its score interval (E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212).

    (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n): it stays within 0 and 1, and holds for few and for none.
    """
    if n == 0:
        return Share(0, 0, None, None, None)
    p, z2 = count / n, _Z * _Z
    centre = p + z2 / (2 * n)
    reach = _Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    low = 0.0 if count == 0 else (centre - reach) / scale
    high = 1.0 if count == n else (centre + reach) / scale
    return Share(n, count, p, low, high)


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as often something happens in one group as in another, with its 95% interval."""

    ratio: float
    low: float
    high: float


def rate_ratio(here: Share, there: Share) -> Ratio | None:
    """The ratio of two shares with its interval on the logarithm (D. Katz and others, Biometrics 34 (1978) 469-474).

    exp(ln(p1/p2) ± z·sqrt(1/a - 1/n1 + 1/b - 1/n2)). Where one of the counts is nought, a half is added to the counts and to
    the groups, as is usual. None where a group is empty or it happened in neither.
    """
    if not here.n or not there.n or not here.count + there.count:
        return None
    more = 0.5 if 0 in (here.count, there.count) else 0.0
    a, b, n1, n2 = here.count + more, there.count + more, here.n + more, there.n + more
    ratio = (a / n1) / (b / n2)
    reach = _Z * sqrt(max(0.0, 1 / a - 1 / n1 + 1 / b - 1 / n2))
    return Ratio(ratio, exp(log(ratio) - reach), exp(log(ratio) + reach))
