"""The changes that mutants make: those of cosmic-ray that change a decision, and what it lacks for judgements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names
from parso.python.tree import IfStmt, Keyword

# What an operator may become. All other pairs are no decision somebody could have got wrong by a slip (a set minus a
# set is no shift), or the same for all that AWS answers (text is compared with "is" where it is with "==").
_PAIRS = {
    "Eq": {"NotEq"},
    "NotEq": {"Eq"},
    "Lt": {"LtE", "GtE"},
    "LtE": {"Lt", "Gt"},
    "Gt": {"GtE", "LtE"},
    "GtE": {"Gt", "Lt"},
    "Is": {"IsNot"},
    "IsNot": {"Is"},
    "In": {"NotIn"},
    "NotIn": {"In"},
    "Add": {"Sub"},
    "Sub": {"Add", "BitAnd"},
    "Mul": {"Div"},
    "Div": {"Mul"},
    "FloorDiv": {"Mul"},
    "Mod": {"Mul"},
    "Pow": {"Mul"},
    "BitOr": {"BitAnd"},
    "BitAnd": {"BitOr"},
    "BitXor": {"BitOr"},
    "LShift": {"RShift"},
    "RShift": {"LShift"},
}
_OTHER = {"any": "all", "all": "any"}
_IF = ("if", "elif")
_REPLACEMENT = re.compile(r"Replace(?:Comparison|Binary)Operator_(\w+)_(\w+)")


def operators() -> Iterator[tuple[str, Operator]]:
    """Each operator by its name."""
    for full in operator_names():
        name, kind = full.partition("/")[2], get_operator(full)
        pair = _REPLACEMENT.fullmatch(name)
        if not kind.arguments() and name != "NoOp" and (pair is None or pair[2] in _PAIRS[pair[1]]):
            yield name, kind()
    yield from ((kind.__name__, kind()) for kind in (SwapAnyAndAll, TakeAll, NeverIf, DropOperand))


class SwapAnyAndAll(Operator):
    """``any(...)`` becomes ``all(...)``, and the other way round."""

    def mutation_positions(self, node):
        if node.type == "name" and node.value in _OTHER:
            yield node.start_pos, node.end_pos

    def mutate(self, node, _index):
        node.value = _OTHER[node.value]
        return node

    @classmethod
    def examples(cls):
        return ()


class TakeAll(Operator):
    """A comprehension takes all, whatever its condition."""

    def mutation_positions(self, node):
        if node.type == "comp_if":
            yield node.start_pos, node.end_pos

    def mutate(self, node, _index):
        node.children[1] = _constant("True", node.children[1])
        return node

    @classmethod
    def examples(cls):
        return ()


class NeverIf(Operator):
    """A condition never holds: the branch is gone. Its opposite, AddNot, dies wherever the condition does not hold."""

    def mutation_positions(self, node):
        for index in self._conditions(node):
            yield node.children[index].start_pos, node.children[index].end_pos

    def mutate(self, node, index):
        at = self._conditions(node)[index]
        node.children[at] = _constant("False", node.children[at])
        return node

    @staticmethod
    def _conditions(node):
        if isinstance(node, IfStmt):
            return [at + 1 for at, child in enumerate(node.children) if child.type == "keyword" and child.value in _IF]
        return [2] if node.type == "test" else []

    @classmethod
    def examples(cls):
        return ()


class DropOperand(Operator):
    """``a and b`` becomes ``a``, or ``b``; so does ``a or b``."""

    def mutation_positions(self, node):
        if node.type in ("and_test", "or_test"):
            for operand in node.children[::2]:
                yield operand.start_pos, operand.end_pos

    def mutate(self, node, index):
        del node.children[max(2 * index - 1, 0) : max(2 * index - 1, 0) + 2]
        return node

    @classmethod
    def examples(cls):
        return ()


def _constant(text, instead):
    return Keyword(text, instead.start_pos, prefix=" ")
