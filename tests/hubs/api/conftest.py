"""Hubs in which much has happened already."""

import pytest

from tests.hubs.factories import Service
from tests.hubs.groups import Group, a_group
from tests.hubs.seasons import Season


@pytest.fixture
async def group(service: Service) -> Group:
    """A hub of two that has met."""
    return await a_group(service)


@pytest.fixture
async def season(service: Service) -> Season:
    """A season that has begun."""
    begun = Season(service)
    await begun.begin()
    return begun
