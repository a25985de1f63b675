"""What an invoice is and what may happen to it: pure, without I/O; the day is an argument."""
