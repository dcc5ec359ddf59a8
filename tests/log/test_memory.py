import platform
from pathlib import Path

import numpy as np
import pytest

from clickgraph import read_events
from clickgraph.errors import InputError
from clickgraph.log import memory
from clickgraph.log.memory import free_memory, give_back, parse_memory, say_memory, used_memory


@pytest.mark.parametrize(
    ("limit", "n_bytes"),
    [
        ("4GB", 4 * 10**9),
        ("4 gb", 4 * 10**9),
        ("512MiB", 512 * 2**20),
        ("1e3", None),
        (7, 7),
        ("7", 7),
        ("1.5KB", 1500),
    ],
)
def test_limits_in_words_and_bytes(limit: str | int, n_bytes: int | None) -> None:
    if n_bytes is None:
        with pytest.raises(InputError, match="memory_limit"):
            parse_memory(limit)
    else:
        assert parse_memory(limit) == n_bytes


@pytest.mark.parametrize("limit", ["", "much", "4 elephants", "-1GB", "0", 0, -5, True, 2.5])
def test_anything_else_is_refused(limit: object) -> None:
    with pytest.raises(InputError, match="expected a memory_limit such as '4GB'"):
        parse_memory(limit)  # type: ignore[arg-type]


def test_read_events_refuses_it_at_the_door() -> None:
    with pytest.raises(InputError, match="expected a memory_limit"):
        read_events({"account": ["a"], "content": ["x"], "time": [1_700_000_000]}, memory_limit="much")


def fake_machine(folder: Path, monkeypatch: pytest.MonkeyPatch, *, free: int, used: int) -> None:
    (folder / "self").mkdir()
    (folder / "meminfo").write_text(f"MemTotal:  99 kB\nMemAvailable:  {free} kB\n")
    (folder / "self/status").write_text(f"Name:\tpython\nVmRSS:\t {used} kB\n")
    monkeypatch.setattr(memory, "_PROC", folder)
    monkeypatch.setattr(memory, "_GROUP", folder / "group")


def test_by_default_a_share_of_what_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_machine(tmp_path, monkeypatch, free=1000, used=50)
    assert parse_memory(None) == 1024 * 50 + int(0.8 * 1024 * 1000)


def test_a_container_may_leave_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_machine(tmp_path, monkeypatch, free=1000, used=50)
    (tmp_path / "group").mkdir()
    (tmp_path / "group/memory.max").write_text("5000\n")
    (tmp_path / "group/memory.current").write_text("2000\n")
    (tmp_path / "group/memory.stat").write_text("anon 1300\nfile 700\nfile_mapped 5\n")
    assert free_memory() == 3700
    (tmp_path / "group/memory.max").write_text("max\n")
    assert free_memory() == 1024 * 1000


def test_a_machine_without_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_PROC", tmp_path)
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    assert used_memory() == 0
    monkeypatch.setattr(memory.os, "sysconf_names", {}, raising=False)
    assert parse_memory(None) is None
    monkeypatch.undo()
    assert memory._free_of_machine() is not None


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the machine tells nobody what a process takes")
def test_what_a_process_takes_is_seen() -> None:
    before = used_memory()
    block = np.ones(64 * 2**20, np.uint8)
    assert used_memory() - before > 32 * 2**20
    assert len(block)


def test_words() -> None:
    assert say_memory(999e6) == "999 MB"
    assert say_memory(1e9) == "1.0 GB"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is asked to give back")
def test_what_is_free_between_small_arrays_is_given_back() -> None:
    arrays = [np.ones(2_000) for _ in range(5_000)]
    last, before = arrays[-1], used_memory()
    del arrays
    give_back()
    assert before - used_memory() > 5_000 * last.nbytes / 2
