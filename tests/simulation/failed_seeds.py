"""Seeds that once failed, each with the bug that it found. The suite runs them for ever.

A seed stands for a schedule of the simulation as it is: when the simulation itself changes, it stands for another
one. So each of these bugs has a test of its own at the lowest level besides, which is named here.
"""

FAILED: tuple[tuple[int, str], ...] = ()
