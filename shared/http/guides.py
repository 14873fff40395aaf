"""The documentation's front page and its guides for integrators: Markdown files of ours, rendered here, nothing fetched."""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path

from fastapi import APIRouter
from markdown_it import MarkdownIt
from starlette.responses import HTMLResponse, RedirectResponse, Response

from shared.errors import NotFound
from shared.http.page import document_page

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def guides_router(references: Mapping[str, str], folder: Path = GUIDES) -> APIRouter:
    """`/`: the guides of the folder and the services' references (name -> address); `/guides/{name}`: one guide."""
    router = APIRouter(include_in_schema=False)
    guides = {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.md"))}
    titles = {name: _title(text) for name, text in guides.items()}
    navigation = _navigation(titles, references)
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

    @router.get("/")
    async def front_page() -> Response:
        first = next(iter(guides), None)
        return (
            RedirectResponse(f"/guides/{first}", 307)
            if first
            else HTMLResponse(_page("Practicum", navigation, ""))
        )

    @router.get("/guides/{name}")
    async def guide(name: str) -> Response:
        # Guides link to one another as files, so that the links work in the checkout too.
        wanted = name.removesuffix(".md")
        if wanted not in guides:
            raise NotFound("guide")
        return HTMLResponse(_page(titles[wanted], navigation, markdown.render(guides[wanted])))

    return router


def _title(text: str) -> str:
    found = _HEADING.search(text)
    return found.group(1) if found else "Guide"


def _page(title: str, navigation: str, body: str) -> str:
    return document_page(f"{title} · Practicum", navigation, body)


def _navigation(titles: Mapping[str, str], references: Mapping[str, str]) -> str:
    guides = "".join(
        f'<li><a href="/guides/{name}">{escape(title)}</a></li>' for name, title in titles.items()
    )
    services = "".join(
        f'<li><a href="{escape(url)}/docs">{escape(name)}</a></li>' for name, url in references.items()
    )
    return f"<strong>Guides</strong><ul>{guides}</ul><strong>References</strong><ul>{services}</ul>"
