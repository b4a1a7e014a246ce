"""More requests than can be served: what is still sold, what is refused, and who else notices."""
