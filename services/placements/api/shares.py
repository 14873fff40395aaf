"""Shares with their uncertainty, as every report shows them."""

from services.placements.domain.intervals import Ratio, Share
from shared.http.wire import Wire

SHARE = {"n": 25, "count": 24, "share": 0.96, "low": 0.805, "high": 0.993}
"""An example of a share."""


class ShareView(Wire):
    """`count` of `n`, the share from 0 to 1, and its 95% interval (Wilson's score interval); null where n is nought."""

    n: int
    count: int
    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, share: Share) -> "ShareView":
        """A share, to four places."""
        return cls(
            n=share.n,
            count=share.count,
            share=rounded(share.share),
            low=rounded(share.low),
            high=rounded(share.high),
        )


class RatioView(Wire):
    """How many times as often, with its 95% interval (on the logarithm, after Katz)."""

    ratio: float
    low: float
    high: float

    @classmethod
    def of(cls, ratio: Ratio | None) -> "RatioView | None":
        """A ratio, to four places."""
        return (
            None
            if ratio is None
            else cls(ratio=round(ratio.ratio, 4), low=round(ratio.low, 4), high=round(ratio.high, 4))
        )


def rounded(value: float | None) -> float | None:
    """To four places; what is not known stays so."""
    return None if value is None else round(value, 4)
