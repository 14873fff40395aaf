"""Hubs in which much has happened already."""

import pytest

from tests.hubs.circles import Circle, a_circle
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


@pytest.fixture
async def circle(service: Service) -> Circle:
    """A hub with two members, one of whom writes."""
    return await a_circle(service)
