"""The services of Portico. Each starts alone with ``python -m services.<name>``; none imports another."""
