"""Every use case is keyword-only, takes its actor first and asks whether it may."""

import ast
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
APPS = ("clients", "consent", "records", "audit", "counselling/accounts")
# acts of somebody who is not signed in yet, or of the machinery itself; each with its reason
OPEN = {
    "go_on": "goes on under a grant somebody has",
    "record": "writes the event itself",
    "record_refusal": "writes the refusal itself",
    "identities_under": "opens under a grant somebody has",
    "why_sent_back": "opens under a grant somebody has",
    "names_under": "opens under a grant somebody has",
    "plans_under": "opens under a grant somebody has",
    "dangers_under": "opens under a grant somebody has",
    "open_link": "whoever tries a PIN at a link is nobody yet",
    "hold_limits": "runs before there is an actor",
}


def _modules() -> list[pathlib.Path]:
    found: list[pathlib.Path] = []
    for app in APPS:
        single, package = ROOT / app / "actions.py", ROOT / app / "actions"
        found += [single] if single.exists() else sorted(package.glob("*.py"))
    return found


def _public(module: pathlib.Path) -> list[ast.FunctionDef]:
    tree = ast.parse(module.read_text())
    exported = _exported(module)
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and (exported is None or node.name in exported)
    ]


def _exported(module: pathlib.Path) -> set[str] | None:
    """Give what a package of actions exports; a single module exports all."""
    init = module.parent / "__init__.py"
    if module.name == "actions.py" or module == init:
        return None
    tree = ast.parse(init.read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


CASES = [
    pytest.param(node, id=f"{module.relative_to(ROOT).with_suffix('')}:{node.name}")
    for module in _modules()
    for node in _public(module)
    if node.name not in OPEN
]


@pytest.mark.parametrize("action", CASES)
def test_an_action_takes_its_actor_first_and_by_name(action: ast.FunctionDef) -> None:
    assert action.args.args == []
    assert action.args.kwonlyargs[0].arg == "actor"


@pytest.mark.parametrize("action", CASES)
def test_an_action_asks_whether_its_actor_may(action: ast.FunctionDef) -> None:
    called = {
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in ast.walk(action)
        if isinstance(node, ast.Call)
    }
    assert any(name.startswith("require") for name in called)


def test_actions_were_found() -> None:
    assert len(CASES) > 30
