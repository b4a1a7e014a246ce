"""Why a command was refused: the decision made once more on what was known then, and the facts that it looked at.

`folded.py` folds a stream to where it stood and notes which fact set what. `again.py` decides again. `explained.py` is
the table of explanations, one for each refusal there is; `case.py` is what an explanation is given, `cause.py` what it
gives. Nothing here reads a database: whoever asks brings the facts.
"""
