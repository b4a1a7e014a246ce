"""Small mistakes in a module, each at one place: in its Python, and in the SQL that stands in its strings."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple


class Mutant(NamedTuple):
    """`source` with the text from `begin` to `end` replaced."""

    module: str
    line: int
    begin: int
    end: int
    new: str

    def applied(self, source: str) -> str:
        return source[: self.begin] + self.new + source[self.end :]

    def told(self, source: str) -> str:
        old = " ".join(source[self.begin : self.end].split())
        return f"{self.module}:{self.line}: {old!r} -> {self.new!r}"


COMPARED = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.Is: "is not",
    ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
COUNTED = {ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.FloorDiv: "*"}

IN_SQL = (
    (r"(?<![<>=!:-])>(?![=>])", ">="), (r"(?<![<>=!])<(?![=>])", "<="), (r"<=", "<"), (r">=", ">"),
    (r"(?<![<>=!:])=(?![=>])", "<>"), (r"\bAND\b", "OR"), (r"\bOR\b", "AND"), (r"\bNOT EXISTS\b", "EXISTS"),
    (r"\bIS NULL\b", "IS NOT NULL"), (r"\bDESC\b", ""), (r"\bORDER BY [\w., ]+", ""), (r"\bFOR UPDATE\b", ""),
    (r"\bSKIP LOCKED\b", ""), (r"\bNOWAIT\b", ""), (r"\bLEFT JOIN\b", "JOIN"), (r"\bDISTINCT\b", ""),
    (r"\bmin\(", "max("), (r"\bmax\(", "min("), (r"\bgreatest\(", "least("), (r"\bleast\(", "greatest("),
    (r"\bON CONFLICT DO NOTHING\b", ""), (r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"\b\+ 1\b", ""),
    (r"\bLIMIT \$\d+", ""), (r"\bxact_", ""),
)  # fmt: skip
LOOKS_LIKE_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|WHERE|FROM|VALUES|DECLARE|FETCH|COPY)\b")


def mutants(module: str, source: str) -> list[Mutant]:
    """All there are, in the order of their places."""
    text = _Text(module, source)
    found = [mutant for node in ast.walk(ast.parse(source)) for way in _WAYS for mutant in way(text, node)]
    return sorted({*found, *_in_strings(text)}, key=lambda each: (each.begin, each.end, each.new))


class _Text:
    """A module's source, by the places that a parser tells: lines, and columns in bytes."""

    def __init__(self, module: str, source: str) -> None:
        self.module = module
        self.source = source
        self._lines = source.splitlines(keepends=True)
        self.offsets = [0, *accumulate(len(line) for line in self._lines)]

    def _at(self, line: int, column: int) -> int:
        return self.offsets[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def begin(self, node: ast.expr | ast.stmt) -> int:
        return self._at(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self._at(node.end_lineno or 0, node.end_col_offset or 0)

    def of(self, node: ast.expr) -> str:
        return self.source[self.begin(node) : self.end(node)]

    def replaced(self, node: ast.expr | ast.stmt, new: str) -> Mutant:
        return Mutant(self.module, node.lineno, self.begin(node), self.end(node), new)

    def between(self, left: ast.expr, right: ast.expr, new: str) -> Iterator[Mutant]:
        first, last = self.end(left), self.begin(right)
        if not set("()#") & set(self.source[first:last]):
            yield Mutant(self.module, left.lineno, first, last, f" {new} ")


def _operators(text: _Text, node: ast.AST) -> Iterator[Mutant]:
    match node:
        case ast.Compare(left, [op], [right]) if type(op) in COMPARED:
            yield from text.between(left, right, COMPARED[type(op)])
        case ast.BoolOp(op, values):
            for left, right in pairwise(values):
                yield from text.between(left, right, "or" if isinstance(op, ast.And) else "and")
        case ast.BinOp(left, op, right) if type(op) in COUNTED:
            yield from text.between(left, right, COUNTED[type(op)])
        case _:
            pass


def _conditions(text: _Text, node: ast.AST) -> Iterator[Mutant]:
    match node:
        case ast.UnaryOp(ast.Not(), operand):
            yield Mutant(text.module, node.lineno, text.begin(node), text.begin(operand), "")
        case ast.If(test) | ast.While(test) | ast.IfExp(test):
            yield text.replaced(test, f"not ({text.of(test)})")
        case _:
            pass


def _values(text: _Text, node: ast.AST) -> Iterator[Mutant]:
    match node:
        case ast.Constant(bool(value)):
            yield text.replaced(node, str(not value))
        case ast.Constant(int(value)):
            yield text.replaced(node, str(value + 1))
        case ast.Return(value) if value is not None and text.of(value) != "None":
            yield text.replaced(value, "None")
        case _:
            pass


def _statements(text: _Text, node: ast.AST) -> Iterator[Mutant]:
    match node:
        case ast.Expr(ast.Call() | ast.Await()) | ast.Raise():
            yield text.replaced(node, "pass")
        case ast.Continue():
            yield text.replaced(node, "break")
        case ast.Break():
            yield text.replaced(node, "continue")
        case _:
            pass


_WAYS = (_operators, _conditions, _values, _statements)


def _in_strings(text: _Text) -> Iterator[Mutant]:
    for token in tokenize.generate_tokens(io.StringIO(text.source).readline):
        if token.type != tokenize.STRING or not LOOKS_LIKE_SQL.search(token.string):
            continue
        first = text.offsets[token.start[0] - 1] + token.start[1]
        for pattern, new in IN_SQL:
            for hit in re.finditer(pattern, token.string):
                line = token.start[0] + token.string.count("\n", 0, hit.start())
                yield Mutant(text.module, line, first + hit.start(), first + hit.end(), new)
