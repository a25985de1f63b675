"""Services run as processes of their own, so that this one needs no eventlet patch; see tests/support."""

from hypothesis import settings

pytest_plugins = ["tests.support.browser", "tests.support.fixtures"]

# How long an example takes says more about the machine than about the code.
settings.register_profile("portico", deadline=None)
settings.load_profile("portico")
