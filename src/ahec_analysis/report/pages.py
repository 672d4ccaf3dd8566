"""Writes the HTML pages: a report from its executed notebook, and the index over all reports."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any
from xml.etree.ElementTree import tostring

from ahec_analysis import __version__
from ahec_analysis.show.messages import say
from ahec_analysis.show.tables import BESIDE, IN_LAB, bound

_TEMPLATES = Path(str(files("ahec_analysis") / "templates"))
_MATH = re.compile(r"(?<!\\)\$\$(.+?)(?<!\\)\$\$|(?<!\\)\$([^$\n]+?)(?<!\\)\$", re.DOTALL)
_HELD = re.compile(r"<[^>]*>|FORMULA(\d+)END|[^<]+?(?=<|FORMULA\d|$)", re.DOTALL)
_HEADING = re.compile(r"<h([2-4])(?: id=\"[^\"]*\")?>")
_TAG = re.compile(r"<[^>]+>")
_LOADING = Lock()
_ACTIVE = {"href", "style", "class", "id"}


def page(
    notebook: Any,
    *,
    name: str,
    title: str,
    parameters: Mapping[str, Any],
    inputs: str,
    map_alone: bool,
    asked: Iterable[str] = (),
) -> str:
    """Return an executed notebook as one HTML page that asks nothing of the network.

    ``parameters`` that are not empty are printed at its end; ``inputs`` is the fingerprint of all it was made from,
    ``asked`` the kinds of data/external among that; ``map_alone`` tells whether its map stands in a file of its own too.
    """
    with _LOADING:  # threads that import it side by side meet it half loaded
        import_module("nbconvert.exporters")
    texts = {c.id: markdown(c.source, anchor=c.id) for c in notebook.cells if c.cell_type == "markdown"}
    together = "".join(texts.values())
    about = {
        "name": name,
        "title": title,
        "parameters": {key: value for key, value in parameters.items() if value not in ("", None)},
        "inputs": inputs,
        "asked": " ".join(asked),
        "version": __version__,
        "description": _plain(next(iter(re.findall(r"<p>(.*?)</p>", together, re.DOTALL)), "")),
        "contents": [
            {"id": anchor, "text": _plain(text)}
            for anchor, text in re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', together, re.DOTALL)
        ],
        "texts": {
            anchor: re.sub(
                r"<h1[^>]*>.*?</h1>", lambda _: f"<h1>{html.escape(title)}</h1>", text, flags=re.DOTALL
            )
            for anchor, text in texts.items()
        },
        "css": style(),
    }
    text, _ = _exporter().from_notebook_node(notebook, resources={"ahec": about})
    text = text.replace(IN_LAB, "")
    if mark := restriction(text):
        text = text.replace("<!--restricted-->", f'<p class="mark">{html.escape(mark)}</p>', 1)
    if map_alone:
        link = f' <a href="maps/{name}.html">{html.escape(say("report-map-alone"))}</a>'
        text = text.replace("<!--full-map-->", link, 1)
    text = text.replace(f'href="{BESIDE}', f'href="tables/{name}/')
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@lru_cache
def _exporter() -> Any:
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters.highlight import Highlight2HTML
    from traitlets.config import Config

    shown = ["image/svg+xml", "text/html", "text/markdown", "image/png", "text/plain"]
    return TemplateExporter(
        config=Config(NbConvertBase={"display_data_priority": shown}),
        template_name="ahec",
        template_file="index.html.j2",
        extra_template_basedirs=[str(_TEMPLATES)],
        filters={
            "ahec_markdown": markdown,
            "say": say,
            "highlight_code": Highlight2HTML(pygments_lexer="ipython3"),
        },
    )


def restriction(text: str) -> str:
    """Return the mark of a page that may not be passed on: it says so where it names its data; else ""."""
    mark = say("report-restricted")
    return mark if html.escape(mark) in text else ""


def index(built: Iterable[Path]) -> str:
    """Return the page that leads to every built report, with its title and key figures."""
    cards = []
    for path in built:
        text = path.read_text(encoding="utf-8")
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
        figures = re.search(r'<dl class="headline">.*?</dl>', text, re.DOTALL)
        about = re.search(r'<meta name="description" content="([^"]*)">', text)
        cards.append(
            (
                path.stem,
                html.unescape(title[1]) if title else path.stem,
                about[1] if about else "",
                figures[0] if figures else "",
                bool(restriction(text)),
            )
        )
    template = _exporter().environment.get_template("reports.html.j2")
    restricted = any(marked for *_, marked in cards)
    return str(template.render(cards=cards, restricted=restricted, version=__version__, css=style())) + "\n"


def markdown(source: str, anchor: str = "") -> str:
    r"""Return Markdown as HTML: its first heading has the anchor as id, formulas are MathML.

    Text may hold names from data, so HTML in it shows as text, links lead to the web, a mail address or within
    the page and its neighbours, and pictures are left out for their description.

    Examples
    --------
    >>> markdown("## How it was done", "method")
    '<h2 id="method">How it was done</h2>'
    >>> markdown("<b>x</b> over 5 km²")
    '<p>&lt;b&gt;x&lt;/b&gt; over 5\xa0km²</p>'
    """
    formulas: list[str] = []

    def hold(match: re.Match[str]) -> str:
        formulas.append(_mathml(match[1] or match[2], "block" if match[1] else "inline"))
        return f"FORMULA{len(formulas) - 1}END"

    def put(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0] if match[0].startswith("<") else bound(match[0])
        return formulas[int(match[1])] if int(match[1]) < len(formulas) else match[0]

    text = _parser().render(_MATH.sub(hold, source)).strip()
    text = _HEADING.sub(r"<h\1>", text)
    if anchor:
        text = _HEADING.sub(rf'<h\1 id="{html.escape(anchor)}">', text, count=1)
    return _HELD.sub(put, text)


def _mathml(latex: str, display: str) -> str:
    """Return a formula as MathML; a formula that cannot be read, as the text it is."""
    from latex2mathml.converter import convert_to_element

    try:
        formula = convert_to_element(latex, display=display)
    except Exception:  # what cannot be read raises one of many errors without a common base
        return html.escape(f"${latex}$")
    for node in formula.iter():
        # Symbols come as references like &#x0003D; and are read here, so that the writer escapes what is text.
        node.text = html.unescape(node.text or "") or None
        for attribute in _ACTIVE & node.attrib.keys():
            del node.attrib[attribute]
    return str(tostring(formula, encoding="unicode"))


@lru_cache
def _parser() -> Any:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        def image(self, text: str, url: str, title: str | None = None) -> str:
            del url, title
            return text

        def block_mermaidjs(self, code: str) -> str:
            return f"<pre>{html.escape(code)}</pre>"

    return MarkdownWithMath(
        renderer=Renderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
    )


@lru_cache
def style() -> str:
    """Return the style sheet of reports and of the page that leads to them."""
    return (_TEMPLATES / "ahec" / "style.css").read_text(encoding="utf-8")


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", markup)).split())
