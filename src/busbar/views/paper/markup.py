"""XML that is written element by element, without a library that reads it."""

from xml.etree import ElementTree as ET


def _qualify(name: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{prefixes[prefix]}}}{local}" if prefix else local


class Branch:
    """An element to write into; empty texts write nothing."""

    def __init__(self, element: ET.Element, prefixes: dict[str, str]) -> None:
        self.element = element
        self._prefixes = prefixes

    def under(self, name: str, **attributes: str) -> "Branch":
        """Add an element and return it."""
        return Branch(ET.SubElement(self.element, _qualify(name, self._prefixes), attributes), self._prefixes)

    def say(self, name: str, text: object, **attributes: str) -> None:
        """Add an element with a text, if there is any."""
        if text is not None and str(text):
            ET.SubElement(self.element, _qualify(name, self._prefixes), attributes).text = str(text)


def begin(name: str, prefixes: dict[str, str], **attributes: str) -> Branch:
    """Begin a document."""
    for prefix, address in prefixes.items():
        ET.register_namespace(prefix, address)
    return Branch(ET.Element(_qualify(name, prefixes), attributes), prefixes)


def finish(root: Branch) -> bytes:
    """Return the document as UTF-8."""
    ET.indent(root.element)
    return ET.tostring(root.element, encoding="utf-8", xml_declaration=True)
