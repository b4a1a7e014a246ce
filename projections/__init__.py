"""Facts in, rows out: every table here can be dropped and filled again from the log.

A read model is two files with one name: `bookings.py` says what each fact does to its rows, `bookings.sql` makes
its tables. The rest is machinery they share: `projector` describes one, `applying` folds a batch, `parking` sets bad
streams aside, `worker` follows the log, `rebuild` replaces live tables without stopping a reader, `status` and
`digest` report.
"""
