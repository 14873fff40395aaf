"""The one way in which the development stack says that it cannot run."""


class CannotStart(Exception):
    """Something it needs is not to be had. The text is one sentence for a person and says what to do."""
