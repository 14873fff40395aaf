"""The guides as an integrator reads them in a browser: in order, and every link leads somewhere."""

import re

import httpx
from fastapi import FastAPI

from shared.http.guides import GUIDES, guides_router

LINK = re.compile(r'<a href="([^"]+)"')


async def test_every_link_of_every_guide_leads_somewhere() -> None:
    site = FastAPI()
    site.include_router(guides_router({}))
    transport = httpx.ASGITransport(site, raise_app_exceptions=False)
    links: set[str] = set()
    async with httpx.AsyncClient(transport=transport, base_url="http://guides.test") as reader:
        for guide in GUIDES.glob("*.md"):
            page = await reader.get(f"/guides/{guide.stem}")
            links |= {str(page.url.join(link)) for link in LINK.findall(page.text)}
        ours = [link for link in links if link.startswith("http://guides.test/")]
        assert len(ours) > len(list(GUIDES.iterdir()))
        assert [link for link in ours if (await reader.get(link)).is_error] == []


def test_the_guides_have_a_reading_order_without_a_gap() -> None:
    numbers = sorted(guide.name[:3] for guide in GUIDES.iterdir())
    assert numbers == [f"{number:02}-" for number in range(1, len(numbers) + 1)]
