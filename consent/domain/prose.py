"""Markdown to safe HTML: no raw HTML, links or images, then an allow-list of tags."""

import html
import re
from functools import cache

import nh3
from markdown_it import MarkdownIt

TAGS = frozenset({"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "hr", "code", "pre"})
# where something was left out of a copy: a word in brackets that nobody types
_LEFT_OUT = re.compile("\u27e6([^\u27e6\u27e7<>&]{1,60})\u27e7")
_SPECIAL = re.compile(r"[\\`*_\[\]<&]|^[#+\->=]|(?<=^\d)[.)]")


def to_html(markdown: str, *, heading: int = 2) -> str:
    """HTML for a text; all its headings get one level, so that the page skips none."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{heading}"
    made = parser.renderer.render(tokens, parser.options, {})
    allowed = TAGS | {f"h{heading}"}
    clean = nh3.clean(
        made, tags=set(allowed), attributes={"ol": {"start"}}, url_schemes=set(), link_rel=None
    )
    return _blocks(clean)


def plain_to_html(text: str) -> str:
    """HTML for a text that is no Markdown: its letters, and a block where something is left out."""
    return _blocks(html.escape(text))


def _blocks(safe: str) -> str:
    """Show a block where something was left out; nothing of it is underneath."""
    return _LEFT_OUT.sub(r'<mark class="left-out">[\1]</mark>', safe)


def escape(value: str) -> str:
    """A value as Markdown that means only itself, on one line: a name cannot format its form."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", " ".join(value.split()))


@cache
def _parser() -> MarkdownIt:
    # "[Jonas]: yes" would be the address of a link, and would be shown nowhere
    return MarkdownIt("commonmark", {"html": False}).disable(
        ["image", "link", "autolink", "reference"]
    )
