"""Pictures lie in their folder whole or not at all, and files are found wherever they are."""

import os
import threading
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bookshop.covers import candidate_files, picture_folder
from bookshop.covers.candidate_files import list_candidates
from bookshop.covers.encode import version_of
from bookshop.covers.errors import CoverFolderError, InvalidPicture
from bookshop.covers.picture import Picture, parse_file_name, stored_widths, version_folder
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


def find(source: Path) -> dict[str, str]:
    """The stems of all files by their names within a folder."""
    with ExitStack() as stack:
        return {os.path.relpath(file.name, source): file.stem for file in list_candidates(source, stack)}


def read_all(source: Path) -> dict[str, bytes | str]:
    """What each file holds, or why it cannot be read."""
    found: dict[str, bytes | str] = {}
    with ExitStack() as stack:
        for file in list_candidates(source, stack):
            try:
                found[file.stem] = file.problem or file.read()
            except InvalidPicture as problem:
                found[file.stem] = str(problem)
    return found


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


def test_nobody_ever_sees_half_a_picture(tmp_path: Path) -> None:
    seen: set[frozenset[str]] = set()
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.is_set():
            seen.add(frozenset(names_in(tmp_path / PLACE)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    store_picture(tmp_path, ISBN, "", SOURCE)
    time.sleep(0.01)
    is_over.set()
    watcher.join()
    assert seen == {frozenset(), frozenset(FILES)}


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


def test_files_are_found_in_folders_and_zips(tmp_path: Path) -> None:
    (tmp_path / "publisher").mkdir()
    (tmp_path / "publisher/978-0-306-40615-7.JPG").write_bytes(SOURCE)
    (tmp_path / ".DS_Store").touch()
    with ZipFile(tmp_path / "more.zip", "w", ZIP_DEFLATED) as archive:
        archive.writestr("inner/0306406152.png", SOURCE)
        archive.writestr("__MACOSX/inner/._0306406152.png", b"")
    assert find(tmp_path) == {
        "publisher/978-0-306-40615-7.JPG": "978-0-306-40615-7",
        "more.zip/inner/0306406152.png": "0306406152",
    }
    assert set(read_all(tmp_path).values()) == {SOURCE}
    assert read_all(tmp_path / "more.zip") == {"0306406152": SOURCE}


def test_a_zip_that_is_none_is_one_refusal(tmp_path: Path) -> None:
    (tmp_path / "covers.zip").write_bytes(SOURCE)
    assert read_all(tmp_path) == {"": "The zip cannot be read: File is not a zip file."}


def test_a_damaged_zip_refuses_only_what_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "covers.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("0306406152.jpg", SOURCE)
        archive.writestr("9781732265172.jpg", b"z" * 999)
    path.write_bytes(path.read_bytes().replace(b"z" * 999, b"y" * 999))
    found = read_all(path)
    assert found["0306406152"] == SOURCE
    assert str(found["9781732265172"]).startswith("The file cannot be unpacked: Bad CRC-32")


def test_files_without_bounds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidate_files, "MAX_FILE_BYTES", 2**20)
    (tmp_path / "0306406152.jpg").write_bytes(bytes(2**20 + 1))
    with ZipFile(tmp_path / "bomb.zip", "w", ZIP_DEFLATED) as archive:
        archive.writestr("9781732265172.jpg", bytes(2**24))
    assert set(read_all(tmp_path).values()) == {"The file has more than 1 MB."}


@pytest.mark.parametrize("width", [60, 119, 120, 140, 150, 240, 300, 470, 480, 671, 672])
def test_no_two_renditions_are_nearly_the_same(width: int) -> None:
    widths = stored_widths(width)
    assert widths[-1] == width
    assert all(one < other * 0.85 for one, other in pairwise(widths))


def test_a_slot_gets_what_its_screen_can_show() -> None:
    picture = Picture(ISBN, VERSION, 672, 1008)
    shown = {width: picture.srcset(width, "avif") for width in (56, 80, 120, 200, 336)}
    assert {
        width: [int(source.rsplit(" ", 1)[1][:-1]) for source in sources.split(", ")]
        for width, sources in shown.items()
    } == {56: [120], 80: [120, 240], 120: [120, 240], 200: [120, 240, 400], 336: [120, 240, 400, 672]}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x.avif",
        f"{ISBN}.avif",
        f"{ISBN}-{VERSION}-120.svg",
        f"{ISBN}-{VERSION}-0120.avif",
        f"{ISBN}-{VERSION}-9999.avif",
        f"{ISBN}-{VERSION}-120.avif\n",
        f"{ISBN}-../../../../etc-120.avif",
        f"..-{VERSION}-120.avif",
        f"٩{ISBN[1:]}-{VERSION}-120.avif",
        f"{ISBN}-{VERSION.upper()}X-120.avif",
    ],
)
def test_a_name_that_is_none_leads_nowhere(name: str) -> None:
    assert parse_file_name(name) is None
