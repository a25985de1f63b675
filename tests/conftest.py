"""Services run as processes of their own, so that this one needs no eventlet patch; see tests/support."""

from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.support.browser", "tests.support.fixtures"]

# How long an example takes says more about the machine than about the code.
settings.register_profile("portico", deadline=None)
settings.load_profile("portico")

# What takes long comes first, so that at the end of a run there are only quick files to share among workers.
_FIRST = ("chaos", "service", "e2e")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of some folders before all others, and leave the order within each."""

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        return _FIRST.index(folder) if folder in _FIRST else len(_FIRST)

    items.sort(key=place)
