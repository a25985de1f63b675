"""The sandbox payment provider: a process of its own that stands for a real one.

Cards and accounts are entered on its pages. It knows test numbers only, and what each of them does; of what
is entered it keeps brand, country, last four digits and expiry, never a number or a security code.
"""
