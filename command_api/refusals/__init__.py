"""The history of refusals: what was asked for and got a no, kept for whoever asks why.

Best effort, and bounded: a no is decided from memory and waits for nobody, so what is kept of it is written a little
later, many at a time. What was *accepted* is never lost; of what was refused, a process that is killed loses the last
moments, and one whose database is away for long keeps what fits its memory and counts the rest.
"""
