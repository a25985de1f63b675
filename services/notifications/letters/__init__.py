"""What mails look like and say, in English and German."""
