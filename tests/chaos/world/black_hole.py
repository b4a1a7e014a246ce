"""Packets that arrive at a socket and are dropped unseen: no acknowledgement, no reset, no farewell.

The kernel runs a filter over what comes to a socket before TCP looks at it. Ours drops everything, so whoever sent it
hears nothing at all, as when a cable is cut or a firewall forgets a connection. It needs no rights.
"""

import ctypes
import socket
import struct
import sys
from typing import Any

WHY_NOT = "" if sys.platform == "linux" else "packets can be dropped on Linux only"

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
RETURN_NOTHING = bytes((6, 0, 0, 0, 0, 0, 0, 0))
"""One instruction: of each packet nothing is kept."""


def swallow(wire: Any) -> None:
    """From now on nothing that is sent to this socket arrives."""
    instructions = ctypes.create_string_buffer(RETURN_NOTHING)
    program = struct.pack("@HP", 1, ctypes.addressof(instructions))
    wire.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def let_through(wire: Any) -> None:
    """Again; whatever was not given up meanwhile is sent once more by itself."""
    wire.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
