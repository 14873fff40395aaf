"""Portfolios: a student takes out what they wrote, as JSON or as a page to print."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import ReflectionReader, ReflectionWriter, Wired
from services.hubs.api.reflections import Diary
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Domains, Id
from services.hubs.domain.planning import SessionKind
from services.hubs.domain.portfolio_page import Entry, in_words, portfolio_page
from services.hubs.domain.sealing import WrappedKey
from services.hubs.models.reflections import Portfolio
from services.hubs.operations.authors import Author
from services.hubs.operations.portfolios import take_out
from services.hubs.operations.reflections import SealedRow, opened
from services.hubs.queries import portfolios as reading
from services.hubs.queries.visibility import reader
from services.hubs.wiring import Wiring
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.http.paging import ListCall
from shared.http.reading import one, page
from shared.http.wire import Instant, Name, Page, Wire, like, up_to
from shared.http.writing import Key, answer, created

router = APIRouter(prefix="/v1", tags=["portfolios"])

_ENVELOPE = {
    "id": SAMPLE_ID,
    "student_id": SAMPLE_ID,
    "reflection_ids": [SAMPLE_ID],
    "created_at": SAMPLE_AT,
}
_ITEM = {
    "id": SAMPLE_ID,
    "session": {"held_on": "2026-09-22", "kind": "reflective_skills"},
    "title": "A visit that went otherwise",
    "text": "What I expected, what happened, and what I would do next time.",
    "pcf_domains": ["knowledge"],
    "created_at": SAMPLE_AT,
    "updated_at": SAMPLE_AT,
}
_PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": {"type": "string", "maxLength": 100_000_000}}}}
}
_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class PortfolioDraft(Wire):
    """What is to be taken out."""

    model_config = like(shared_only=False)

    shared_only: bool = False
    """Only reflections that are shared as `portfolio`, instead of all."""


class PortfolioEnvelope(Wire):
    """That a student took reflections out, and which."""

    model_config = like(**_ENVELOPE)

    id: UUID
    student_id: UUID
    reflection_ids: Annotated[list[UUID], Field(max_length=500)]
    created_at: Instant


class SessionRef(Wire):
    """The session a reflection is about."""

    held_on: date
    kind: SessionKind


class PortfolioItem(Wire):
    """One reflection, opened."""

    model_config = like(**_ITEM)

    id: UUID
    session: SessionRef | None
    title: Name | None
    text: Diary
    pcf_domains: Domains
    created_at: Instant
    updated_at: Instant


class PortfolioView(PortfolioEnvelope):
    """A portfolio with what its reflections say now; those deleted since are missing."""

    model_config = like(**_ENVELOPE, items=[_ITEM])

    items: Annotated[list[PortfolioItem], up_to(500)]


_envelope = TypeAdapter(PortfolioEnvelope)
_many = TypeAdapter(list[PortfolioEnvelope])


@router.get(
    "/portfolios",
    operation_id="list_portfolios",
    summary="Portfolios",
    response_model=Page[PortfolioEnvelope],
)
async def list_portfolios(call: ListCall, wired: Wired, principal: ReflectionReader) -> Response:
    """The caller's own portfolios. Of anybody else's there are none."""
    return await page(call, wired.db, reading.LIST.by({}), reader(principal), _many, filters={})


@router.post(
    "/portfolios",
    operation_id="create_portfolio",
    summary="Take reflections out",
    response_model=PortfolioEnvelope,
    status_code=201,
)
async def create_portfolio(
    body: PortfolioDraft, wired: Wired, principal: ReflectionWriter, key: Key
) -> Response:
    """Put the caller's reflections into a portfolio, to be read as JSON or as a page.

    What was taken out as it stands is not deleted by itself after the placement; the student deletes it.
    """
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        author, now = Author.of(principal), wired.clock.now()
        portfolio: Portfolio = await take_out(session, author, now, shared_only=body.shared_only)
        view = _envelope.validate_python(portfolio)
        return await key.keep(session, created(view, f"/v1/portfolios/{portfolio.id}", version=None))


@router.get(
    "/portfolios/{portfolio_id}",
    operation_id="get_portfolio",
    summary="A portfolio, opened",
    response_model=PortfolioView,
)
async def get_portfolio(portfolio_id: Id, wired: Wired, principal: ReflectionReader) -> Response:
    """All that the reflections of one of the caller's own portfolios say."""
    envelope, rows = await _read(wired, principal, portfolio_id)
    return answer(PortfolioView(**envelope, items=[_item(wired, row) for row in rows]))


@router.get(
    "/portfolios/{portfolio_id}/page",
    operation_id="get_portfolio_page",
    summary="A portfolio to print",
    response_class=Response,
    responses=_PAGE,
)
async def get_portfolio_page(portfolio_id: Id, wired: Wired, principal: ReflectionReader) -> Response:
    """The same as one page of HTML without scripts, to be printed or kept."""
    envelope, rows = await _read(wired, principal, portfolio_id)
    entries = (_entry(_item(wired, row)) for row in rows)
    text = portfolio_page(entries, london_day(envelope["created_at"]))
    return Response(text, media_type="text/html; charset=utf-8", headers=_POLICY)


async def _read(
    wired: Wiring, principal: Principal, portfolio_id: UUID
) -> tuple[dict[str, Any], Sequence[Any]]:
    binds = {**reader(principal), "id": portfolio_id}
    async with wired.db.read() as connection:
        envelope = await one(connection, reading.SINGLE, binds, "portfolio")
        return envelope, (await connection.execute(reading.CONTENT, binds)).all()


def _item(wired: Wiring, row: Any) -> PortfolioItem:
    key = WrappedKey(row.master_key_id, row.sealed_key)
    content = opened(wired.keys, SealedRow(row.partnership_id, row.student_id, row.id, row.sealed, key))
    return PortfolioItem(
        id=row.id,
        session=None if row.kind is None else SessionRef(held_on=row.held_on, kind=row.kind),
        title=content.title,
        text=content.text,
        pcf_domains=list(content.pcf_domains),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _entry(item: PortfolioItem) -> Entry:
    about = None
    if item.session is not None:
        about = f"{item.session.kind.value.replace('_', ' ')} on {in_words(item.session.held_on)}"
    domains = tuple(domain.value for domain in item.pcf_domains)
    return Entry(item.title, item.text, domains, london_day(item.created_at), about)
