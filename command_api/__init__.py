"""The command side: a request becomes a command; a command becomes facts or a refusal.

`writing/` is the write path (one writer per stream, group commit), `routes/` the operations, `bodies/` what clients may
send, `answers/` what they get, `refused.py` which status each refusal has.
"""
