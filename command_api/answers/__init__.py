"""How the command side renders what it has decided: the domain's words become the API's here."""
