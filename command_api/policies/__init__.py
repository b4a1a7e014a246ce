"""Policies: what follows from a fact or from time, sent as ordinary commands. Named `when_..._...`."""
