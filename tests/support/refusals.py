"""What came of a call: done, or refused with the code of an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.kernel.errors import DomainError


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    """Expect a DomainError with this code."""
    return pytest.raises(DomainError, match=f"^{code}$")


def outcome(call: Callable[..., Any], *arguments: Any) -> str:
    """``ok``, or the code of the error that came."""
    try:
        call(*arguments)
    except DomainError as error:
        return error.code
    return "ok"
