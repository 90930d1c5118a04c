"""Mutants of a module: its source with one small change, as cosmic-ray's operators make them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from operators import operators


@dataclass(frozen=True)
class Mutant:
    """The whole mutated source, and the lines that were changed, without their indentation."""

    module: str
    operator: str
    line: int
    was: str
    becomes: str
    source: str

    @property
    def change(self) -> tuple[str, str, str]:
        """What identifies it wherever in its module it stands."""
        return self.module, self.was, self.becomes


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant that does something else: none of annotations, docstrings and decorators, and no two alike."""
    seen = {_meaning(source), None}
    for name, operator in operators():
        for occurrence in range(_positions(source, operator)):
            mutated = mutate_code(source, operator, occurrence)
            meaning = _meaning(mutated)
            if meaning not in seen:
                seen.add(meaning)
                yield _mutant(module, name, source, mutated)


def _positions(source: str, operator: Operator) -> int:
    return sum(1 for node in _nodes(source) for _ in operator.mutation_positions(node))


@cache
def _nodes(source: str) -> tuple[object, ...]:
    return tuple(ast_nodes(get_ast(source)))


def _mutant(module: str, operator: str, source: str, mutated: str) -> Mutant:
    lines = list(unified_diff(source.splitlines(), mutated.splitlines(), lineterm="", n=0))
    line = int(lines[2].split()[1].removeprefix("-").partition(",")[0])
    was, becomes = (" ".join(each[1:].strip() for each in lines[3:] if each[0] == sign) for sign in "-+")
    return Mutant(module, operator, line, was, becomes, mutated)


def _meaning(source: str) -> str | None:
    try:
        return ast.dump(_Bare().visit(ast.parse(source)))
    except SyntaxError:  # as where "not" follows a plus sign; cosmic-ray leaves it to the tests to find that out
        return None


class _Bare(ast.NodeTransformer):
    """Drops what decides nothing: annotations and decorators, how structs are built, and words for a person."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = [each for each in node.decorator_list if _where(each)]
        node.returns = None
        if node.name == "__str__":
            node.body = []
        return self.generic_visit(node)

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        node.args, node.posonlyargs, node.kwonlyargs = [*node.posonlyargs, *node.args, *node.kwonlyargs], [], []
        node.defaults, node.kw_defaults = [*node.defaults, *filter(None, node.kw_defaults)], []
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = []
        node.keywords = [each for each in node.keywords if each.arg not in ("frozen", "kw_only")]
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Name("Any")
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        if any(isinstance(target, ast.Name) and target.id in ("observed", "expected") for target in node.targets):
            node.value = ast.Constant("words")
        return self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if isinstance(node.target, ast.Name) and node.target.id in ("observed", "expected"):
            node.value = ast.Constant("words")
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        decisive = {"verdict": 1, "passed": 0, "failed": 0, "not_applicable": 0, "Unanswered": 0}
        if isinstance(node.func, ast.Name) and node.func.id in decisive:
            node.args, node.keywords = node.args[: decisive[node.func.id]], []
        return self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        node.keys = [ast.Constant("words") if isinstance(key, ast.JoinedStr) else key for key in node.keys]
        return self.generic_visit(node)


def _where(decorator: ast.expr) -> bool:
    """Whether it decides which resources a control speaks of."""
    return isinstance(decorator, ast.Call) and any(keyword.arg == "where" for keyword in decorator.keywords)
