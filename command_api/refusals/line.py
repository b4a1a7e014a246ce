"""A refusal as one line of JSON for the table: who was refused what, why, and all it takes to decide it again."""

from typing import Any

import msgspec
from msgspec.structs import replace

from command_api.failed import failure_problem
from command_api.refused import status_and_code
from command_api.writing.failures import PreconditionFailed
from command_api.writing.pending import Pending
from domain.refusal import Refused
from domain.show.commands import TransferBooking

No = Refused | PreconditionFailed


class Line(msgspec.Struct, gc=False):
    """`id` is the refusal's; `metadata` is JSON already. Without a `stream` nothing can be decided again.

    Personal text in `asked` is encrypted before a command is made, as it is in the facts that come of one.
    """

    id: str
    command_id: str
    metadata: msgspec.Raw
    status: int
    code: str
    refusal: str
    reason: Any
    stream: str | None = None
    version: int | None = None
    asked: Any = None
    if_match: list[int] | None = None


# Written when it happens and not when it is stored: in bytes, what waits is counted exactly and is smaller.
ENCODE = msgspec.json.Encoder().encode


def line(id: str, pending: Pending, no: No, stream: str, version: int) -> bytes:
    """The refusal of a command that was decided by a writer, on `stream` as it stood at `version`."""
    command = pending.command
    if isinstance(command, TransferBooking):
        # Codes for as many tickets as a booking may ever have: twenty kilobytes of chance that nobody was given.
        command = replace(command, fresh_codes=())
    status, code, refusal, reason = _said(no)
    return ENCODE(
        Line(
            id,
            pending.command_id,
            msgspec.Raw(pending.metadata),
            status,
            code,
            refusal,
            reason,
            stream,
            version,
            command,
            None if pending.versions is None else sorted(pending.versions),
        )
    )


def bare_line(id: str, command_id: str, metadata: bytes, no: No) -> bytes:
    """The refusal of a command that went another way: what it asked for may be a secret, and is not told."""
    status, code, refusal, reason = _said(no)
    return ENCODE(Line(id, command_id, msgspec.Raw(metadata), status, code, refusal, reason))


def _said(no: No) -> tuple[int, str, str, Any]:
    if isinstance(no, PreconditionFailed):
        problem = failure_problem(no)
        return problem.status, problem.code, type(no).__name__, {"version": no.version}
    return *status_and_code(no.reason), type(no.reason).__name__, no.reason
