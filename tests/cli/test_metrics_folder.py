"""Whoever leaves the metrics folder last takes it away, and nobody takes it from under those who use it."""

import tempfile
from pathlib import Path

import pytest

from cli.metrics_folder import PREFIX, in_use, new_metrics_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_gone_when_the_parent_leaves_last(temporary: Path) -> None:
    with new_metrics_folder() as folder:
        (folder / "counter_0.db").write_bytes(b"1")
        with in_use(folder) as is_there:
            assert is_there
        assert folder.exists()
    assert list(temporary.iterdir()) == []


def test_a_worker_that_outlives_its_parent_takes_it_away(temporary: Path) -> None:
    with new_metrics_folder() as folder:
        worker = in_use(folder)
        assert worker.__enter__()
    assert folder.exists()
    worker.__exit__(None, None, None)
    assert list(temporary.iterdir()) == []


def test_what_was_left_is_removed_at_the_next_start_and_what_is_in_use_is_not(temporary: Path) -> None:
    left = Path(tempfile.mkdtemp(prefix=PREFIX))
    (left / "counter_0.db").write_bytes(b"1")
    with new_metrics_folder() as first, new_metrics_folder() as second:
        assert sorted(temporary.iterdir()) == sorted((first, second))


def test_a_link_of_that_name_leads_to_no_removal(temporary: Path) -> None:
    precious = temporary / "precious"
    precious.mkdir()
    (temporary / f"{PREFIX}x").symlink_to(precious)
    with new_metrics_folder():
        assert precious.exists()


def test_a_worker_finds_out_that_it_is_gone(temporary: Path) -> None:
    with in_use(temporary / "nowhere") as is_there:
        assert not is_there


def test_a_mistake_in_the_context_leaves_nothing_either(temporary: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_metrics_folder():
        raise ZeroDivisionError
    assert list(temporary.iterdir()) == []
