"""Resources written out by whoever has the state itself, folded from facts, and not rows of it.

The query side, which knows no facts, writes the same from its tables; tests hold the two against each other.
"""
