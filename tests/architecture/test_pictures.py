"""Pictures in the documentation are kept true to what they show."""

from pathlib import Path

import pytest

from services.development.stack import SISTERS
from services.placements.domain.lifecycle import drawn

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("service", "sister"), [(one, other) for one, others in SISTERS.items() for other in others]
)
def test_the_readme_shows_who_asks_or_follows_whom(service, sister):
    lines = (CHECKOUT / "README.md").read_text("utf-8").splitlines()
    arrows = [
        line for line in lines if line.strip().startswith(f"{service} -- ") and line.endswith(f"--> {sister}")
    ]
    assert arrows, f"README.md shows no arrow from {service} to {sister}"


def test_the_readme_shows_no_arrow_between_services_that_do_not_talk():
    lines = [line.strip() for line in (CHECKOUT / "README.md").read_text("utf-8").splitlines()]
    for line in lines:
        start, _, end = line.partition(" -- ")
        target = end.rpartition("--> ")[2]
        if start in SISTERS and target in SISTERS:
            assert target in SISTERS[start], line


def test_the_guide_shows_the_lifecycle_as_the_table_has_it():
    guide = (CHECKOUT / "docs" / "guides" / "06-a-placements-life.md").read_text("utf-8")
    assert f"```mermaid\n{drawn()}\n```" in guide
