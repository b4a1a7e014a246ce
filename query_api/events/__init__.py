"""Events: one, lists by filter and order, a month of them."""
