"""The rules of getting in, without any machinery."""
