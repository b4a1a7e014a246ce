"""Mutants are programs, each another one; what is small and what is SQL is told by examples."""

import ast
from pathlib import Path

import pytest

from tests.mutation.__main__ import PACKAGE, TESTS
from tests.mutation.mutants import mutants


def of(source: str) -> set[str]:
    return {each.applied(source) for each in mutants("m", source)}


def test_conditions_are_turned_and_comparisons_shifted() -> None:
    assert of("if a < b and c:\n    pass\n") == {
        "if a <= b and c:\n    pass\n", "if a < b or c:\n    pass\n", "if not (a < b and c):\n    pass\n",
    }  # fmt: skip


def test_statements_are_left_out_and_values_changed() -> None:
    assert of("def f():\n    g()\n    return 1\n") == {
        "def f():\n    pass\n    return 1\n", "def f():\n    g()\n    return 2\n",
        "def f():\n    g()\n    return None\n",
    }  # fmt: skip


def test_sql_is_changed_and_other_text_is_not() -> None:
    assert of('A = "SELECT a FROM t WHERE b > 1 FOR UPDATE"\nB = "yes AND no"\n') == {
        'A = "SELECT a FROM t WHERE b >= 1 FOR UPDATE"\nB = "yes AND no"\n',
        'A = "SELECT a FROM t WHERE b > 1 "\nB = "yes AND no"\n',
    }


@pytest.mark.parametrize("module", sorted(TESTS))
def test_each_mutant_is_a_program_of_its_own(module: str) -> None:
    source = (PACKAGE / f"{module}.py").read_text()
    found = [each.applied(source) for each in mutants(module, source)]
    assert len(set(found)) == len(found)
    for each in found:
        ast.parse(each)


def test_every_module_of_the_log_has_tests_to_try_its_mutants_on() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"} == set(TESTS)
    assert all(Path(each).exists() for tests in TESTS.values() for each in tests)
