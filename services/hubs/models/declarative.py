"""How tables of the hubs service are declared: on one base, with a tenant on every row."""

from typing import Any, ClassVar

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from shared.declarative import COLUMNS, Tenant, Version
from shared.tables import CONVENTION


class Base(DeclarativeBase):
    """The root of all tables of this service."""

    metadata = MetaData(naming_convention=CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = COLUMNS


class Tenanted(Tenant, Base):
    """A row that belongs to one partnership."""

    __abstract__ = True


class Versioned(Version, Tenanted):
    """A row of a partnership that changes."""

    __abstract__ = True
