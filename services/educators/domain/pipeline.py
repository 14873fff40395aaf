"""The way to a full practice educator, stage by stage, and who is stuck on it."""

from enum import StrEnum

LONG_IN_TRAINING_MONTHS = 12
"""Training for a stage that takes longer than this is looked at. Our choice: the PEPS guidance of 2013 sets no time."""

LONG_AT_STAGE_1_MONTHS = 24
"""Somebody at Stage 1 for longer than this, not in training for Stage 2, is looked at. Our choice, likewise."""


class PipelineStep(StrEnum):
    """Where somebody is on the way. A returner holds a stage, has lapsed, and has a mentor for coming back."""

    IN_TRAINING_STAGE_1 = "in_training_stage_1"
    STAGE_1 = "stage_1"
    IN_TRAINING_STAGE_2 = "in_training_stage_2"
    STAGE_2 = "stage_2"
    RETURNER = "returner"


class StuckBecause(StrEnum):
    """Why somebody does not get on. Those in training and returners need a mentor who is Stage 2 and current."""

    NO_MENTOR = "no_mentor"
    MENTOR_NOT_STAGE_2 = "mentor_not_stage_2"
    MENTOR_NOT_CURRENT = "mentor_not_current"
    LONG_IN_TRAINING = "long_in_training"
    LONG_AT_STAGE_1 = "long_at_stage_1"
