"""One-to-one contacts."""

from enum import StrEnum


class ContactKind(StrEnum):
    """How two people met."""

    IN_PERSON = "in_person"
    CALL = "call"
    ONLINE = "online"
