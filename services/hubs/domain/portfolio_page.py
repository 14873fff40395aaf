"""A portfolio as one page of HTML to be printed or kept: no script, nothing fetched, every text escaped."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape

_STYLE = (
    "body{font:12pt/1.5 Georgia,serif;max-width:42em;margin:2em auto;padding:0 1em;color:#111}"
    "h1,h2{font-family:sans-serif;line-height:1.2}h2{font-size:1.2em;margin:2em 0 0}"
    ".about{color:#555;font:10pt sans-serif;margin:.2em 0 1em}.text{white-space:pre-wrap;overflow-wrap:anywhere}"
    "article{break-inside:auto}h2,.about{break-after:avoid}@media print{body{margin:0;max-width:none}}"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One reflection of a portfolio, readable."""

    title: str | None
    text: str
    pcf_domains: tuple[str, ...]
    written_on: date
    session: str | None

    def __repr__(self) -> str:
        """Nothing: a stray representation must not show a diary."""
        return "Entry(...)"


def portfolio_page(entries: Iterable[Entry], taken_on: date) -> str:
    """The whole page, in English."""
    articles = "".join(_article(entry) for entry in entries)
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Reflective portfolio</title>'
        f"<style>{_STYLE}</style></head><body><h1>Reflective portfolio</h1>"
        f'<p class="about">Taken out on {in_words(taken_on)}</p>{articles}</body></html>'
    )


def _article(entry: Entry) -> str:
    about = [in_words(entry.written_on)]
    if entry.session:
        about.append(entry.session)
    about += [domain.replace("_", " ") for domain in entry.pcf_domains]
    return (
        f"<article><h2>{escape(entry.title or 'Reflection')}</h2>"
        f'<p class="about">{escape(" · ".join(about))}</p><div class="text">{escape(entry.text)}</div></article>'
    )


def in_words(day: date) -> str:
    """The day as a British reader writes it: 7 September 2026."""
    return f"{day.day} {day:%B %Y}"
