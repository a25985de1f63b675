"""Who may enter: one-time codes, sessions, and the limits that keep guessing and flooding out."""
