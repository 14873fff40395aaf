"""Reflections: the student's own, private until the student shares one.

Only reading one gives its text. Answers to writing do not repeat it, so that nothing which keeps answers keeps a diary.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints, TypeAdapter
from starlette.responses import Response

from services.hubs.api.deps import ReflectionReader, ReflectionWriter, Wired
from services.hubs.api.shapes import SAMPLE_AT, SAMPLE_ID, Domains, Id
from services.hubs.domain.reflections import Visibility, kept_since
from services.hubs.domain.sealing import WrappedKey
from services.hubs.operations.authors import Author
from services.hubs.operations.reflections import Content, SealedRow, delete, opened, revise, share, write
from services.hubs.queries import reflections as reading
from services.hubs.queries.visibility import reader
from services.hubs.wiring import Wiring
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.errors import NotFound
from shared.http.paging import ListCall
from shared.http.reading import one, page
from shared.http.wire import Instant, Name, Page, Wire, absent, like
from shared.http.writing import IfMatch, Key, answer, created, expect

router = APIRouter(prefix="/v1", tags=["reflections"])

Diary = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]
"""What a student writes."""

_ENVELOPE = {
    "id": SAMPLE_ID,
    "student_id": SAMPLE_ID,
    "session_id": None,
    "visibility": "private",
    "anonymised_confirmed": False,
    "shared_at": None,
    "exported_at": None,
    "created_at": SAMPLE_AT,
    "updated_at": SAMPLE_AT,
}
_CONTENT = {
    "title": "A visit that went otherwise",
    "text": "What I expected, what happened, and what I would do next time.",
    "pcf_domains": ["critical_reflection_and_analysis"],
}


class ReflectionDraft(Wire):
    """A reflection to be written; private until shared."""

    model_config = like(**_CONTENT)

    session_id: UUID | None = None
    """The session it is about, of a hub the student belongs to."""

    title: Name | None = None
    text: Diary
    pcf_domains: Domains = Field(default_factory=list)


class ReflectionText(Wire):
    """All that a reflection says, as an editor saves it every few seconds. Text and nothing else: files are not taken."""

    model_config = like(**_CONTENT)

    title: Name | None = None
    text: Diary
    pcf_domains: Domains = Field(default_factory=list)


class ReflectionPatch(Wire):
    """What is to change in a reflection. A shared one is private again afterwards."""

    model_config = like(text="What I would do next time, and why.")

    title: Name | None = absent()
    text: Diary = absent()
    pcf_domains: Domains = absent()


class ReflectionEnvelope(Wire):
    """A reflection from outside: whose it is, who may read it, and when it was written."""

    model_config = like(**_ENVELOPE)

    id: UUID
    student_id: UUID
    session_id: UUID | None
    visibility: Visibility
    anonymised_confirmed: bool
    shared_at: Instant | None
    exported_at: Instant | None
    """When the student took this text out as a portfolio; null again once it changes."""

    created_at: Instant
    updated_at: Instant


class ReflectionView(ReflectionEnvelope):
    """A reflection, opened."""

    model_config = like(**_ENVELOPE, **_CONTENT)

    title: Name | None
    text: Diary
    pcf_domains: Domains


class Sharing(Wire):
    """Who may read it besides the student: one role, or nobody (`private`)."""

    model_config = like(visibility="facilitator", anonymised_confirmed=True)

    visibility: Visibility
    anonymised_confirmed: bool = False
    """The student's word that nobody can be recognised in it. Needed to share, not to take back."""


_envelope = TypeAdapter(ReflectionEnvelope)
_many = TypeAdapter(list[ReflectionEnvelope])
_SEALED = ("partnership_id", "sealed", "master_key_id", "sealed_key")


def _readers(wired: Wiring, principal: Principal) -> dict[str, object]:
    return {**reader(principal), "p_kept_since": kept_since(london_day(wired.clock.now()))}


def _shown(reflection: Any) -> ReflectionEnvelope:
    names = ReflectionEnvelope.model_fields
    return _envelope.validate_python({name: getattr(reflection, name) for name in names})


async def _own(session: Any, principal: Principal, reflection_id: UUID) -> Any:
    """The caller's own reflection, held. One that was only shared with the caller looks like none."""
    Author.of(principal).must_be_student()
    reflection = await reading.hold_own(session, reader(principal), reflection_id)
    if reflection is None:
        raise NotFound("reflection")
    return reflection


@router.get(
    "/reflections",
    operation_id="list_reflections",
    summary="Reflections",
    response_model=Page[ReflectionEnvelope],
)
async def list_reflections(
    call: ListCall,
    wired: Wired,
    principal: ReflectionReader,
    *,
    session_id: Annotated[UUID | None, Query(description="Only about this session.")] = None,
    student_id: Annotated[UUID | None, Query(description="Only of this student.")] = None,
    visibility: Annotated[Visibility | None, Query(description="Only with this visibility.")] = None,
) -> Response:
    """The caller's own reflections and those shared with the caller, without what is in them."""
    filters: dict[str, object] = {
        "session_id": session_id,
        "student_id": student_id,
        "visibility": None if visibility is None else visibility.value,
    }
    given = {name: value for name, value in filters.items() if value is not None}
    binds = _readers(wired, principal)
    return await page(call, wired.db, reading.LIST.by(given), binds, _many, filters=given)


@router.get(
    "/reflections/{reflection_id}",
    operation_id="get_reflection",
    summary="One reflection, opened",
    response_model=ReflectionView,
)
async def get_reflection(reflection_id: Id, wired: Wired, principal: ReflectionReader) -> Response:
    """What the student wrote: for the student, and for whom the student shares it with. For everybody else there is none."""
    async with wired.db.read() as connection:
        binds = {**_readers(wired, principal), "id": reflection_id}
        columns = await one(connection, reading.SEALED, binds, "reflection")
    return _opened(wired, columns)


def _opened(wired: Wiring, columns: dict[str, Any]) -> Response:
    tenant, sealed, master_key_id, sealed_key = (columns.pop(name) for name in _SEALED)
    version = columns.pop("version")
    key = WrappedKey(master_key_id, sealed_key)
    content = opened(wired.keys, SealedRow(tenant, columns["student_id"], columns["id"], sealed, key))
    view = ReflectionView(
        **columns, title=content.title, text=content.text, pcf_domains=list(content.pcf_domains)
    )
    return answer(view, version=version)


@router.put(
    "/reflections/{reflection_id}",
    operation_id="write_reflection",
    summary="Save a reflection",
    response_model=ReflectionEnvelope,
)
async def write_reflection(
    reflection_id: Id, body: ReflectionText, wired: Wired, principal: ReflectionWriter, seen: IfMatch
) -> Response:
    """Save all of it, as an editor does by itself while the student writes. The same text again changes nothing.

    What stood there before is kept as a version when ten minutes have passed since it was saved, or when it was shared; in
    that case the new text is private.
    """
    return await _changed(wired, principal, reflection_id, body, seen)


@router.post(
    "/reflections",
    operation_id="create_reflection",
    summary="Write a reflection",
    response_model=ReflectionEnvelope,
    status_code=201,
)
async def create_reflection(
    body: ReflectionDraft, wired: Wired, principal: ReflectionWriter, key: Key
) -> Response:
    """Write a reflection. Nobody else can read it unless the student shares it."""
    content = Content(body.title, body.text, tuple(domain.value for domain in body.pcf_domains))
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        author, now = Author.of(principal), wired.clock.now()
        reflection = await write(session, wired.keys, author, content, session_id=body.session_id, now=now)
        location = f"/v1/reflections/{reflection.id}"
        return await key.keep(session, created(_shown(reflection), location, version=reflection.version))


@router.patch(
    "/reflections/{reflection_id}",
    operation_id="change_reflection",
    summary="Change a reflection",
    response_model=ReflectionEnvelope,
)
async def change_reflection(
    reflection_id: Id, body: ReflectionPatch, wired: Wired, principal: ReflectionWriter, seen: IfMatch
) -> Response:
    """Change the members that are given. A shared one becomes private again: what was confirmed was the text before."""
    return await _changed(wired, principal, reflection_id, body, seen)


async def _changed(
    wired: Wiring,
    principal: Principal,
    reflection_id: UUID,
    body: ReflectionText | ReflectionPatch,
    seen: int | None,
) -> Response:
    changes = body.model_dump(mode="json", exclude_unset=isinstance(body, ReflectionPatch))
    if "pcf_domains" in changes:
        changes["pcf_domains"] = tuple(changes["pcf_domains"])
    async with wired.db.begin() as session:
        reflection = await _own(session, principal, reflection_id)
        expect(reflection.version, seen)
        await revise(session, wired.keys, reflection, changes, wired.clock.now())
        return answer(_shown(reflection), version=reflection.version)


@router.delete(
    "/reflections/{reflection_id}",
    operation_id="delete_reflection",
    summary="Delete a reflection",
    status_code=204,
    response_class=Response,
)
async def delete_reflection(
    reflection_id: Id, wired: Wired, principal: ReflectionWriter, seen: IfMatch
) -> Response:
    """Delete a reflection for good."""
    async with wired.db.begin() as session:
        reflection = await _own(session, principal, reflection_id)
        expect(reflection.version, seen)
        await delete(session, reflection)
    return Response(status_code=204)


@router.post(
    "/reflections/{reflection_id}/sharing",
    operation_id="share_reflection",
    summary="Share a reflection, or take it back",
    response_model=ReflectionEnvelope,
)
async def share_reflection(
    reflection_id: Id, body: Sharing, wired: Wired, principal: ReflectionWriter, key: Key
) -> Response:
    """Say who else may read it. `private` takes it back, from that instant on."""
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        reflection = await _own(session, principal, reflection_id)
        confirmed, now = body.anonymised_confirmed, wired.clock.now()
        await share(session, reflection, body.visibility, now, anonymised_confirmed=confirmed)
        return await key.keep(session, answer(_shown(reflection), version=reflection.version))
