"""Full-text search of events: the words and what they may have meant, the hits, their facets and highlights."""
