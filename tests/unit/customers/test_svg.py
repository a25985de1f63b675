"""Logos in SVG: what is drawn, and what is refused because it could do harm or would look different."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from services.customers.pictures import make_logo
from shared.kernel.errors import DomainError

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SQUARE = '<rect width="100" height="40" fill="#3d7db2"/>'


def svg(inside: str = SQUARE, size: str = 'viewBox="0 0 100 40"', before: str = "") -> bytes:
    return f"{before}{OPEN} {size}>{inside}</svg>".encode()


def pixels(content: bytes) -> Image.Image:
    _, pictures = make_logo(content)
    return Image.open(BytesIO(pictures["document"].png)).convert("RGBA")


def reason(content: bytes) -> str:
    with pytest.raises(DomainError, match="invalid_logo") as refused:
        make_logo(content)
    return str(refused.value.params["reason"])


def test_an_svg_becomes_pixels() -> None:
    logo, pictures = make_logo(svg())
    assert (logo.width, logo.height) == (100, 40)
    drawn = Image.open(BytesIO(pictures["document"].png))
    assert (drawn.format, drawn.size) == ("PNG", (400, 160))
    assert drawn.convert("RGBA").getpixel((200, 80)) == (61, 125, 178, 255)


@pytest.mark.parametrize(
    "size, shown",
    [
        ('viewBox="0 0 1000 10"', (200, 2)),
        ('width="400px" height="100px"', (160, 40)),
        ('width="1e6" height="1e6"', (40, 40)),
        ('width="100%" height="100%" viewBox="-5,-5, 20 10"', (80, 40)),
    ],
)
def test_its_proportions_are_kept(size: str, shown: tuple[int, int]) -> None:
    logo, _ = make_logo(svg('<rect x="-1e7" y="-1e7" width="2e7" height="2e7"/>', size))
    assert (logo.width, logo.height) == shown


def test_what_drawing_programs_leave_behind_does_not_matter() -> None:
    before = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    inside = (
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata><title>Logo</title>'
        "<style>.a{fill:#3d7db2}</style>"
        '<a href="https://elsewhere.example/"><rect class="a" width="100" height="40"/></a>'
    )
    assert pixels(svg(inside, before=before)).getpixel((200, 80)) == (61, 125, 178, 255)


def test_what_it_would_do_is_not_done() -> None:
    inside = (
        "<script>alert(1)</script>"
        '<rect width="100" height="40" fill="#3d7db2" onload="alert(1)"/>'
        '<animate attributeName="fill" to="red" dur="1s"/>'
    )
    assert pixels(svg(inside)).getpixel((200, 80)) == (61, 125, 178, 255)


@pytest.mark.parametrize(
    "inside, told",
    [
        ("<text>Acme</text>", "text"),
        ("<g><g><text><tspan>Acme</tspan></text></g></g>", "text"),
        ('<image href="https://elsewhere.example/a.png" width="9" height="9"/>', "picture"),
        ('<image href="data:image/png;base64,AAAA" width="9" height="9"/>', "picture"),
        ("<foreignObject/>", "picture"),
        ('<filter id="f"><feImage href="x.png"/></filter>', "picture"),
        ('<use href="https://elsewhere.example/a.svg#a"/>', "reference"),
        ('<use xlink:href="file:///etc/passwd#a"/>', "reference"),
        ("<style>@import url(https://elsewhere.example/a.css);</style>", "reference"),
        ("<style>rect{fill:url(https://elsewhere.example/a.svg#a)}</style>", "reference"),
        ('<rect style="fill: URL( \'//elsewhere.example/a#b\')" width="9" height="9"/>', "reference"),
        ('<rect fill="u\\72l(//elsewhere.example/a)" width="9" height="9"/>', "reference"),
        ("", "nothing_seen"),
    ],
)
def test_what_is_refused_is_told_why(inside: str, told: str) -> None:
    assert reason(svg(inside)) == told


def test_entities_are_refused_before_they_grow() -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    bomb = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]>'
    assert reason(svg("<title>&l9;</title>", before=bomb)) == "reference"
    outside = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    assert reason(svg("<title>&x;</title>", before=outside)) == "reference"


def test_uses_of_uses_are_refused_before_they_are_drawn() -> None:
    steps = "".join(f'<g id="g{i}">{f"""<use href="#g{i - 1}"/>""" * 10}</g>' for i in range(1, 12))
    assert reason(svg(f'<g id="g0">{SQUARE}</g>{steps}<use href="#g11"/>')) == "too_much"
    assert reason(svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')) == "too_much"


@pytest.mark.parametrize(
    "content, told",
    [
        (svg("<g>" * 200 + SQUARE + "</g>" * 200), "too_much"),
        (svg("<rect/>" * 20_001), "too_much"),
        (svg(size=""), "size"),
        (svg(size='width="0" height="4"'), "size"),
        (svg(size='viewBox="0 0 nan inf"'), "size"),
        (b"<svg", "unreadable"),
        (b"<svg/>", "unreadable"),
        (svg().decode().encode("utf-16") + b"<svg", "unreadable"),
        (svg(f"<!--{'x' * 1024 * 1024}-->"), "too_large"),
    ],
)
def test_what_is_no_logo(content: bytes, told: str) -> None:
    assert reason(content) == told


def test_a_file_beside_it_is_not_looked_at(tmp_path: Path) -> None:
    """The drawing process is given no folder: even what the checks would let through could lead nowhere."""
    Image.new("RGB", (10, 10), "red").save(tmp_path / "beside.png")
    assert reason(svg(f'<image href="{tmp_path}/beside.png" width="100" height="40"/>')) == "picture"
