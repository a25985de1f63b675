"""Brings a merchant's own data in through the API: ``python -m deploy.importer FOLDER``.

The folder holds files named for what is in them, each an array of rows (``customers.json``), or a row a line
(``customers.jsonl``). A row is the body of one request to ``/api/v1/imports/…``; ``/api/docs`` says what it may hold.
``stages`` lists the files; ``python -m deploy.demo --write FOLDER`` writes an example.
"""
