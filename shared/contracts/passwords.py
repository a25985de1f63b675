"""How long passwords are, of staff and of customers alike."""

# NIST SP 800-63B and OWASP ASVS: long enough, and no rule about what characters there have to be.
FEWEST_OF_PASSWORD, MOST_OF_PASSWORD = 12, 128
