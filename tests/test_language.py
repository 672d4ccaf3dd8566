"""Below `show`, functions compute numbers and identifiers: words for a reader stand in the catalogues."""

import ast
import re
from pathlib import Path

import pytest

import ahec_analysis

SOURCE = Path(ahec_analysis.__file__).parent
# The command line and the messages of errors speak English to whoever runs them; `show` says the catalogues.
SPOKEN = {"show", "report"}
PHRASE = re.compile(r"[A-Za-z]{2,}[,.;:]? [A-Za-z]{2,}")
PROBLEMS = {"checks.py"}


def phrases(tree):
    """Constants of a module that read as words, outside documentation, errors and what is passed to them."""
    exempt = set()
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if documented or isinstance(node, ast.Raise):
            exempt |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            module = getattr(getattr(node.func, "value", None), "id", "")
            if called.endswith(("Error", "Warning")) or called in {"warn", "compile"} or module == "expect":
                exempt |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in exempt else None
        if isinstance(text, str) and PHRASE.search(text):
            yield node.lineno, text


def test_phrases_are_found_and_errors_are_not():
    code = 'def f(x):\n    """A sentence here."""\n    raise ValueError("some words")\n'
    assert not list(phrases(ast.parse(code)))
    assert [text for _, text in phrases(ast.parse('x = "Position not known"'))] == ["Position not known"]


@pytest.mark.parametrize(
    "path",
    [p for p in SOURCE.rglob("*.py") if p.relative_to(SOURCE).parts[0] not in SPOKEN],
    ids=lambda p: p.stem,
)
def test_no_words_for_readers_where_numbers_are_computed(path):
    found = [] if path.name in PROBLEMS else list(phrases(ast.parse(path.read_text(encoding="utf-8"))))
    assert not found, "\n".join(
        f"{path.name}:{line}: {text!r}; say it through show.messages" for line, text in found
    )
