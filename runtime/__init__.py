"""How any of our processes runs: settings, tokens, problems, HTTP, logs, metrics.

Something belongs here when two floors above use it. Nothing here imports another of our packages,
and nothing here knows what the program is about.
"""
