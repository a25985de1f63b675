"""The rules of sending mail, without any machinery."""
