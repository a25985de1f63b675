"""What holds for customers whose own switch says ``default``.

The default can be set for customers to come, or for all at once. So that the latter needs no job over all customers,
each remembers the default that they entered under, and with which epoch; setting it for all begins a new epoch, and
whoever is of an older one follows what was settled for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """For whom a default is set."""

    FUTURE = "future"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Entered:
    """The default that a customer entered under. One from before there were epochs is older than all."""

    epoch: int = -1
    on: bool = True


OF_OLD = Entered()


@dataclass(frozen=True, slots=True)
class DefaultAccess:
    """``for_new`` is what customers enter under now, ``for_older`` what holds for those of an epoch before."""

    for_new: bool = True
    for_older: bool = True
    epoch: int = 0

    @property
    def entering(self) -> Entered:
        """What a customer who comes now remembers."""
        return Entered(self.epoch, self.for_new)

    def lets_in(self, entered: Entered) -> bool:
        """What holds for a customer who follows the default."""
        return entered.on if entered.epoch >= self.epoch else self.for_older

    def set(self, on: bool, reach: Reach) -> DefaultAccess:
        """Another default, for customers to come or for all."""
        if reach is Reach.FUTURE:
            return DefaultAccess(on, self.for_older, self.epoch)
        return DefaultAccess(on, on, self.epoch + 1)
