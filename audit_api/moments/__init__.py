"""What there was at a time or a position, folded out of the log: what the query API answered then."""
