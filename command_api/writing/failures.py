"""Why a command may get no decision at all. None of these is a refusal: the rules have not been asked.

CommandFailed
├── Overloaded            the stream's queue is full, or moves too slowly
├── OutcomeUnknown        the log could not be reached in time; a retry with the same key will tell
├── ClientLeft            nobody waits for the answer
├── PreconditionFailed    If-Match named another version
└── KeyReused             the idempotency key was used for another command
"""


class CommandFailed(Exception):
    """The root of all of them."""


class Overloaded(CommandFailed):
    """Waiting is bounded: come back in `retry_after` seconds."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after


class OutcomeUnknown(CommandFailed):
    """The log did not answer before the command's deadline. Whether the command was carried out is not known."""


class ClientLeft(CommandFailed):
    """Whoever asked has hung up before the command was decided. Nothing was done."""


class PreconditionFailed(CommandFailed):
    """The resource stands at `version`, which is not the one the client expected."""

    def __init__(self, version: int) -> None:
        super().__init__(f"it stands at version {version}")
        self.version = version


class KeyReused(CommandFailed):
    """An idempotency key stands for one command for ever."""
