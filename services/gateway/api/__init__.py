"""The JSON API under ``/api/v1``: each operation is one row that names the RPC method behind it."""
