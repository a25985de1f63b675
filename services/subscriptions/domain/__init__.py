"""What holds for subscriptions, whoever asks and wherever it is kept: pure functions and frozen values.

Days are calendar days in the bill group's time zone; only the moments of asking are moments.
"""
