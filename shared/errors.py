"""Refusals: the ways in which Practicum says no.

    Refusal                     the rule that said no has a stable code
    |-- Malformed         400   the request cannot be read at all
    |-- Unauthorised      401   we do not know who is calling
    |-- Forbidden         403   visible to you, not allowed for you
    |   `-- OutOfScope    403   the token does not carry the scope; names it
    |-- NotFound          404   not there, or not visible to you: the two look the same
    |-- Conflict          409   the state of things forbids it
    |   `-- InvalidState  409   this step is not open from here; says which are
    |-- Gone              410   it was here once; what is left of it is elsewhere
    |-- StaleVersion      412   somebody changed it since you read it
    |-- TooLarge          413   more than we accept in one call
    |-- Invalid           422   the input has faults; every one is listed
    |-- VersionRequired   428   say which version you saw (If-Match)
    `-- Unavailable       503   something we need does not answer; try again

A refusal is a state of the domain, not a failure of the program, and its text never repeats what was sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the input: a JSON pointer to it, a stable code, and what to do."""

    pointer: str
    code: str
    detail: str


class Refusal(Exception):
    """A rule said no. `code` is stable API, `detail` is for a person, `facts` are for a program."""

    status: ClassVar[int] = 409
    title: ClassVar[str] = "Refused"
    challenge: str | None = None
    """What `WWW-Authenticate` answers, where a (better) token would help (RFC 6750, section 3)."""

    def __init__(self, code: str, detail: str, **facts: object) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.facts: Mapping[str, object] = facts


class Malformed(Refusal):
    """The request cannot be read: a broken cursor, a missing header, a body that is no JSON."""

    status = 400
    title = "The request cannot be read"


class Unauthorised(Refusal):
    """We do not know who is calling: no access token came, or one we cannot accept."""

    status = 401
    title = "Say who you are"

    def __init__(self, code: str, detail: str, **facts: object) -> None:
        super().__init__(code, detail, **facts)
        self.challenge = 'Bearer realm="practicum"'
        if code == "invalid_token":
            self.challenge += f', error="invalid_token", error_description="{detail}"'


class Forbidden(Refusal):
    """The caller can see the thing but may not do this to it."""

    status = 403
    title = "Not allowed"


class OutOfScope(Forbidden):
    """The token is good but does not carry the scope this needs; `scope` names it."""

    def __init__(self, scope: str) -> None:
        super().__init__("insufficient_scope", f"The token lacks the scope {scope}.", scope=scope)
        self.challenge = f'Bearer realm="practicum", error="insufficient_scope", scope="{scope}"'


class NotFound(Refusal):
    """There is no such thing, or the caller may not know of it; the answer is the same for both."""

    status = 404
    title = "Not found"

    def __init__(self, what: str = "resource") -> None:
        super().__init__("not_found", f"There is no such {what}, or it is not visible to you.")


class Conflict(Refusal):
    """The state of things forbids it: a name is taken, a seat is gone, a rule is not met."""

    status = 409
    title = "In conflict with the current state"


class InvalidState(Conflict):
    """The step is not open from the present state; `allowed` names the steps that are."""

    title = "Not possible in this state"

    def __init__(self, what: str, state: str, allowed: Iterable[str]) -> None:
        steps = sorted(allowed)
        hint = f"possible now: {', '.join(steps)}" if steps else "nothing further is possible"
        super().__init__("invalid_state", f"The {what} is {state}; {hint}.", state=state, allowed=steps)


class Gone(Refusal):
    """It was kept here once and is not any more: a cursor older than the feed's memory."""

    status = 410
    title = "No longer kept here"


class StaleVersion(Refusal):
    """The version named in If-Match is no longer the current one: read again, then decide."""

    status = 412
    title = "It has changed since you read it"

    def __init__(self) -> None:
        super().__init__(
            "stale_version", "It has changed since you read it. Read it again and repeat the change."
        )


class TooLarge(Refusal):
    """More than is accepted in one call."""

    status = 413
    title = "Too large"


class Invalid(Refusal):
    """The input has faults. All of them are listed, none repeats what was sent."""

    status = 422
    title = "The input has faults"

    def __init__(self, faults: Iterable[Fault], code: str = "invalid_input") -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        super().__init__(code, f"{count} fault{'s' if count != 1 else ''} found; nothing was changed.")


class VersionRequired(Refusal):
    """A change that can race must say which version it is based on."""

    status = 428
    title = "Say which version you saw"

    def __init__(self) -> None:
        super().__init__("version_required", "Send If-Match with the ETag you last read.")


class Unavailable(Refusal):
    """Something needed for the answer does not respond in time; nothing was changed."""

    status = 503
    title = "Temporarily unavailable"
