"""The docs pages of a service, rendered here from its OpenAPI document: no script, no CDN, readable behind any proxy."""

import re
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from pydantic_core import to_json
from starlette.responses import HTMLResponse, Response

from shared.http.page import document_page
from shared.http.problem_pages import problem_text
from shared.http.problems import Conflicts

_QUOTED = re.compile("`([^`]+)`")
_ORDER = ("get", "post", "put", "patch", "delete")


def docs_router(conflicts: Conflicts) -> APIRouter:
    """`/docs`, the reference of the service, and `/problems/{code}`, what a refusal means and what to do."""
    router = APIRouter(include_in_schema=False)
    rendered: dict[str, str] = {}

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        if "docs" not in rendered:
            rendered["docs"] = reference(request.app.openapi())
        return HTMLResponse(rendered["docs"])

    @router.get("/problems/{code}")
    async def problem_page(code: str) -> Response:
        title, text = problem_text(code, conflicts)
        return HTMLResponse(document_page(title, "", f"<h1>{escape(title)}</h1>{text}"))

    return router


def reference(document: dict[str, Any]) -> str:
    """The whole reference as one page of HTML."""
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, operations in document["paths"].items():
        for method in _ORDER:
            if method in operations:
                operation = operations[method]
                groups.setdefault(operation.get("tags", ["other"])[0], []).append((method, path, operation))
    info = document["info"]
    navigation = "".join(_navigation(tag, operations) for tag, operations in groups.items())
    body = [
        f"<h1>{escape(info['title'])}</h1><p>{escape(info.get('summary', ''))}</p>",
        f"<p>{_prose(info.get('description', ''))}</p>",
        '<p>The same as a file for your client generator: <a href="/openapi.json">openapi.json</a></p>',
    ]
    for tag, operations in groups.items():
        body.append(f'<h2 id="{escape(tag)}">{escape(tag)}</h2>')
        body += [_operation(document, method, path, operation) for method, path, operation in operations]
    return document_page(info["title"], navigation, "".join(body))


def _navigation(tag: str, operations: list[tuple[str, str, dict[str, Any]]]) -> str:
    links = "".join(
        f'<li><a href="#{escape(op["operationId"])}">{escape(op.get("summary", op["operationId"]))}</a></li>'
        for _, __, op in operations
    )
    return f'<details open><summary><a href="#{escape(tag)}">{escape(tag)}</a></summary><ul>{links}</ul></details>'


def _operation(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    parts = [
        f'<section id="{escape(operation["operationId"])}">',
        f'<h3><span class="verb {method}">{method.upper()}</span> <code>{escape(path)}</code></h3>',
        f"<p><strong>{escape(operation.get('summary', ''))}</strong> <small>{operation['operationId']}</small></p>",
        _paragraphs(operation.get("description", "")),
        _scopes(operation),
        _parameters(operation.get("parameters", [])),
        _body(document, operation.get("requestBody")),
        _responses(document, operation["responses"]),
        "</section>",
    ]
    return "".join(parts)


def _prose(text: str) -> str:
    return _QUOTED.sub(r"<code>\1</code>", escape(text))


def _paragraphs(text: str) -> str:
    return "".join(f'<p class="pre">{_prose(part)}</p>' for part in text.split("\n\n") if part.strip())


def _scopes(operation: dict[str, Any]) -> str:
    scopes = [
        scope for need in operation.get("security", []) for granted in need.values() for scope in granted
    ]
    return f"<p>Scope: {', '.join(f'<code>{escape(s)}</code>' for s in scopes)}</p>" if scopes else ""


def _parameters(parameters: list[dict[str, Any]]) -> str:
    if not parameters:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{p['in']}</td><td>{_kind(p.get('schema', {}))}</td>"
        f"<td>{'required' if p.get('required') else ''}</td><td>{_prose(p.get('description', ''))}</td></tr>"
        for p in parameters
    )
    return f"<table><thead><tr><th>parameter</th><th>in</th><th>type</th><th></th><th></th></tr></thead>{rows}</table>"


def _body(document: dict[str, Any], body: dict[str, Any] | None) -> str:
    return "" if body is None else "<h4>Body</h4>" + _content(document, body["content"])


def _responses(document: dict[str, Any], responses: dict[str, Any]) -> str:
    good = {s: r for s, r in responses.items() if s.startswith("2")}
    shown = "".join(f"<h4>{s}</h4>{_content(document, r.get('content', {}))}" for s, r in good.items())
    rows = "".join(
        f"<li><code>{s}</code> {escape(_shared(document, r).get('description', ''))}</li>"
        for s, r in responses.items()
        if s not in good
    )
    return f"{shown}<details><summary>Refusals</summary><ul>{rows}</ul></details>"


def _content(document: dict[str, Any], content: dict[str, Any]) -> str:
    out = []
    for media, described in content.items():
        schema = described.get("schema", {})
        out.append(f"<p><code>{escape(media)}</code> {_kind(schema)}</p>{_members(document, schema)}")
        example = _example(document, described, schema)
        if example is not None:
            text = example if isinstance(example, str) else to_json(example, indent=2).decode()
            out.append(f"<pre>{escape(text)}</pre>")
    return "".join(out)


def _example(document: dict[str, Any], described: dict[str, Any], schema: dict[str, Any]) -> Any:
    if "example" in described:
        return described["example"]
    for given in described.get("examples", {}).values():
        return given.get("value")
    return next(iter(_resolved(document, schema).get("examples", [])), None)


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document.get("components", {}).get("schemas", {}).get(name, schema)
    return found


def _shared(document: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    name = response.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document.get("components", {}).get("responses", {}).get(name, response)
    return found


def _members(document: dict[str, Any], schema: dict[str, Any]) -> str:
    resolved = _resolved(document, schema)
    required = resolved.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{_kind(member)}</td>"
        f"<td>{'required' if name in required else ''}</td><td>{_prose(member.get('description', ''))}</td></tr>"
        for name, member in resolved.get("properties", {}).items()
    )
    return (
        f"<table><thead><tr><th>member</th><th>type</th><th></th><th></th></tr></thead>{rows}</table>"
        if rows
        else ""
    )


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return escape(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(v))}</code>" for v in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_kind(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(str(schema.get("format") or schema.get("type", "")))
