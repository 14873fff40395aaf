"""The four histories, and the tables each of them must end with."""

import importlib
from collections.abc import Sequence

from sqlalchemy import MetaData

from shared.tables import KIT

EXTENSIONS = ("btree_gist", "pg_trgm")
"""What every database needs of PostgreSQL's own extensions: exclusion constraints over ids, and search in names."""

MODELS = {
    "placements": "services.placements.models",
    "educators": "services.educators.models",
    "hubs": "services.hubs.models",
    "identity": "shared.auth.issuer.models",
}
"""Where the tables of a history are declared, as `METADATA`. Imported by name: one history must not load another's."""

KIT_TABLES = ("shared.events.tables", "shared.http.writing", "shared.imports.tables")
"""Where the shared kit declares its tables. A test sees to it that none is forgotten."""

WITH_QUEUE = frozenset({"placements", "educators", "hubs"})
"""The histories whose database holds the job queue."""


def kit() -> MetaData:
    """The shared kit's tables, all of them."""
    for module in KIT_TABLES:
        importlib.import_module(module)
    return KIT


def metadata_of(history: str) -> Sequence[MetaData]:
    """All tables of a history, the shared kit's and its own."""
    kit()
    metadata: Sequence[MetaData] = importlib.import_module(MODELS[history]).METADATA
    return metadata
