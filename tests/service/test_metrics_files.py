"""The files that processes count in, on a disk that is full."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict

from service.running.metrics_files import ROOM, keep_counts_of_ended, reserve_room
from service.settings import METRICS_FOLDER_VARIABLE
from tests.faults.disk import SmallDisk

NOBODY = 2**22 + 1  # no process has this id
SERIES = [f"series {number}" for number in range(500)]


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    disk = SmallDisk()
    yield disk
    disk.close()


def write(file: Path, value: float) -> None:
    counts = MmapedDict(str(file))  # type: ignore[no-untyped-call]
    for name in SERIES:
        counts.write_value(name, value, 0.0)  # type: ignore[no-untyped-call]
    counts.close()  # type: ignore[no-untyped-call]


def values(file: Path) -> dict[str, float]:
    read = MmapedDict.read_all_values_from_file(file)  # type: ignore[no-untyped-call]
    return {name: value for name, value, *_ in read}


def test_a_process_has_its_room_before_the_disk_is_full(
    disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(METRICS_FOLDER_VARIABLE, str(disk.folder))
    reserve_room()
    file = disk.folder / f"counter_{os.getpid()}.db"
    assert file.stat().st_blocks * 512 >= ROOM
    if disk.limited:
        disk.fill()
    write(file, 1.0)  # would end this process
    assert values(file) == dict.fromkeys(SERIES, 1.0)


def test_counts_of_the_ended_wait_until_there_is_room(disk: SmallDisk) -> None:
    file, kept = disk.folder / f"counter_{NOBODY}.db", disk.folder / "counter_ended.db"
    write(file, 2.0)
    (disk.folder / "lock").touch()
    if disk.limited:
        disk.fill()
        keep_counts_of_ended(NOBODY, disk.folder)
        assert (file.exists(), kept.exists()) == (True, False)
        disk.free()
    keep_counts_of_ended(NOBODY, disk.folder)
    assert (file.exists(), values(kept)) == (False, dict.fromkeys(SERIES, 2.0))
