"""Friendly messages to people: why they are sent, and in what words. Nothing in them is a judgement."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class MessageCode(StrEnum):
    """Why somebody is written to."""

    SUMMARY_WRITTEN = "summary_written"
    FOLLOW_UP = "follow_up"
    AGREEMENT_TO_ACCEPT = "agreement_to_accept"
    FEEDBACK_ASKED = "feedback_asked"
    PULSE_ASKED = "pulse_asked"
    ENERGY_SUPPORT = "energy_support"
    REFLECTIONS_KEPT_UNTIL = "reflections_kept_until"


WORDS: Mapping[MessageCode, str] = MappingProxyType(
    {
        MessageCode.SUMMARY_WRITTEN: "The facilitator has written down what the last session of the hub was about.",
        MessageCode.FOLLOW_UP: "The facilitator of your hub writes to all its members.",
        MessageCode.AGREEMENT_TO_ACCEPT: "Your hub has an agreement. Please read it and say whether you accept it.",
        MessageCode.FEEDBACK_ASKED: (
            "What should your hub stop, start and continue? Nobody learns who answered what."
        ),
        MessageCode.PULSE_ASKED: (
            "Week four is where many run low. How is your energy, from 0 to 10? The number stays yours."
        ),
        MessageCode.ENERGY_SUPPORT: (
            "Thank you for saying so. Running low in these weeks is common and says nothing about how you do. Talk to your"
            " facilitator, educator or tutor, or to your university's well-being service; and take the leave that is yours."
        ),
        MessageCode.REFLECTIONS_KEPT_UNTIL: (
            "Your placement is over. If you wrote reflections here, they are deleted for good on the day given, unless you"
            " take them out as a portfolio before."
        ),
    }
)
"""What each message says, besides what the facilitator may add."""
