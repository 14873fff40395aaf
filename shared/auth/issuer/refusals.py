"""How the token endpoint says no: in the words of OAuth 2 (RFC 6749, section 5.2), which its clients understand."""

from pydantic_core import to_json
from starlette.responses import Response


class GrantRefused(Exception):
    """No token. `error` is a code of RFC 6749, `description` is for a person; neither repeats what was sent."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description

    def response(self) -> Response:
        """The refusal as it travels: 401 for a client we do not know, 400 for all else."""
        body = to_json({"error": self.error, "error_description": self.description})
        if self.error != "invalid_client":
            return Response(body, 400, media_type="application/json")
        challenge = {"WWW-Authenticate": 'Basic realm="practicum"'}
        return Response(body, 401, challenge, media_type="application/json")


class UnknownClient(GrantRefused):
    """The client did not prove itself. Whether it exists, and what was wrong, is the same answer."""

    def __init__(self) -> None:
        super().__init__("invalid_client", "The client is not known, or did not prove itself.")
