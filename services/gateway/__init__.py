"""The gateway: the portal's pages in front of the services. It owns no data."""
