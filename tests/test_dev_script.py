"""dev.py, tried in a checkout of its own with a stand-in for uv, so that nothing is downloaded."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from runtime.embedded_postgres.folder_lock import is_locked

ROOT = Path(__file__).parents[1]
SECONDS_MAX = 120.0

# Writes down how it was called, makes the few files that dev.py looks for, and fails when told to.
STAND_IN = f"""#!/bin/sh
echo "$*" >> calls
[ -z "$HANG_ON" ] || read line < "$HANG_ON"
[ -z "$FAIL_AT" ] || case "$*" in *"$FAIL_AT"*) echo "no such wheel"; exit 3;; esac
case "$1" in venv)
    mkdir -p .venv/bin
    ln -s {sys.executable} .venv/bin/python
    printf '#!/bin/sh\\necho "$$ seatledger $*"\\n' > .venv/bin/seatledger
    chmod +x .venv/bin/seatledger
esac
"""


class Checkout:
    """A folder with dev.py, a lock and a project in it, and the stand-in on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "dev.py", folder)
        (folder / "requirements.lock").write_text("a==1\n")
        (folder / "pyproject.toml").write_text("[project]\n")
        (folder / "path").mkdir()
        (folder / "path" / "uv").write_text(STAND_IN)
        (folder / "path" / "uv").chmod(0o755)

    def dev(self, *arguments: str, fail_at: str = "") -> subprocess.CompletedProcess[str]:
        path = f"{self.folder / 'path'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [sys.executable, str(self.folder / "dev.py"), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_MAX,
            # From elsewhere: dev.py finds its checkout by itself.
            cwd="/",
            env={**os.environ, "PATH": path, "FAIL_AT": fail_at},
        )

    def calls(self) -> list[str]:
        """What was asked of uv since the last time, shortened to the words that matter."""
        written = self.folder / "calls"
        lines = written.read_text().splitlines() if written.exists() else []
        written.unlink(missing_ok=True)
        return [
            "venv" if "venv --quiet" in line else line.split(f"{self.folder}/.venv/bin/python ")[1]
            for line in lines
        ]


VENV = "venv"
PACKAGES = "--require-hashes -r requirements.lock"
PROJECT = "--no-deps --no-build-isolation -e ."


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_run_installs_from_the_hashes_and_the_second_installs_nothing(checkout: Checkout) -> None:
    assert checkout.dev("up").returncode == 0
    assert checkout.calls() == [VENV, PACKAGES, PROJECT]
    assert checkout.dev("up").stderr == ""
    assert checkout.calls() == []


def test_arguments_are_passed_on(checkout: Checkout) -> None:
    assert checkout.dev("up", "--port", "0").stdout.endswith(" seatledger up --port 0\n")
    assert checkout.dev("bench", "-n", "3").stdout.endswith(" seatledger bench -n 3\n")
    assert checkout.dev("test", "--version").stdout.startswith("pytest ") or checkout.dev("test").returncode


def test_chaos_is_a_module_of_the_tests_that_gets_the_arguments(checkout: Checkout) -> None:
    (checkout.folder / "tests" / "chaos").mkdir(parents=True)
    (checkout.folder / "tests" / "chaos" / "__main__.py").write_text("import sys; print(sys.argv[1:])\n")
    assert checkout.dev("chaos", "--seed", "7").stdout == "['--seed', '7']\n"


def test_the_program_takes_the_place_of_the_script(checkout: Checkout) -> None:
    checkout.dev("up")
    with subprocess.Popen(
        [sys.executable, str(checkout.folder / "dev.py"), "up"], stdout=subprocess.PIPE, text=True
    ) as script:
        assert script.stdout is not None
        assert script.stdout.read() == f"{script.pid} seatledger up\n"


def test_another_lock_makes_everything_anew(checkout: Checkout) -> None:
    checkout.dev("up")
    (checkout.folder / ".venv" / "left-over").touch()
    (checkout.folder / "requirements.lock").write_text("a==2\n")
    checkout.calls()
    checkout.dev("up")
    assert checkout.calls() == [VENV, PACKAGES, PROJECT]
    assert not (checkout.folder / ".venv" / "left-over").exists()


def test_another_project_file_only_installs_the_project_again(checkout: Checkout) -> None:
    checkout.dev("up")
    (checkout.folder / "pyproject.toml").write_text("[project] # more\n")
    checkout.calls()
    checkout.dev("up")
    assert checkout.calls() == [PROJECT]


@pytest.mark.parametrize("step", ["--require-hashes", "--no-deps"])
def test_a_failed_set_up_is_shown_named_and_healed_by_the_next_run(checkout: Checkout, step: str) -> None:
    failed = checkout.dev("up", fail_at=step)
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[1] == "no such wheel"
    assert failed.stderr.splitlines()[2].startswith("dev.py: set-up failed (exit code 3) at: ")
    checkout.calls()
    assert checkout.dev("up").returncode == 0
    assert checkout.calls() == [VENV, PACKAGES, PROJECT]


def test_a_folder_without_a_stamp_is_not_trusted(checkout: Checkout) -> None:
    (checkout.folder / ".venv" / "bin").mkdir(parents=True)
    (checkout.folder / ".venv" / "half-made").touch()
    assert checkout.dev("up").returncode == 0
    assert not (checkout.folder / ".venv" / "half-made").exists()


def test_an_installer_that_outlives_a_killed_run_keeps_its_turn(checkout: Checkout) -> None:
    pipe = checkout.folder / "pipe"
    os.mkfifo(pipe)
    path = f"{checkout.folder / 'path'}{os.pathsep}{os.environ['PATH']}"
    with (
        subprocess.Popen(
            [sys.executable, str(checkout.folder / "dev.py"), "up"],
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PATH": path, "HANG_ON": str(pipe)},
        ) as killed,
        # Opening waits for the installer to open the other end.
        pipe.open("w") as let_go,
    ):
        killed.kill()
        killed.wait(SECONDS_MAX)
        assert is_locked(checkout.folder / "dev.py")
        let_go.write("go on\n")
    assert checkout.dev("up").returncode == 0


def test_a_vanished_interpreter_is_replaced(checkout: Checkout) -> None:
    checkout.dev("up")
    (checkout.folder / ".venv" / "bin" / "python").unlink()
    checkout.calls()
    assert checkout.dev("up").returncode == 0
    assert checkout.calls() == [VENV, PACKAGES, PROJECT]


def test_a_moved_checkout_is_installed_again(checkout: Checkout, tmp_path: Path) -> None:
    checkout.dev("up")
    moved = Path(shutil.copytree(checkout.folder, tmp_path / "moved", symlinks=True))
    (moved / "calls").unlink()
    subprocess.run(
        [sys.executable, str(moved / "dev.py"), "up"],
        check=True,
        capture_output=True,
        env={**os.environ, "PATH": f"{moved / 'path'}{os.pathsep}{os.environ['PATH']}"},
    )
    assert len((moved / "calls").read_text().splitlines()) == 3


def make_tools(checkout: Checkout, failing: str) -> None:
    """Stand-ins for what `check` runs; `failing` is the one that does not succeed."""
    checkout.dev("up")
    for tool in ("ruff", "mypy", "lint-imports", "coverage"):
        path = checkout.folder / ".venv" / "bin" / tool
        path.write_text(f"#!/bin/sh\necho {tool} $1\n[ {tool} != {failing} ]\n")
        path.chmod(0o755)


def test_check_runs_every_step_and_names_the_one_that_failed(checkout: Checkout) -> None:
    make_tools(checkout, failing="mypy")
    done = checkout.dev("check")
    assert done.returncode == 1
    assert done.stderr == "dev.py: failed: types\n"
    steps = [line.removeprefix("── ") for line in done.stdout.splitlines() if line.startswith("── ")]
    assert steps == ["format", "lint", "types", "floors", "tests", "coverage"]


def test_check_runs_the_steps_it_is_given(checkout: Checkout) -> None:
    make_tools(checkout, failing="mypy")
    assert checkout.dev("check", "lint", "floors").stdout == "── lint\nruff check\n── floors\nlint-imports\n"
    assert checkout.dev("check", "nonsense").returncode == 2


@pytest.mark.parametrize(("cores", "shares"), [(1, None), (2, "2"), (64, "8")])
def test_all_tests_are_shared_out_among_the_cores(
    cores: int, shares: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEATLEDGER_TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(cores)), raising=False)
    assert dev.shared_out() == (
        ["-n", shares, "--dist", "loadfile", "--no-loadscope-reorder"] if shares else []
    )
    monkeypatch.setenv("SEATLEDGER_TEST_DATABASE_URL", "postgresql://one/server")
    assert dev.shared_out() == []


SHOWN = """#!/bin/sh
echo "${PYTHONDONTWRITEBYTECODE-unset} $PYTHONPYCACHEPREFIX"
shift 2; printf '%s\\n' "$*"
"""


def test_tests_that_are_chosen_run_in_one_process_and_all_are_compiled_once(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.dev("up")
    (checkout.folder / ".venv" / "bin" / "python").unlink()
    (checkout.folder / ".venv" / "bin" / "python").write_text(SHOWN)
    (checkout.folder / ".venv" / "bin" / "python").chmod(0o755)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    compiled = checkout.folder / ".venv" / "compiled"
    assert checkout.dev("test").stdout == f"unset {compiled}\n{' '.join(dev.shared_out())}\n"
    assert checkout.dev("test", "-k", "expiry").stdout == f"unset {compiled}\n-k expiry\n"


def test_the_lock_is_made_for_every_platform_with_hashes(checkout: Checkout) -> None:
    assert checkout.dev("lock", "--upgrade").returncode == 0
    (call,) = (checkout.folder / "calls").read_text().splitlines()
    assert call.startswith("pip compile --universal --generate-hashes ")
    assert call.endswith(" --output-file requirements.lock --upgrade pyproject.toml")


@pytest.mark.parametrize("asked", [(), ("--help",), ("-h",)])
def test_without_a_verb_the_verbs_are_listed_and_nothing_is_installed(
    checkout: Checkout, asked: tuple[str, ...]
) -> None:
    done = checkout.dev(*asked)
    assert done.returncode == 0
    assert all(f"\n{verb} " in done.stdout for verb in ("up", "test", "check", "bench", "chaos", "lock"))
    assert checkout.calls() == []


def test_an_unknown_verb_is_one_line(checkout: Checkout) -> None:
    done = checkout.dev("fly")
    assert done.returncode == 2
    assert done.stderr == "dev.py: no verb 'fly': there are up, test, check, bench, chaos and lock\n"


def test_an_older_python_can_read_the_script_far_enough_to_be_told() -> None:
    ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 7))


def test_the_lock_names_versions_and_hashes_and_no_place() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    for line in lines:
        assert line.startswith("    --hash=sha256:") or "==" in line, line
    assert not [line for line in lines if "://" in line or "#" in line or line.lstrip().startswith("-i")]
