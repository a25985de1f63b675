"""Payment methods, auto-pay and transactions; providers are plug-ins."""
