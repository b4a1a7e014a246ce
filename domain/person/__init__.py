"""A person we hold data about: that they were erased is all that is ever recorded here."""
