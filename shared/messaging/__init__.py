"""Everything that knows nameko, kombu and eventlet: the runtime, entrypoints, the RPC client, and the relay."""
