"""Dangerous actions ask again who it is after a quarter of an hour, and lose nothing."""

from datetime import UTC, datetime

from bookshop.database import Database
from bookshop.staff.session_store import list_sessions
from bookshop.staff.store import find_member
from tests.office.people.conftest import GiveApp, MakeStale
from tests.office.staff_client import StaffClient
from tests.shopper import text_of
from tests.staff.authenticator import Authenticator
from tests.staff.people import PASSWORD

ADDED = {"name": "Ana & <Co>", "role": "seller"}


async def test_a_form_is_kept_and_done_with_the_proof(
    owner: StaffClient, database: Database, give_app: GiveApp, make_stale: MakeStale
) -> None:
    mei = await give_app(owner)
    await make_stale()
    asked = await owner.post("/office/staff", ADDED)
    page = await text_of(asked)
    assert asked.status_code == 403
    assert '<input type="hidden" name="name" value="Ana &amp; &lt;Co&gt;">' in page
    assert 'action="/office/staff"' in page
    assert not await database.read(find_member, ADDED["name"])
    proof = {"proof": "1", "proof_password": PASSWORD, "proof_code": mei.code(datetime.now(UTC))}
    done = await owner.post("/office/staff", {**ADDED, **proof})
    assert done.status_code == 200
    assert await database.read(find_member, ADDED["name"])
    # the next one is not asked
    assert (await owner.post("/office/staff", {"name": "Bo", "role": "seller"})).status_code == 200


async def test_a_proof_gives_the_session_another_secret(
    owner: StaffClient, database: Database, give_app: GiveApp, make_stale: MakeStale
) -> None:
    mei = await give_app(owner)
    [before] = await database.read(list_sessions, owner.member.id, datetime.now(UTC))
    await make_stale()
    proof = {"proof": "1", "proof_password": PASSWORD, "proof_code": mei.code(datetime.now(UTC))}
    response = await owner.post("/office/confirm", {**proof, "next": "/office/account/app"})
    assert (response.status_code, response.headers["Location"]) == (303, "/office/account/app")
    [after] = await database.read(list_sessions, owner.member.id, datetime.now(UTC))
    assert after.token_hash != before.token_hash
    assert after.expires_at == before.expires_at
    assert "Change app" in await owner.read("/office/account/app")


async def test_a_page_asks_before_it_is_shown(
    owner: StaffClient, give_app: GiveApp, make_stale: MakeStale
) -> None:
    await give_app(owner)
    await make_stale()
    page = await owner.read("/office/account/password?x=1", status=403)
    assert 'action="/office/confirm"' in page
    assert '<input type="hidden" name="next" value="/office/account/password?x=1">' in page


async def test_a_new_password_is_not_repeated(
    owner: StaffClient, give_app: GiveApp, make_stale: MakeStale
) -> None:
    await give_app(owner)
    await make_stale()
    response = await owner.post("/office/account/password", {"password": "nine brown kettles"})
    page = await text_of(response)
    assert response.status_code == 403
    assert "kettles" not in page
    assert '<input type="hidden" name="next" value="/office/account/password">' in page


async def test_a_wrong_proof_changes_nothing_and_keeps_the_form(
    owner: StaffClient, database: Database, give_app: GiveApp, make_stale: MakeStale
) -> None:
    mei = await give_app(owner)
    await make_stale()
    code = mei.code(datetime.now(UTC))
    for wrong in ({"proof_password": "wrong", "proof_code": code}, {"proof_credential": "{}"}):
        response = await owner.post("/office/staff", {**ADDED, "proof": "1", **wrong})
        page = await text_of(response)
        assert response.status_code == 422
        assert "Ana &amp; &lt;Co&gt;" in page
        assert code not in page
    assert not await database.read(find_member, ADDED["name"])


async def test_guessing_has_to_wait(owner: StaffClient, give_app: GiveApp, make_stale: MakeStale) -> None:
    await give_app(owner)
    await make_stale()
    wrong = {"proof": "1", "proof_password": "wrong", "proof_code": "1"}
    statuses = [(await owner.post("/office/confirm", wrong)).status_code for _ in range(5)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


async def test_a_fragment_becomes_the_question(
    owner: StaffClient, give_app: GiveApp, make_stale: MakeStale
) -> None:
    await give_app(owner)
    await make_stale()
    response = await owner.post("/office/staff", ADDED, htmx=True)
    assert response.headers["HX-Retarget"] == "#main"
    assert (await text_of(response)).strip().startswith('<div id="confirm">')


async def test_a_proof_does_not_make_a_seller_an_owner(
    seller: StaffClient, database: Database, give_app: GiveApp, make_stale: MakeStale
) -> None:
    ana = await give_app(seller)
    await make_stale()
    proof = {"proof": "1", "proof_password": PASSWORD, "proof_code": ana.code(datetime.now(UTC))}
    assert (await seller.post("/office/staff", {"name": "Bo", "role": "owner", **proof})).status_code == 403
    assert not await database.read(find_member, "Bo")


async def test_only_ones_own_passkey_is_a_proof(
    owner: StaffClient, seller: StaffClient, database: Database, make_stale: MakeStale
) -> None:
    devices = [Authenticator(), Authenticator()]
    for client, device in zip((owner, seller), devices, strict=True):
        created = device.create(await text_of(await client.get("/office/account/passkeys/new")))
        await client.post("/office/account/passkeys", {"name": "Phone", "credential": created})
    await make_stale()
    statuses = []
    for device in reversed(devices):
        signed = device.sign(await text_of(await owner.get("/office/confirm/passkey")))
        response = await owner.post("/office/staff", {**ADDED, "proof": "1", "proof_credential": signed})
        statuses.append(response.status_code)
    assert statuses == [422, 200]
    assert await database.read(find_member, ADDED["name"])
