"""An append-only log of named JSON facts in Postgres: append, read, subscribe, hash, idempotency.

Knows streams, versions and positions; knows nothing of what the facts mean. `store` says what every store can do,
`memory` and `postgres` are two that pass the same contract suite, `hashing` and `verify` are the proof.
"""
