"""What the timeline says to the staff: a sentence for each event, what changed field by field, and who did it."""

from services.gateway.timeline.kinds import KINDS, kind_of, types_of
from services.gateway.timeline.people import Names, has_name, principals_of
from services.gateway.timeline.told import Told, told
from services.gateway.timeline.words import WORDS

__all__ = ["KINDS", "WORDS", "Names", "Told", "has_name", "kind_of", "principals_of", "told", "types_of"]
