"""Pictures that come in, made anew from their pixels: what else was in the file stays behind.

Importing this takes the memory of Pillow: only who sets a logo should.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageOps

from services.customers import svg
from services.customers.domain.logo import PIXELS, Logo, plate_for, shown_size
from shared.kernel.errors import DomainError

_MOST_BYTES = 1024 * 1024
_LONGEST_SIDE, _MOST_PIXELS = 4096, 4_000_000
# A picture with more bytes than this gets along with 256 colours.
_FEW_BYTES = {"screen": 12 * 1024, "document": 48 * 1024}


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG and its pixels."""

    png: bytes
    width: int
    height: int


def make_logo(content: bytes) -> tuple[Logo, dict[str, Picture]]:
    """A logo from a PNG, JPEG or SVG, and its pictures by form. Raises DomainError ``invalid_logo``."""
    image = _trimmed(_read(content))
    size = shown_size(*image.size)
    pictures = {form: _picture(image, size, form) for form in PIXELS}
    version = sha256(pictures["screen"].png + pictures["document"].png).hexdigest()[:16]
    small = image.resize(size).tobytes()
    plate = plate_for(zip(*(iter(small),) * 4, strict=True))
    return Logo(version, *size, plate), pictures


def _read(content: bytes) -> Image.Image:
    """The upright picture with its transparency. Its size is looked at before a pixel is unpacked."""
    if len(content) > _MOST_BYTES:
        raise DomainError("invalid_logo", reason="too_large")
    if svg.looks_like_svg(content):
        content = svg.draw(content)
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as image:
            width, height = image.size
            if max(width, height) > _LONGEST_SIDE or width * height > _MOST_PIXELS:
                raise DomainError("invalid_logo", reason="too_large")
            return ImageOps.exif_transpose(image).convert("RGBA")
    except DomainError:
        raise
    except Exception as error:
        # Broken files make Pillow raise whatever its decoders do: all of it says that this is no picture.
        raise DomainError("invalid_logo") from error


def _trimmed(image: Image.Image) -> Image.Image:
    """Without the transparent border, which would make it look small. Raises DomainError where nothing is left."""
    seen = image.getchannel("A").getbbox()
    if seen is None:
        raise DomainError("invalid_logo", reason="nothing_seen")
    return image.crop(seen)


def _picture(image: Image.Image, shown: tuple[int, int], form: str) -> Picture:
    wanted = (shown[0] * PIXELS[form], shown[1] * PIXELS[form])
    if image.width > wanted[0]:
        image = image.resize(wanted, Image.Resampling.LANCZOS)
    png = _png(image)
    if len(png) > _FEW_BYTES[form]:
        png = _png(image.quantize(256, method=Image.Quantize.FASTOCTREE))
    return Picture(png, image.width, image.height)


def _png(image: Image.Image) -> bytes:
    written = BytesIO()
    # What the file said besides its pixels would be written again.
    image.info.clear()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
