"""`seatledger import`: a season of venues, ticket types and events from one JSON file, each made once."""
