"""An auditor's reads, straight from the log: the facts in order, a booking as of any moment, the proof.

Nothing here reads a read table, so no projector stands between an auditor and what was recorded. Nothing here writes.
"""
