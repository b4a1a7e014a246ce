"""Why an embedded server cannot be had. Every message is one line: the cause and, where there is one, the way out.

EmbeddedPostgresError
├── NotSupportedHere     no unix sockets on this system
├── NoBinaries           no initdb and postgres anywhere on this machine
├── NoIdentity           running as root, and the server can be run as nobody else
├── FolderInUse          another program, or its dying server, still has the data folder
├── OtherVersionsData    the folder holds data of another major version only
└── DidNotStart          initdb or postgres failed, or took too long
"""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be had; the message says why in one line."""


class NotSupportedHere(EmbeddedPostgresError):
    """This system has no unix sockets, which are what keeps the embedded server private."""


class NoBinaries(EmbeddedPostgresError):
    """Neither the wheel nor the machine has `initdb` and `postgres`."""


class NoIdentity(EmbeddedPostgresError):
    """PostgreSQL refuses to run as root, and no other identity could be taken."""


class FolderInUse(EmbeddedPostgresError):
    """The data folder belongs to a program (or to a server of its) that is still alive."""


class OtherVersionsData(EmbeddedPostgresError):
    """The data folder was written by another major version, which this one cannot read."""


class DidNotStart(EmbeddedPostgresError):
    """`initdb` or `postgres` failed or exceeded its deadline; the message ends with the path of the log."""
