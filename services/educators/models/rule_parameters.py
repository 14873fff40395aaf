"""Rule parameters: the numbers a partnership's rules work with, dated and versioned."""

from datetime import date
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from services.educators.models.declarative import Base, Tenanted


class RuleParameters(Tenanted, Base):
    """One version of a partnership's parameters, in force from a day on. What it leaves out stays as shipped."""

    __tablename__ = "rule_parameters"

    number: Mapped[int]
    applies_from_on: Mapped[date]
    parameters: Mapped[dict[str, Any]]
    author: Mapped[str]

    __table_args__ = (UniqueConstraint("partnership_id", "number", name="rule_parameters_number_unique"),)
