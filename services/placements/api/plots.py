"""Small plots as SVG, drawn on the server: no script, readable in black and white, told in words to a screen reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 640
_LABEL = 200
_VALUE = 150
_BAR = WIDTH - _LABEL - _VALUE
_ROW = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One share from 0 to 1 with its interval, and the words beside it. Without a share only the words are shown."""

    label: str
    words: str
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """Counts that make a whole, in the order of the legend."""

    label: str
    counts: tuple[int, ...]


PATTERNS = ("green", "amber", "red")
"""The parts of a stack: each has a colour and a letter, so that nobody needs the colour."""


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Horizontal bars from nought to a hundred percent; a whisker shows the 95% interval."""
    told = "; ".join(f"{row.label}: {row.words}" for row in rows) or "nothing to show"
    return _drawn(title, told, len(rows), "".join(_bar(row, at) for at, row in enumerate(rows)))


def _bar(row: Bar, at: int) -> str:
    y = at * _ROW + 3
    parts = [_text(0, y, row.label), _text(WIDTH, y, row.words, end=True)]
    parts.append(f'<rect class="track" x="{_LABEL}" y="{y}" width="{_BAR}" height="13"/>')
    if row.share is not None:
        parts.append(f'<rect class="bar" x="{_LABEL}" y="{y}" width="{_BAR * row.share:.1f}" height="13"/>')
    if row.low is not None and row.high is not None:
        left, right = _LABEL + _BAR * row.low, _LABEL + _BAR * row.high
        line = f"M{left:.1f} {y + 6.5:g}H{right:.1f}M{left:.1f} {y + 2.5:g}v8M{right:.1f} {y + 2.5:g}v8"
        parts.append(f'<path class="halo" d="{line}"/><path class="whisker" d="{line}"/>')
    return "".join(parts)


def stacks(title: str, rows: Sequence[Stack]) -> str:
    """Horizontal bars of parts that make a whole, with the counts written in them, and the share of the last part."""
    told = "; ".join(
        f"{row.label}: " + ", ".join(f"{n} {name}" for name, n in zip(PATTERNS, row.counts, strict=True))
        for row in rows
    )
    return _drawn(
        title, told or "nothing to show", len(rows), "".join(_stack(r, i) for i, r in enumerate(rows))
    )


def _stack(row: Stack, at: int) -> str:
    y, left, whole = at * _ROW + 3, float(_LABEL), sum(row.counts)
    worst = f"{100 * row.counts[-1] / whole:.0f}% {PATTERNS[-1]}, " if whole else ""
    parts = [_text(0, y, row.label), _text(WIDTH, y, f"{worst}n = {whole}", end=True)]
    for name, count in zip(PATTERNS, row.counts, strict=True):
        width = _BAR * count / whole if whole else 0.0
        if count:
            parts.append(f'<rect class="{name}" x="{left:.1f}" y="{y}" width="{width:.1f}" height="13"/>')
        if width > 12 + 7 * len(str(count)):
            inside = f"{name[0].upper()} {count}"
            parts.append(f'<text class="in {name}-in" x="{left + 4:.1f}" y="{y + 11}">{inside}</text>')
        left += width
    return "".join(parts)


def _text(x: float, y: int, words: str, *, end: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    return f'<text x="{x:g}" y="{y + 11}"{anchor}>{escape(words)}</text>'


def _drawn(title: str, told: str, rows: int, inside: str) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {max(rows, 1) * _ROW}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>{inside}</svg>"
    )
