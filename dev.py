#!/usr/bin/env python3
"""Everything one does with a checkout. The first run of any verb makes `.venv` from the lock of hashes.

up [ARGS]       start everything, as `seatledger up` does
test [ARGS]     run the tests, in a process for each core; with ARGS, which go to pytest, in one process
check [STEPS]   format, lint, types, floors, tests, coverage: all of them or those named
bench [ARGS]    measure, as `seatledger bench` does
chaos [ARGS]    break everything on purpose and check the truth afterwards; `chaos --help` has more
lock [ARGS]     make requirements.lock again; ARGS such as --upgrade go to uv
"""

import hashlib
import io
import os
import sys

if sys.version_info < (3, 11):
    sys.exit("dev.py: Python 3.11 or newer is needed, this is " + sys.version.split()[0])

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, ".made-by-dev.py")
COMPILE = [
    "pip",
    "compile",
    "--universal",
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--group",
    "dev",
]

PROCESSES_MAX = 8


def shared_out() -> list[str]:
    """Arguments with which pytest runs all tests in as many processes as there are cores for us."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # Roles belong to a whole server, and tests make and drop them: on one that is given they run one after the other.
    if cores == 1 or os.environ.get("SEATLEDGER_TEST_DATABASE_URL"):
        return []
    # A file stays together. They come as they were shuffled, and not those with the most tests first: it is the slow
    # ones that must not come last, and tests/conftest.py sees to that.
    processes = min(cores, PROCESSES_MAX)
    return ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]


# Cheap steps first. Coverage is a step of its own so that the tests can also be run without being measured.
STEPS = {
    "format": [["ruff", "format", "--check", "--quiet", "."]],
    "lint": [["ruff", "check", "--quiet", "."]],
    "types": [["mypy"]],
    "floors": [["lint-imports"]],
    "tests": [["coverage", "erase"], ["coverage", "run", "-m", "pytest", *shared_out()]],
    "coverage": [["coverage", "combine", "--quiet"], ["coverage", "report", "--format=total"]],
}


def main(arguments: list[str]) -> int:
    verb, *rest = arguments or ["--help"]
    os.chdir(ROOT)
    if verb in ("--help", "-h", "help"):
        print(__doc__)
        return 0
    if verb == "lock":
        return lock(rest)
    if verb not in ("up", "test", "check", "bench", "chaos"):
        return complain(f"no verb {verb!r}: there are up, test, check, bench, chaos and lock", code=2)
    failure = set_up()
    if failure:
        return complain(failure)
    if verb in ("check", "test", "chaos"):
        compile_once()
    if verb == "check":
        return check(rest)
    if verb == "test":
        return become([PYTHON, "-m", "pytest", *(rest or shared_out())])
    if verb == "chaos":
        return become([PYTHON, "-m", "tests.chaos", *rest])
    return become([os.path.join(BIN, "seatledger"), verb, *rest])


def compile_once() -> None:
    """Where Python was told to write no compiled files, as in many containers, let it do so within `.venv`.

    Tests start programs by the hundred, and each would spend a third of its time on compiling all the sources anew.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = os.path.join(VENV, "compiled")


def complain(message: str, code: int = 1) -> int:
    print(f"dev.py: {message}", file=sys.stderr)
    return code


def become(command: list[str]) -> int:
    """Run `command` in our place, so that a signal to us is a signal to it."""
    if os.name == "posix":
        os.execv(command[0], command)
    import subprocess

    return subprocess.run(command, check=False).returncode


def check(names: list[str]) -> int:
    """Run every step, or those named, and name the ones that failed."""
    import subprocess

    unknown = [name for name in names if name not in STEPS]
    if unknown:
        return complain(f"no step {unknown[0]!r}: there are {', '.join(STEPS)}", code=2)
    failed = []
    for name in names or STEPS:
        print(f"── {name}", flush=True)
        for program, *words in STEPS[name]:
            if subprocess.run([os.path.join(BIN, program), *words], check=False).returncode != 0:
                failed.append(name)
                break
    if failed:
        return complain(f"failed: {', '.join(failed)}")
    return 0


def set_up() -> str | None:
    """Make `.venv` what the lock and the project say; free when it already is. The reason when it cannot be made."""
    locked, project = stamps()
    if made() == [locked, project]:
        return None
    with open(__file__, "rb") as turn:
        wait_for_turn(turn)
        # Another run may have made it while we waited for our turn.
        before = made()
        if before == [locked, project]:
            return None
        return make(fresh=before[:1] != [locked], stamp=f"{locked}\n{project}\n")


def stamps() -> tuple[str, str]:
    """What the installed packages depend on, and what the project's own installation depends on."""
    # The folder's path is in the venv's scripts: a moved or copied checkout needs its own.
    locked = hashlib.sha256(f"{sys.version}\n{ROOT}\n".encode())
    project = hashlib.sha256()
    for digest, name in ((locked, "requirements.lock"), (project, "pyproject.toml")):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return locked.hexdigest(), project.hexdigest()


def made() -> list[str]:
    """The stamps of the finished installation; empty when there is none, or it was interrupted."""
    try:
        with open(STAMP) as file:
            return file.read().split() if os.path.exists(PYTHON) else []
    except OSError:
        return []


def wait_for_turn(turn: io.BufferedReader) -> None:
    """Let one run at a time install: two terminals must not fill one folder. Closing the file ends the turn."""
    if os.name == "posix":
        import fcntl

        fcntl.flock(turn, fcntl.LOCK_EX)
        # The installer shares the turn: when we are killed it goes on writing, and the next run has to wait for it.
        os.set_inheritable(turn.fileno(), True)


def make(*, fresh: bool, stamp: str) -> str | None:
    """Install, and leave the stamp only when all of it is there. The reason when it failed."""
    import importlib.util
    import shutil

    uv = shutil.which("uv")
    if fresh and not uv and importlib.util.find_spec("ensurepip") is None:
        return "this Python cannot make a .venv: install python3-venv (Debian, Ubuntu), or uv from https://docs.astral.sh/uv"
    print(
        f"dev.py: {'making .venv, once' if fresh else 'installing the project again'}",
        file=sys.stderr,
        flush=True,
    )
    if os.path.exists(STAMP):
        os.remove(STAMP)
    for command in installation(uv, fresh=fresh):
        if fresh and os.path.exists(VENV):
            # Without its stamp it is a half-made one, or made from another lock: nothing in it can be trusted.
            shutil.rmtree(VENV)
        fresh = False
        failure = run(command)
        if failure:
            return failure
    with open(STAMP, "w") as file:
        file.write(stamp)
    return None


def installation(uv: str | None, *, fresh: bool) -> list[list[str]]:
    """The commands that make `.venv`, or, unless `fresh`, that only install the project again."""
    create = (
        [uv, "venv", "--quiet", "--python", sys.executable, VENV]
        if uv
        else [sys.executable, "-m", "venv", VENV]
    )
    pip = [uv, "pip", "--quiet"] if uv else [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    into = ["--python", PYTHON] if uv else []
    packages = [*pip, "install", *into, "--require-hashes", "-r", "requirements.lock"]
    project = [*pip, "install", *into, "--no-deps", "--no-build-isolation", "-e", "."]
    return [create, packages, project] if fresh else [project]


def run(command: list[str]) -> str | None:
    """Run a command of the set-up quietly; its output and one clear line when it fails."""
    import subprocess

    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, close_fds=False
    )
    if done.returncode == 0:
        return None
    sys.stderr.write(done.stdout)
    return f"set-up failed (exit code {done.returncode}) at: {' '.join(command)}"


def lock(arguments: list[str]) -> int:
    """Choose versions for every platform and write them with their hashes; without uv on PATH, borrow one."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as borrowed:
        uv = shutil.which("uv")
        if not uv:
            python = os.path.join(borrowed, os.path.relpath(PYTHON, VENV))
            for command in (
                [sys.executable, "-m", "venv", borrowed],
                [python, "-m", "pip", "install", "-q", "uv"],
            ):
                failure = run(command)
                if failure:
                    return complain(failure)
            uv = os.path.join(os.path.dirname(python), "uv")
        compile_lock = [
            uv,
            *COMPILE,
            "--python-version",
            "3.11",
            "--output-file",
            "requirements.lock",
            *arguments,
        ]
        failure = run([*compile_lock, "pyproject.toml"])
    return complain(failure) if failure else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
