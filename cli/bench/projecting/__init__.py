"""How fast facts become rows: our projectors beside SQL written for the purpose."""
