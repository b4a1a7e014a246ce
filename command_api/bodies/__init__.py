"""What clients may send: shapes and bounds. Whether it makes sense is for the domain to say."""
