"""The files of a picture are in the folder of covers all together or not at all."""

import os
import threading
from pathlib import Path

import pytest

from bookshop.covers import picture_folder
from bookshop.covers.encode import version_of
from bookshop.covers.errors import CoverFolderError
from bookshop.covers.picture import Picture, parse_file_name, version_folder
from bookshop.covers.picture_folder import (
    delete_unfinished,
    delete_version,
    store_picture,
)
from tests.covers.sample_pictures import a_picture

ISBN = "9780306406157"
SOURCE = a_picture()
VERSION = version_of(SOURCE)
PLACE = version_folder(ISBN, VERSION)
FILES = {"120.avif", "120.webp", "200.avif", "200.webp", "200.jpg"}


def names_in(folder: Path) -> set[str]:
    """What lies in a folder, if it is there."""
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_a_picture_gets_its_files_and_its_size(tmp_path: Path) -> None:
    assert store_picture(tmp_path, ISBN, "", SOURCE) == Picture(ISBN, VERSION, 200, 300)
    assert names_in(tmp_path / PLACE) == FILES
    assert names_in(tmp_path / ".new") == set()
    assert oct((tmp_path / PLACE).stat().st_mode & 0o055) == oct(0o055)  # a web server may read it too


def test_every_address_leads_to_a_file(tmp_path: Path) -> None:
    picture = store_picture(tmp_path, ISBN, "", SOURCE)
    assert picture
    addresses = {picture.jpeg_url}
    for kind in ("avif", "webp"):
        for shown in (*range(50, 700, 50), 56, 336):
            addresses |= {source.split()[0] for source in picture.srcset(shown, kind).split(", ")}
    renditions = [parse_file_name(address.removeprefix("/covers/")) for address in addresses]
    assert {tmp_path / rendition.path for rendition in renditions if rendition} == {
        tmp_path / PLACE / name for name in FILES
    }


def test_the_same_source_again_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_picture(tmp_path, ISBN, "", SOURCE)
    monkeypatch.setattr(picture_folder, "encode_picture", pytest.fail)
    before = (tmp_path / PLACE).stat()
    assert store_picture(tmp_path, ISBN, VERSION, SOURCE) is None
    assert (tmp_path / PLACE).stat() == before


def test_files_that_were_lost_are_made_again(tmp_path: Path) -> None:
    store_picture(tmp_path, ISBN, "", SOURCE)
    delete_version(tmp_path, ISBN, VERSION)
    assert store_picture(tmp_path, ISBN, VERSION, SOURCE) == Picture(ISBN, VERSION, 200, 300)
    assert names_in(tmp_path / PLACE) == FILES


def test_files_that_are_there_already_stay(tmp_path: Path) -> None:
    first = store_picture(tmp_path, ISBN, "", SOURCE)
    assert store_picture(tmp_path, ISBN, "", SOURCE) == first
    assert names_in(tmp_path / PLACE) == FILES
    assert names_in(tmp_path / ".new") == set()


def test_half_a_picture_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, sync = tmp_path / PLACE, os.fsync
    before_each_sync: list[set[str]] = []
    seen: set[frozenset[str]] = set()
    is_over = threading.Event()

    def observe(descriptor: int) -> None:
        before_each_sync.append(names_in(place))
        sync(descriptor)

    def watch() -> None:
        while not is_over.is_set():
            seen.add(frozenset(names_in(place)))

    monkeypatch.setattr(os, "fsync", observe)
    watcher = threading.Thread(target=watch)
    watcher.start()
    store_picture(tmp_path, ISBN, "", SOURCE)
    is_over.set()
    watcher.join()
    assert before_each_sync == [set()] * len(FILES)
    assert seen <= {frozenset(), frozenset(FILES)}
    assert names_in(place) == FILES


def test_a_full_disk_leaves_nothing_that_could_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = iter([None, None, OSError(28, "No space left on device")])

    def sync(_: int) -> None:
        if problem := next(written):
            raise problem

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(CoverFolderError, match="No space left on device"):
        store_picture(tmp_path, ISBN, "", SOURCE)
    assert not (tmp_path / PLACE).exists()


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "covers").write_text("a file")
    with pytest.raises(CoverFolderError, match="covers"):
        store_picture(tmp_path / "covers", ISBN, "", SOURCE)


def test_what_a_killed_process_left_goes_and_what_another_writes_stays(tmp_path: Path) -> None:
    delete_unfinished(tmp_path)
    old, new = tmp_path / ".new/old", tmp_path / ".new/new"
    for place in (old, new):
        place.mkdir(parents=True)
        (place / "120.avif").touch()
    os.utime(old, (0, 0))
    delete_unfinished(tmp_path)
    assert names_in(tmp_path / ".new") == {"new"}


def test_pictures_of_one_book_do_not_touch_another(tmp_path: Path) -> None:
    other = "9781732265172"
    store_picture(tmp_path, ISBN, "", SOURCE)
    store_picture(tmp_path, other, "", SOURCE)
    delete_version(tmp_path, ISBN, VERSION)
    assert names_in(tmp_path / version_folder(other, VERSION)) == FILES
