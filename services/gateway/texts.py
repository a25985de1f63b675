"""The catalogues of the gateway's texts: ``python -m services.gateway.texts`` brings them up to date with the code.

English is the language of the code. A catalogue ``translations/<language>/LC_MESSAGES/messages.po`` is edited by
hand; set-up compiles it. A test finds texts that are missing in one.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent
# gettext's own names, and lazy_gettext under the name that modules give it.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}


def catalogues() -> Iterator[Path]:
    """The files with the translations, one a language."""
    return (FOLDER / "translations").glob("*/LC_MESSAGES/messages.po")


def extract() -> Catalog:
    """All texts of the code and the templates."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(charset="utf-8")
    for path, _line, text, _comments, context in extract_from_dir(FOLDER, methods, options, KEYWORDS):
        found.add(text, locations=[(Path(path).as_posix(), 0)], context=context)
    return found


def untranslated(path: Path) -> list[Message]:
    """The texts of the code that the catalogue lacks, or has only as a guess."""
    with path.open("rb") as file:
        translated = read_po(file)
    return [message for message in extract() if message.id and not _is_translated(translated, message)]


def update(path: Path) -> None:
    """Add new texts to a catalogue, and drop those that the code no longer has."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    extracted = extract()
    # The file is to change with its texts only, not with the time of day.
    extracted.creation_date = catalogue.creation_date
    catalogue.update(extracted, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = BytesIO()
    # No line numbers: they would change with every change of the code.
    write_po(written, catalogue, width=110, sort_by_file=True, include_lineno=False)
    # Whoever reads it meanwhile finds all of it, and so does whoever is left with it when this is ended.
    beside = path.with_suffix(".new")
    beside.write_bytes(written.getvalue())
    beside.replace(path)


def _is_translated(catalogue: Catalog, message: Message) -> bool:
    found = catalogue.get(message.id, message.context)
    if found is None or found.fuzzy:
        return False
    return all(found.string) if isinstance(found.string, tuple) else bool(found.string)


if __name__ == "__main__":
    for path in catalogues():
        update(path)
        print(f"{path.relative_to(FOLDER)}: {len(untranslated(path))} texts to translate")
