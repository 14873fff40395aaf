"""What each kind of refusal means and what to do about it: the pages behind a problem's `type`."""

import re
from collections.abc import Mapping
from html import escape

_CODE = re.compile(r"[a-z0-9_]{1,64}")
_QUOTED = re.compile("`([^`]+)`")
_PAGES = {
    "not_found": (
        "It does not exist, or you may not know of it; the two look the same on purpose. Check the "
        "id and whose token you use."
    ),
    "invalid_input": (
        "The body, the query or the path has faults. `errors` lists every one with a JSON Pointer; "
        "nothing was changed."
    ),
    "malformed": "The request cannot be read at all. Check that the body is JSON in UTF-8.",
    "json_invalid": "The body is no valid JSON.",
    "bad_cursor": "A cursor is good only for the list and the filters it came from. Begin again without it.",
    "invalid_state": (
        "This step is not open from the present state; `allowed` lists the ones that are. Read the "
        "resource, then decide."
    ),
    "stale_version": (
        "Somebody changed it after you read it. Read it again, look at the difference, and repeat "
        "your change with the new ETag."
    ),
    "version_required": "A change must say which version it is based on: send `If-Match` with the ETag you read.",
    "idempotency_key_required": (
        "Systems send an `Idempotency-Key`, fresh for every intended effect, so that a repeat acts once."
    ),
    "idempotency_key_reused": "This key was used for another request. Use a fresh one for each intended effect.",
    "request_in_flight": (
        "The same request is being carried out at this moment. Wait a little and send it again with "
        "the same key."
    ),
    "insufficient_scope": "Your token is good but lacks the scope this needs. Ask for a token with it.",
    "invalid_token": (
        "The access token is missing, expired or not one of ours. Get a fresh one from the issuer "
        "and try again."
    ),
    "too_large": "Send less at once: `limit` says how many bytes are accepted.",
    "unsupported_media_type": "Name the media type of what you send in `Content-Type`.",
    "method_not_allowed": "This address does not take this method; `Allow` lists those it takes.",
    "database_unavailable": (
        "The service lost its database for a moment, or has too much to do. Repeat the same request with the same "
        "`Idempotency-Key` after the seconds in `Retry-After`: what was done already is not done again."
    ),
    "key_unavailable": (
        "The service was not given the master key that sealed this. Nothing is lost; send it again later. Whoever runs the "
        "service names the key in `HUBS_MASTER_KEY_FILE`, or an earlier one in `HUBS_RETIRED_MASTER_KEY_FILES`, and restarts."
    ),
    "internal_error": "Our fault. Nothing you sent is at fault; tell us the trace id and we find it in the logs.",
}


def problem_text(code: str, conflicts: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Title and HTML of the page of one code: the general ones above, or what a service's own conflict means."""
    if not _CODE.fullmatch(code):
        code = "unknown"
    own = dict(conflicts.values())
    general = (
        "The answer's `detail` says what is wrong and what to do next; `trace_id` leads to it in the logs."
    )
    text = _QUOTED.sub(r"<code>\1</code>", escape(_PAGES.get(code) or own.get(code) or general))
    return code, f"<p>{text}</p><p><a href='/docs'>The reference</a></p>"
