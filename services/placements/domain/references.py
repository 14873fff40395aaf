"""References to things that are not there, or not for the caller to see: nobody learns which of the two."""

from shared.errors import Fault


def unknown_reference(pointer: str) -> Fault:
    """The fault of a member that names such a thing."""
    words = "There is no such thing in this partnership, or it is not visible to you."
    return Fault(pointer, "unknown_reference", words)
