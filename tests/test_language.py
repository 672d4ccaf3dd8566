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
# Modules whose words are those of problems a user is told of, and names that a data format prescribes.
PROBLEMS = {"checks.py", "downloads.py", "errors.py", "expect.py"}
PRESCRIBED = {
    *(
        "Government-delegated management",
        "Transboundary governance",
        "Collaborative governance",
        "Joint governance",
    ),
    *("Individual landowners", "Non-profit organisations", "For-profit organisations"),
    *(
        "Not Reported",
        "Not Applicable",
        "Not Assigned",
        "Local communities",
        "Indigenous peoples",
        "IGBP class",
    ),
    *("Federal or national ministry or agency", "Sub-national ministry or agency"),
    *("UNESCO-MAB Biosphere Reserve", "UNESCO-MAB Réserve de Biosphère"),
}


def is_of_a_problem(node):
    """Whether a node speaks to a user of a problem (an error, a warning, an expectation) or to pandas."""
    called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    module = getattr(getattr(getattr(node, "func", None), "value", None), "id", "")
    return (
        isinstance(node, ast.Raise)
        or called.endswith(("Error", "Warning"))
        or called in {"warn", "query"}
        or module == "expect"
    )


def _parts_of_problems(scope, nodes):
    """What the names that problems in a scope use are assigned from, in some nodes of it."""
    said = [part for node in ast.walk(scope) if is_of_a_problem(node) for part in ast.walk(node)]
    names = {part.id for part in said if isinstance(part, ast.Name)}
    found = []
    for node in nodes:
        if isinstance(node, ast.Assign | ast.NamedExpr):
            targets = {
                getattr(target, "id", "")
                for target in getattr(node, "targets", [getattr(node, "target", None)])
            }
            found += list(ast.walk(node.value)) if targets & names else []
    return found


def phrases(tree):
    """Constants of a module that read as words, outside documentation, problems and what these are made of."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    said = [part for node in ast.walk(tree) if is_of_a_problem(node) for part in ast.walk(node)]
    # A name stands for the words of a problem within its own function, a constant of the module everywhere.
    made_of = [part for function in functions for part in _parts_of_problems(function, ast.walk(function))]
    made_of += _parts_of_problems(tree, tree.body)
    documented = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    exempt = {id(part) for part in [*said, *made_of, *documented]}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in exempt else None
        if isinstance(text, str) and PHRASE.search(text) and text not in PRESCRIBED | {text.upper()}:
            yield node.lineno, text


def test_phrases_are_found_and_errors_are_not():
    code = 'def f(x):\n    """A sentence here."""\n    raise ValueError("some words")\n'
    assert not list(phrases(ast.parse(code)))
    assert [text for _, text in phrases(ast.parse('x = "Position not known"'))] == ["Position not known"]
    other = 'def f(x):\n    raise ValueError(x)\ndef g():\n    x = "some words"\n    return x\n'
    assert [text for _, text in phrases(ast.parse(other))] == ["some words"]


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
