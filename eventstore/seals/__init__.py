"""Seals: signed statements of what the whole log was up to a position, which nobody without the key can make again.

`tree` and `proofs` are the Merkle tree over all facts in order of position, `seal` and `key` what is signed, `checking`
what a verifier asks of them, `kept` their copy outside the database. `eventstore.postgres.sealer` makes them.
"""
