"""Services run as processes of their own, so that this one needs no eventlet patch; see tests/support."""

pytest_plugins = ["tests.support.browser", "tests.support.fixtures"]
