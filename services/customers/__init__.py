"""The merchant, customers, their bill groups and contacts, and the timeline of what happens."""
