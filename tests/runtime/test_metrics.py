"""One exposition, of one process or of several."""

import os
import subprocess
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter

from runtime.metrics import exposition, forget_worker

WORKER = """
from prometheus_client import Counter, Gauge
from runtime.metrics import REGISTRY
Counter("orders", "Orders", registry=REGISTRY).inc(3)
Gauge("lag", "Lag", registry=REGISTRY, multiprocess_mode="livemax").set(5)
"""
READER = "from runtime.metrics import exposition; print(exposition().decode())"


def test_a_process_shows_its_own_registry() -> None:
    registry = CollectorRegistry()
    Counter("orders", "Orders", registry=registry).inc(2)
    assert b"orders_total 2.0" in exposition(registry)


def test_workers_that_share_a_folder_are_added_up(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", WORKER], env=environment, check=True)
    shown = subprocess.run(
        [sys.executable, "-c", READER], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert "orders_total 6.0" in shown
    assert "lag 5.0" in shown


def test_what_a_worker_had_open_is_gone_when_it_is_forgotten(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    code = f"{WORKER}\nimport os; print(os.getpid())"
    pids = [
        subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]
    forget_worker(int(pids[0]), str(tmp_path))
    live = {file.name for file in tmp_path.iterdir() if file.name.startswith("gauge_live")}
    assert live == {f"gauge_livemax_{int(pids[1])}.db"}


def test_who_takes_the_place_of_a_worker_goes_on_counting(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "PROMETHEUS_MULTIPROC_WORKER": "1",
    }
    for _ in range(2):
        subprocess.run([sys.executable, "-c", WORKER], env=environment, check=True)
        forget_worker(1, str(tmp_path))
    shown = subprocess.run(
        [sys.executable, "-c", READER], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert "orders_total 6.0" in shown
    assert "lag" not in shown
    assert {file.name for file in tmp_path.iterdir()} <= {"counter_1.db", "histogram_1.db"}
