"""How often one address, one caller and one account may ask, and what those hear who ask more often."""
