"""What happened, in order: to a show, a customer, a seat, and in the whole log; each fact with what it changed."""
