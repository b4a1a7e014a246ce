"""Read models filled once more out of the log, in a scratch schema, and held against the live tables row by row."""
