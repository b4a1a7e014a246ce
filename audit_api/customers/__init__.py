"""Everything held about one customer: who it is, and a section for each kind of thing that is held."""
