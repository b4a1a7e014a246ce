"""Answers out of read tables: SQL, a row, a shape. Never loads an aggregate and never writes.

One module for each resource holds its operations; the module named `..._shape` beside it turns its rows into the API's
words. `freshness` makes a read wait for a position of the log, `reading` is one request's look at the tables.
"""
