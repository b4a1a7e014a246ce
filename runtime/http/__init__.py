"""How a process answers over HTTP: one application, its envelope, its routes and its standing pages."""
