"""The merchant's logo: which pictures are taken, and what becomes of them."""

from base64 import b64decode, b64encode
from dataclasses import asdict
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from services.customers.domain.logo import plate_for, shown_size
from services.customers.pictures import make_logo
from services.customers.usecases.logo import MerchantLogo
from services.customers.usecases.merchant import MerchantSettings
from shared.kernel.context import ANONYMOUS, Context, system
from shared.kernel.errors import DomainError, NotFound, Stale
from shared.kernel.happening import IdempotencyKey
from tests.unit.customers.examples import BERLIN
from tests.unit.customers.fakes import FakeMerchantAccount

SYSTEM = Context(principal=system("tests"))
KEY = IdempotencyKey("some-key", "hash", "method")
BLUE, DARK, WHITE = (61, 125, 178, 255), (20, 24, 30, 255), (255, 255, 255, 255)
NOTHING = (0, 0, 0, 0)


def picture(
    size: tuple[int, int] = (800, 200), colour: object = BLUE, form: str = "PNG", **more: Any
) -> bytes:
    written = BytesIO()
    Image.new("RGBA" if form == "PNG" else "RGB", size, colour).save(written, form, **more)  # type: ignore[arg-type]
    return written.getvalue()


class FakeLogos:
    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def keep(self, version: str, pictures: Any) -> None:
        self.kept[version] = pictures

    def picture(self, version: str, form: str) -> Any:
        return self.kept.get(version, {}).get(form)


class Service:
    def __init__(self) -> None:
        self.account: Any = FakeMerchantAccount()
        self.logos: Any = FakeLogos()
        self.logo = MerchantLogo(self.account, self.logos)

    def set_logo(self, content: bytes, version: int | None = None, context: Context = SYSTEM) -> Any:
        image = b64encode(content).decode()
        return self.logo.set_logo(context, image=image, version=version, key=KEY)


@pytest.mark.parametrize(
    "pixels, shown",
    [
        ((800, 200), (160, 40)),
        ((4000, 200), (200, 10)),
        ((120, 30), (120, 30)),
        ((10, 4000), (1, 40)),
        ((1, 1), (1, 1)),
    ],
)
def test_it_fits_into_its_box_and_is_never_blown_up(pixels: tuple[int, int], shown: tuple[int, int]) -> None:
    assert shown_size(*pixels) == shown


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_it_is_kept_in_the_sizes_in_which_it_is_shown(form: str) -> None:
    logo, pictures = make_logo(picture(form=form, colour=BLUE[: 4 if form == "PNG" else 3]))
    assert (logo.width, logo.height) == (160, 40)
    for form_of_it, size in (("screen", (320, 80)), ("document", (640, 160))):
        made = pictures[form_of_it]
        read = Image.open(BytesIO(made.png))
        assert (read.format, read.size, (made.width, made.height)) == ("PNG", size, size)


def test_nothing_but_pixels_comes_along() -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "taken at home")
    content = picture(pnginfo=said, dpi=(300, 300))
    assert b"taken at home" in content
    _, pictures = make_logo(content)
    assert all(Image.open(BytesIO(each.png)).info == {} for each in pictures.values())


def test_a_photograph_stays_small() -> None:
    noise = Image.effect_noise((1600, 400), 90).convert("RGB")
    written = BytesIO()
    noise.save(written, "JPEG")
    _, pictures = make_logo(written.getvalue())
    assert len(pictures["screen"].png) < 40_000


def test_a_transparent_border_is_cut_off() -> None:
    image = Image.new("RGBA", (800, 600), NOTHING)
    image.paste(BLUE, (200, 250, 600, 350))
    written = BytesIO()
    image.save(written, "PNG")
    logo, _ = make_logo(written.getvalue())
    assert (logo.width, logo.height) == (160, 40)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:200],
        picture((20, 20), form="GIF", colour=(1, 2, 3)),
        picture((5000, 10)),
        picture((2100, 2000)),
        picture((20, 20), colour=NOTHING),
        picture() + b"\0" * 1024 * 1024,
    ],
    ids=["nothing", "svg", "cut off", "gif", "too long", "too many pixels", "nothing to see", "too large"],
)
def test_what_is_no_logo_is_refused(content: bytes) -> None:
    with pytest.raises(DomainError, match="invalid_logo"):
        make_logo(content)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(_self: object) -> None:
        raise AssertionError("unpacked")

    bomb = bytearray(picture((10, 10)))
    bomb[16:24] = (50_000).to_bytes(4, "big") * 2
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", unpack)
    with pytest.raises(DomainError, match="invalid_logo"):
        make_logo(bytes(bomb))


@pytest.mark.parametrize(
    "pixels, plate",
    [
        ([DARK] * 50 + [NOTHING] * 50, "dark"),
        ([WHITE] * 50 + [NOTHING] * 50, "light"),
        ([BLUE] * 40 + [WHITE] * 10 + [NOTHING] * 50, "none"),
        ([DARK] * 20 + [WHITE] * 80, "none"),
        ([NOTHING] * 10, "none"),
    ],
    ids=["dark letters", "white letters", "white in a shape", "brings its own ground", "nothing"],
)
def test_a_plate_stands_under_what_could_not_be_seen(pixels: list[Any], plate: str) -> None:
    assert plate_for(pixels) == plate


def test_setting_reading_and_removing_it() -> None:
    service = Service()
    answer = service.set_logo(picture())
    version = answer["logo"]["version"]
    read = service.logo.get_logo(version=None, form="screen")
    assert (read["version"], read["width"], read["height"]) == (version, 320, 80)
    assert Image.open(BytesIO(b64decode(read["image"]))).size == (320, 80)
    assert service.logo.remove_logo(SYSTEM, key=KEY) == {"logo": None}
    told = [each.data["fields_changed"] for each in service.account.aggregates.happenings]
    assert told == [["logo"]] * 2
    with pytest.raises(NotFound):
        service.logo.get_logo(version=None, form="screen")
    # Documents of its time still show it.
    assert service.logo.get_logo(version=version, form="document")["width"] == 640


def test_settings_leave_the_logo_as_it_is() -> None:
    service = Service()
    logo = service.set_logo(picture())["logo"]
    company = {"name": "Acme", "address": asdict(BERLIN), "bank": {}}
    reply: Any = MerchantSettings(service.account).set_merchant(
        SYSTEM, company={**company, "email": ""}, version=None, key=KEY
    )
    assert reply["logo"] == logo


def test_only_the_merchant_sets_it_and_not_over_a_change_that_they_have_not_seen() -> None:
    service = Service()
    with pytest.raises(DomainError, match="not_allowed"):
        service.set_logo(picture(), context=Context(principal=ANONYMOUS))
    with pytest.raises(DomainError, match="not_allowed"):
        service.logo.remove_logo(Context(principal=ANONYMOUS), key=KEY)
    with pytest.raises(Stale):
        service.set_logo(picture(), version=7)


def test_what_is_no_base64_is_refused() -> None:
    with pytest.raises(DomainError, match="invalid_logo"):
        Service().logo.set_logo(SYSTEM, image="abc", version=None, key=KEY)
