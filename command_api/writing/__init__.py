"""The write path: one writer per active stream, and group commit.

A `Writer` owns the folded state of one stream and a bounded queue. The `Appender` takes what all ready writers have
decided in one call to the store, one or two calls at a time: while one is on its way the next batch gathers, so there
is no timer. `Writers` finds or makes the writer of a stream and forgets the ones that have been idle the longest.
"""
