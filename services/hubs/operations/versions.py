"""What makes a change: columns that differ. One that changes nothing leaves the version alone and publishes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.hubs.models.declarative import Versioned


def overwrite(row: Versioned, values: Mapping[str, Any], now: datetime) -> bool:
    """Set the columns that differ and count the version up; False when none differs."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        row.version += 1
        row.updated_at = now
    return bool(differing)
