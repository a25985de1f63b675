"""Going through the portal as people do: in a language, with a mouse or by keyboard alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from playwright.sync_api import Locator, Page, expect

GERMAN = Path("services/gateway/translations/de/LC_MESSAGES/messages.po")
# No page of the portal has as many places where the keyboard stops.
_MOST_STOPS = 150
_MOST_OPTIONS = 100

# Whether the element, or the group of radio buttons that it is in, has the keyboard; and whether that can be seen.
_FOCUS = """element => {
  const here = document.activeElement;
  const group = element.type === "radio" && here.type === "radio" && here.name === element.name;
  if (here !== element && !group) return null;
  const shown = [here, here.closest("label")].filter(Boolean);
  const ring = shown.some(each => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
  });
  const box = here.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  const free = shown.some(each => each.contains(top) || (top && top.contains(each)));
  return {ring, inside: box.bottom > 0 && box.top < innerHeight, free};
}"""


class Words:
    """What the pages say in ``language`` (en or de), looked up by the English text in the gateway's catalogue.

    A text that no page says is an error of the test.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str, **values: Any) -> str:
        """The text, with ``values`` in it."""
        message = _catalogue().get(text)
        assert message is not None, f"no page says: {text}"
        said = str(message.string if self.language == "de" else message.id)
        return said % values if values else said


@lru_cache
def _catalogue() -> Catalog:
    with GERMAN.open("rb") as file:
        return read_po(file)


class Hands(ABC):
    """How somebody works on a page. All that is said of an element is said of a playwright locator."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def follow(self, element: Locator) -> None:
        """Press a link or a button, and be on the page that it leads to."""
        with self.page.expect_navigation():
            self.press(element)

    @abstractmethod
    def press(self, element: Locator) -> None:
        """Press something that stays on this page."""

    @abstractmethod
    def write(self, field: Locator, text: str) -> None:
        """Put ``text`` in the place of what is in the field."""

    @abstractmethod
    def enter_day(self, field: Locator, day: str) -> None:
        """Put an ISO day, whose number is that of its month, into a field for days."""

    @abstractmethod
    def tick(self, box: Locator) -> None:
        """Change a box between on and off, or choose a radio button."""

    @abstractmethod
    def choose(self, field: Locator, value: str) -> None:
        """Choose what a select has under ``value``."""


class Mouse(Hands):
    """Clicks."""

    def press(self, element: Locator) -> None:
        """Click."""
        element.click()

    def write(self, field: Locator, text: str) -> None:
        """Fill in."""
        field.fill(text)

    def enter_day(self, field: Locator, day: str) -> None:
        """Fill in."""
        field.fill(day)

    def tick(self, box: Locator) -> None:
        """Click."""
        box.click()

    def choose(self, field: Locator, value: str) -> None:
        """Select."""
        field.select_option(value)


class Keyboard(Hands):
    """Tab, arrows, Enter, Space and letters; wherever the keyboard stops to do something must be seen."""

    def press(self, element: Locator) -> None:
        """Go there, and Enter."""
        self._reach(element)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        """Go there, and type over all."""
        self._reach(field)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)
        expect(field).to_have_value(text)

    def enter_day(self, field: Locator, day: str) -> None:
        """Go there, and type its digits: two equal pairs and the year, in whichever order the browser wants them."""
        year, month, number = day.split("-")
        assert month == number
        self._reach(field)
        self.page.keyboard.type(f"{month}{number}{year}")
        expect(field).to_have_value(day)

    def tick(self, box: Locator) -> None:
        """Go there; arrows move in a group of radio buttons, Space changes a box."""
        self._reach(box)
        if box.get_attribute("type") != "radio":
            self.page.keyboard.press("Space")
            return
        for _ in range(_MOST_OPTIONS):
            if box.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError("arrows don't lead to this choice")

    def choose(self, field: Locator, value: str) -> None:
        """Go there; the first letters of an option lead near it, arrows from one to the next."""
        self._reach(field)
        label = field.locator(f'option[value="{value}"]').text_content() or ""
        self.page.keyboard.press("Home")
        self.page.keyboard.type(label.split()[0])
        for _ in range(_MOST_OPTIONS):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"arrows don't lead to the option {value!r}")

    def _reach(self, target: Locator) -> None:
        expect(target).to_be_visible()
        for _ in range(_MOST_STOPS):
            found = target.evaluate(_FOCUS)
            if found:
                assert found == {"ring": True, "inside": True, "free": True}, f"{target}: {found}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab doesn't lead to {target}")
