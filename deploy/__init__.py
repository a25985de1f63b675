"""How Portico is run: `local` on one machine with two commands, the rest in containers."""
