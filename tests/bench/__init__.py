"""Figures, printed side by side with those of peers: ``make bench``. Nothing here is asserted or a test."""
