import os
from contextlib import ExitStack
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bookshop.covers import candidate_files
from bookshop.covers.candidate_files import list_candidates
from bookshop.covers.errors import InvalidPicture
from tests.covers.sample_pictures import a_picture

SOURCE = a_picture()


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
