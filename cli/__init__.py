"""One command that composes everything: `seatledger up`, `serve`, `project`, `migrate` and the rest.

Each verb is a file. Composition only: what a verb composes stands on the floors below.
"""
