"""PostgreSQL's own programs: the right version, and no password where others can read it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import postgres_programs
from runtime.postgres_programs import NoProgram, ProgramFailed, program, run_on, without_password


@pytest.mark.parametrize(
    ("dsn", "address", "password"),
    [
        ("postgresql://ann@db/box", "postgresql://ann@db/box", None),
        ("postgresql://ann:p%40ss@db:1,e:2/box?a=b", "postgresql://ann@db:1,e:2/box?a=b", "p@ss"),
        ("postgresql://ann@/box?host=/run/x&password=p%40ss", "postgresql://ann@/box?host=/run/x", "p@ss"),
    ],
)
def test_an_address_is_parted_from_its_password(dsn: str, address: str, password: str | None) -> None:
    assert without_password(dsn) == (address, password)


def scripted(path: Path, body: str) -> Path:
    path.write_text(f"#!{sys.executable}\nimport json, os, sys\n{body}\n")
    path.chmod(0o755)
    return path


def test_a_password_is_in_no_command_line(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    body = f"json.dump([sys.argv, os.environ.get('PGPASSWORD')], open({str(seen)!r}, 'w'))"
    run_on("postgresql://ann:hunter22@db/box", scripted(tmp_path / "pg_dump", body), "--format=custom")
    words, password = json.loads(seen.read_text())
    assert words[1:] == ["--dbname=postgresql://ann@db/box", "--no-password", "--format=custom"]
    assert password == "hunter22"


def test_what_failed_is_said_in_one_line_and_without_the_password(tmp_path: Path) -> None:
    body = "sys.exit('note: here\\nfailed: error: no hunter22 for you\\nwell')"
    with pytest.raises(ProgramFailed, match=r"^pg_dump failed: failed: error: no \*\*\* for you$"):
        run_on("postgresql://ann:hunter22@db/box", scripted(tmp_path / "pg_dump", body))


@pytest.mark.parametrize(("server", "taken"), [(15, 15), (16, 18), (18, 18)])
def test_a_program_is_of_the_servers_version_or_of_the_next(
    server: int, taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = []
    for major in (18, 15, 19):
        folder = tmp_path / str(major)
        folder.mkdir()
        scripted(folder / "pg_dump", f"print('pg_dump (PostgreSQL) {major}.1')")
        folders.append(folder)

    def candidates() -> Iterator[Path]:
        yield tmp_path / "none"
        yield from folders

    monkeypatch.setattr(postgres_programs, "candidates", candidates)
    assert program("pg_dump", server) == tmp_path / str(taken) / "pg_dump"
    with pytest.raises(
        NoProgram, match="needs pg_dump of that version or newer; on this machine only of 15, 18, 19"
    ):
        program("pg_dump", 20)
    with pytest.raises(NoProgram, match="there is none"):
        program("pg_restore", 18)
