"""Finding things by what one remembers of them: the beginnings of words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

# Of longer words only so much counts: each beginning is an entry of the index.
_LONGEST = 20
_WORDS_ASKED_FOR = 8
_WORD = re.compile(r"[^\W_]+")
_NO_WORD_AT_THE_ENDS = re.compile(r"^[\W_]+|[\W_]+$")


def search_form(text: str) -> str:
    """``text`` without what nobody types alike: upper and lower case, and marks on letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(texts: Iterable[str]) -> list[str]:
    """What ``texts`` are found by. Each word begins one, and goes on up to the next blank.

    ``jane.roe@roe.example`` is so found by ``roe@`` and by ``example``, too.
    """
    return sorted(set(_words(texts)))


def beginnings(of: Iterable[str]) -> list[str]:
    """All beginnings of words, as ``wanted`` asks for them."""
    return sorted({word[:length] for word in of for length in range(1, min(len(word), _LONGEST) + 1)})


def wanted(text: str) -> list[str]:
    """The beginnings of words in what somebody is looking for, the longest, which fit the fewest, first."""
    chunks = (_NO_WORD_AT_THE_ENDS.sub("", chunk) for chunk in search_form(text).split())
    found = {chunk[:_LONGEST] for chunk in chunks if chunk}
    return sorted(found, key=lambda each: (-len(each), each))[:_WORDS_ASKED_FOR]


def _words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for chunk in search_form(text).split():
            yield from (chunk[match.start() :] for match in _WORD.finditer(chunk))
