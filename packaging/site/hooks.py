"""Hooks of MkDocs: the pages are written for GitHub, and anchors must exist."""

import posixpath
import re

from mkdocs.exceptions import PluginError

_INDENTED = re.compile(r"^( +)(?=\S)")
_FENCE = re.compile(r"^( *)```")
_ANCHOR = re.compile(r'\bid="([^"]+)"')
_LINK = re.compile(r'\bhref="([^":]*)#([^"]+)"')

_anchors = {}
_links = []


def on_page_markdown(markdown, **_):
    """Indents what belongs to a list item by four spaces a level, which Python-Markdown requires."""
    lines = []
    shift = None  # of the lines of the open block
    for line in markdown.split("\n"):
        fence = _FENCE.match(line)
        if shift is not None:
            lines.append(" " * shift + line if line else line)
            shift = None if fence else shift
        elif fence:
            shift = _indent(len(fence.group(1))) - len(fence.group(1))
            lines.append(" " * shift + line)
        else:
            lines.append(_INDENTED.sub(lambda found: " " * _indent(len(found.group(1))), line))
    return "\n".join(lines)


def _indent(spaces):
    """Two or three spaces are one level, four to six are two."""
    return 4 * ((spaces + 2) // 3 if spaces > 3 else min(spaces, 1))


def on_page_content(html, page, **_):
    _anchors[page.url] = set(_ANCHOR.findall(html))
    for path, anchor in _LINK.findall(html):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page.url), path)) if path else page.url
        _links.append((page.url, target, anchor))


def on_post_build(**_):
    dead = [
        f"{page}: {target}#{anchor}"
        for page, target, anchor in _links
        if anchor not in _anchors.get(target, ())
    ]
    if dead:
        raise PluginError("Dead anchors:\n  " + "\n  ".join(sorted(set(dead))))
