"""uvicorn's configuration, with the limits that each of its connections looks up."""

from typing import Any

import uvicorn

from runtime.http.connections.doors import Doors
from runtime.http.connections.limits import ConnectionLimits
from runtime.http.connections.pacing import Pacing
from runtime.http.connections.resting import Resting
from runtime.http.connections.shedding import Shedding


class LimitedConfig(uvicorn.Config):
    """`limits` are what connections are held to, `doors` counts them.

    While the server is `leaving`, each connection ends with its next answer.
    """

    def __init__(self, app: Any, limits: ConnectionLimits, shedding: Shedding, **options: Any) -> None:
        super().__init__(app, **options)
        self.limits = limits
        self.doors = Doors(limits)
        self.shedding = shedding
        self.resting = Resting()
        self.pacing = Pacing()
        self.leaving = False
