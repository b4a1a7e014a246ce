"""How a policy gives a command: like anybody, through the writers, under its own name."""

import asyncio

from command_api.aggregates import SHOW
from command_api.errand import Errand, PolicyCommand
from command_api.writing.failures import CommandFailed
from command_api.writing.pending import Pending
from command_api.writing.writers import Writers
from eventstore.hashing import canonical
from runtime.ids import new_id

COMMAND_SECONDS_MAX = 10.0


class Sending:
    """Sends commands about shows and waits until they are carried out."""

    def __init__(self, writers: Writers) -> None:
        self._writers = writers

    async def send(self, policy: str, show_id: str, command: PolicyCommand) -> int:
        """Carry out `command` in the name of `policy`; how many facts it caused.

        Raises `Refused`, and TimeoutError when it got no decision: it can be sent again.
        """
        loop = asyncio.get_running_loop()
        errand = Errand(command)
        pending = Pending(
            command=command,
            command_id=new_id(),
            fingerprint=None,
            metadata=canonical({"by": {"id": policy, "role": "policy"}, "command": type(command).__name__}),
            check=None,
            render=errand.render(),
            future=loop.create_future(),
            deadline=loop.time() + COMMAND_SECONDS_MAX,
            errand=errand,
        )
        try:
            reply = await self._writers.carry_out(SHOW, show_id, pending)
        except CommandFailed as failure:
            raise TimeoutError(str(failure)) from failure
        return int(reply.answer.body)
