"""Placeholders like [Client.name] in the merchant's own texts: found, checked and filled. Pure."""
