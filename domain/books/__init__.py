"""What was sold, given back and paid back, ticket by ticket: sums that every statistic is made of."""
