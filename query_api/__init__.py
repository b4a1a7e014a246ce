"""Answers out of read tables: SQL, a row, a shape. Never loads an aggregate and never writes.

A resource with many operations has a folder: `availability`, `bookings`, `events`, `search`, `seat_map`, `statistics`.
In it one module holds each group of operations; the module named `..._shape` beside them turns rows into the API's
words.

What they all use stands here: `reading` is one request's look at the tables, `freshness` makes it wait for a position
of the log, `snapshot` is several looks at one position, `gathering` shares point reads, `remembered` keeps answers of
public lists, `paging` makes pages, `as_of` goes back.
"""
