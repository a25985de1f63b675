"""Demo data: a small software company with customers in many countries, and the loader of it."""
