"""A CSV file of the staff's on its way to the customers service, which takes a long one part by part."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import IO

from services.gateway.admin.desk import Desk
from shared.contracts.customer_imports import MOST_CHARACTERS, MOST_OF_A_PART, MOST_PARTS
from shared.customer_csv import FileRefused

# No text of so many bytes has more characters than all parts together.
MOST_BYTES = MOST_PARTS * MOST_OF_A_PART
MOST_MEGABYTES = MOST_BYTES // 1_000_000


def send(desk: Desk, file: IO[bytes], *, name: str, key: str) -> str:
    """Bring in ``file``; the handle of the job. Of a long one, never more than a part is held in memory.

    Raises FileRefused, before any of it is sent, and what the customers service raises: DomainError ``invalid_file``.
    """
    digest = _digest(file)
    lengths = [len(part) for part in _parts(file)]
    if sum(lengths) <= MOST_CHARACTERS:
        text = {"content": "".join(_parts(file)) or " "}
        return _begin(desk, name, key, **text)
    # The same file sent again is the same upload; another one, sent with the same form, is not.
    upload = f"upl-{hashlib.sha256(f'{key} {digest}'.encode()).hexdigest()[:32]}"
    for number, content in enumerate(_parts(file)):
        part = {"upload": upload, "part": number, "content": content}
        desk.call("customers", "put_import_part", **part, key=f"{upload}-{number}")
    return _begin(desk, name, key, upload=upload, parts=len(lengths))


def _begin(desk: Desk, name: str, key: str, **text: object) -> str:
    return str(desk.call("customers", "begin_import", file_name=name, **text, key=key)["job"])


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(MOST_OF_A_PART):
        digest.update(piece)
    if file.tell() > MOST_BYTES:
        raise FileRefused("too_large")
    return digest.hexdigest()


def _parts(file: IO[bytes]) -> Iterator[str]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        while part := text.read(MOST_OF_A_PART):
            if "\x00" in part:
                # So does UTF-16, where it is not refused as it is.
                raise FileRefused("not_utf8")
            yield part
    except UnicodeDecodeError as error:
        raise FileRefused("not_utf8") from error
    finally:
        text.detach()
