"""A log as a file, and its proof without any database: `python -m eventstore.offline export.ndjson --key PUBLIC_KEY`.

It needs the standard library, `orjson` and `cryptography`, and the package `eventstore` without `eventstore.postgres`.
`lines` is the form of an export, `checking` proves one.
"""
