"""Markdown to safe HTML: no raw HTML, links or images, then an allow-list of tags."""

import re
from functools import cache

import nh3
from markdown_it import MarkdownIt

TAGS = frozenset({"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "hr", "code", "pre"})
_SPECIAL = re.compile(r"[\\`*_\[\]<&]|^[#+\->=]|(?<=^\d)[.)]")


def to_html(markdown: str, *, heading: int = 2) -> str:
    """HTML for a text; all its headings get one level, so that the page skips none."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{heading}"
    html = parser.renderer.render(tokens, parser.options, {})
    allowed = TAGS | {f"h{heading}"}
    return nh3.clean(
        html, tags=set(allowed), attributes={"ol": {"start"}}, url_schemes=set(), link_rel=None
    )


def escape(value: str) -> str:
    """A value as Markdown that means only itself, on one line: a name cannot format its form."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", " ".join(value.split()))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])
