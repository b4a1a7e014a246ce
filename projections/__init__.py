"""Facts in, rows out: every table here can be dropped and filled again from the log.

A read model is two files with one name: `bookings.py` says what each fact does to its rows, `bookings.sql` makes
its tables. The words they are written in stand beside them: `projector` describes one, `table` and `ledger` are what it
owns, `batch` are the rows in hand, `applying` folds facts into them.

The machinery that runs them has folders of its own: `following` keeps the tables up with the log, `parked` sets bad
streams aside, `rebuilding` replaces live tables without stopping a reader. `status` and `health` report.
"""
