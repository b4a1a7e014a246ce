"""What would have come of an event under other rules: its facts asked once more, as commands, and decided anew.

Nothing here reads or writes anything: facts come in, figures come out.
"""
