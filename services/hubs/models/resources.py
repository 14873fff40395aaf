"""The resource bank: what facilitators found worth passing on."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.hubs.models.declarative import Versioned
from shared.declarative import a_list


class Resource(Versioned):
    """A reading, a film, an exercise: what it is called, where it is, and what it is good for.

    `added_by` is the subject who added it and may change it. One that is withdrawn stays, since summaries name it.
    """

    __tablename__ = "resources"

    title: Mapped[str]
    url: Mapped[str | None]
    note: Mapped[str | None]
    tags: Mapped[list[str]]
    pcf_domains: Mapped[list[str]]
    added_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "partnership_id", "id"),
        Index("resources_tags", "tags", postgresql_using="gin"),
        Index("resources_pcf_domains", "pcf_domains", postgresql_using="gin"),
        a_list("tags"),
        a_list("pcf_domains"),
    )
