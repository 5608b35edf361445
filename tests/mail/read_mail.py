"""Read mails as their readers do."""

import re
from html.parser import HTMLParser

from bookshop.mail.mail import ComposedMail


class HtmlMail(HTMLParser):
    """The text of an HTML mail without its banner, and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pieces: list[str] = []
        self.skipped = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("title", "style") or values.get("role") == "banner":
            self.skipped = tag
        if tag == "a":
            self.links.append(values["href"] or "")
        self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.skipped:
            self.skipped = ""
        self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.pieces.append(data)


def words_of_html(composed: ComposedMail) -> list[str]:
    """Return the words of an HTML mail; the addresses of links are not among them."""
    mail = HtmlMail(composed.html)
    text = "".join(mail.pieces)
    return words_of([line for line in text.split("\n") if line.strip() not in mail.links])


def words_of_plain(composed: ComposedMail) -> list[str]:
    """Return the words of a plain mail without the addresses, which have lines of their own."""
    links = HtmlMail(composed.html).links
    return words_of([line for line in composed.plain.split("\n") if line not in links])


def words_of(lines: list[str]) -> list[str]:
    return re.findall(r"\w+", "\n".join(lines))


def links_of_plain(composed: ComposedMail) -> list[str]:
    """Return the lines that are an address and nothing else."""
    return [line for line in composed.plain.split("\n") if re.fullmatch(r"https?://\S+", line)]
