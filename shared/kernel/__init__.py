"""Money, time, ids, errors and the context of a call: standard library only, imported by everybody."""
