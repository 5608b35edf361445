"""`bookshop backup` and `bookshop restore`."""

import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bookshop.backups.backup_folder import describe_backup
from bookshop.cli import main
from tests.builders import ENVIRONMENT, a_book, store_book
from tests.commands.shop import CommandShop


def backup_of(shop: CommandShop) -> Path:
    """Return the only backup of the shop."""
    (file,) = (shop.folder / "var/backups").glob("*.tar.zst")
    return file


def settings_in(file: Path) -> str:
    """Return the settings in a backup, as the documents say."""
    command = ["tar", "--zstd", "-xOf", str(file), "settings.env"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


async def test_a_shop_is_backed_up_verified_and_restored(shop: CommandShop) -> None:
    await shop.database.write(store_book, a_book())
    await shop.database.close()
    made = shop.run("backup", "--verify")
    file = backup_of(shop)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.splitlines()[0].startswith(f"var/backups/{file.name}: 0.0 MB, schema 00")
    assert made.stdout.splitlines()[-1].endswith("can be restored. Books: 1, orders: 0.")
    assert settings_in(file) == ""

    restored = shop.run("restore", str(file), "--yes")
    assert (restored.returncode, restored.stderr) == (0, "")
    # the name of the file has the same moment
    moment = datetime.strptime(file.name.split("-")[1], "%Y%m%dT%H%M%S%z")
    assert restored.stdout.startswith(f"{file}: made {moment:%Y-%m-%d %H:%M} UTC, ")
    assert "another shop" not in restored.stdout
    assert "To put it back: bookshop restore --undo" in restored.stdout
    assert "Missing orders: 0." in restored.stdout
    assert shop.run("audit").stdout == "Books: 1, orders: 0, broken rules: 0.\n"
    asked = shop.run("restore", "--undo")
    assert (asked.returncode, "in the place of" in asked.stderr) == (1, True)
    assert shop.run("restore", "--undo", "--yes").returncode == 0


def test_a_backup_to_be_verified_must_exist(tmp_path: Path) -> None:
    """A disk that is not mounted has no backup, and none is made there."""
    file = tmp_path / "mnt/weekly.tar.zst"
    refused = CliRunner().invoke(main, ["backup", "--verify", str(file)])
    assert refused.exit_code == 1
    assert refused.output == (
        f"Error: {file} does not exist. To make a backup there: bookshop backup {file}\n"
    )
    assert not file.parent.exists()


async def test_secrets_are_in_a_backup_only_if_they_are_asked_for(shop: CommandShop) -> None:
    await shop.database.close()
    assert shop.run("backup", "mine.tar.zst", "--with-secrets").returncode == 0
    found = settings_in(shop.folder / "mine.tar.zst")
    assert f"SECRET_KEY='{ENVIRONMENT['SECRET_KEY']}'\n" in found
    assert f"STRIPE_SECRET_KEY='{ENVIRONMENT['STRIPE_SECRET_KEY']}'\n" in found


async def test_a_restore_that_cannot_reach_stripe_has_worked(shop: CommandShop) -> None:
    await shop.database.close()
    shop.run("backup")
    restored = shop.run("restore", str(backup_of(shop)), "--yes", STRIPE_API_BASE="http://127.0.0.1:9")
    # so that `bookshop restore FILE && systemctl start bookshop` opens the shop
    assert restored.returncode == 0
    assert len(restored.stderr.splitlines()) == 1
    assert "while it serves, it compares by itself" in restored.stderr
    assert "Until then paid orders wait for their number" in restored.stderr
    assert "Try again" not in restored.stderr
    assert shop.run("audit").returncode == 1
    assert shop.run("recover").returncode == 0
    assert shop.run("audit").returncode == 0


async def test_the_backup_of_another_shop_is_restored_after_a_question_that_says_so(
    shop: CommandShop,
) -> None:
    shop.run("backup")
    await shop.execute("UPDATE identity SET shop_id = 'present'")
    await shop.database.close()
    asked = shop.run("restore", str(backup_of(shop)))
    assert asked.returncode == 1
    assert "in the place of the other shop?" in asked.stderr
    assert f"of another shop ({describe_backup(backup_of(shop)).manifest.shop_id})" in asked.stdout
    restored = shop.run("restore", str(backup_of(shop)), "--yes")
    assert (restored.returncode, "the one there (present)" in restored.stdout) == (0, True)


async def test_a_restore_is_refused_in_one_line(shop: CommandShop) -> None:
    await shop.database.write(store_book, a_book())
    shop.run("backup")
    file = backup_of(shop)
    refused = shop.run("restore", str(file), "--yes")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "is in use. Stop the shop" in refused.stderr
    await shop.database.close()
    file.write_bytes(file.read_bytes()[:-9])
    damaged = shop.run("restore", str(file), "--yes")
    assert (damaged.returncode, len(damaged.stderr.splitlines())) == (1, 1)
    assert "is damaged" in damaged.stderr


async def test_an_undo_after_the_loss_of_what_was_restored_brings_back_the_one_before(
    shop: CommandShop,
) -> None:
    await shop.database.close()
    shop.run("backup")
    shop.run("restore", str(backup_of(shop)), "--yes")
    (shop.folder / "bookshop.db").unlink()
    undone = shop.run("restore", "--undo", "--yes")
    assert (undone.returncode, undone.stderr) == (0, "")
    assert undone.stdout.splitlines()[0] == "The database from before is back."
    assert shop.run("audit").returncode == 0


async def test_a_server_that_does_not_respond_is_a_matter_for_doctor(shop: CommandShop) -> None:
    await shop.database.close()
    refused = shop.run("restore", "--undo", DATABASE_URL="postgresql://127.0.0.1:9/bookshop")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "could not be used" in refused.stderr
    assert "Run `bookshop doctor`." in refused.stderr


async def test_a_verification_fails_if_a_rule_is_broken(shop: CommandShop) -> None:
    await shop.place()
    await shop.execute("UPDATE orders SET total_minor = 1")
    await shop.database.close()
    made = shop.run("backup", "--verify")
    assert made.returncode == 1
    assert made.stdout.endswith("Its audit found 1 of total. `bookshop audit` shows those of the shop.\n")


async def test_outdated_backups_are_deleted_after_a_new_one(shop: CommandShop) -> None:
    await shop.database.close()
    # an hour may begin between two of three, and the newest of each stays
    for _ in range(2):
        shop.run("backup")
    old = sorted((shop.folder / "var/backups").glob("*.tar.zst"))
    for file in old:
        os.utime(file, (0, 0))
    assert shop.run("backup", "mine.tar.zst").returncode == 0
    assert all(file.exists() for file in old)
    made = shop.run("backup", "--keep", "1")
    deleted = [file.name for file in old if not file.exists()]
    assert deleted
    assert all(f"{name} is no longer needed and was deleted.\n" in made.stdout for name in deleted)


@pytest.mark.parametrize("since", ["0001-01-01", "1970-01-01", "2999-01-01"])
async def test_an_impossible_moment_does_not_stop_numbers(shop: CommandShop, since: str) -> None:
    await shop.database.close()
    refused = shop.run("recover", "--since", since)
    assert refused.returncode == 2
    assert "not in the future" in refused.stderr
    assert "not yet" not in shop.run("audit").stdout
    assert shop.run("recover", "--since", "2026-11-28").returncode == 0
