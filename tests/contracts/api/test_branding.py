"""White label: how an operator's driver app looks, and whose app answers under which address."""

import pytest

from busbar.canon.tenants import Role
from tests.contracts.api.conftest import Door
from tests.unit.domain.branding.test_model import draw

pytestmark = pytest.mark.every_database

BYTES = {"Content-Type": "application/octet-stream"}
BRAND = {
    "name": "Luce Mobilità", "short_name": "Luce", "accent_light": "#0B5FA5", "accent_dark": "#7AB8F0",
    "imprint": "Luce s.r.l.", "terms": "Be kind.", "support_phone": "+39 011 555", "hosts": ["app.luce.example"],
}  # fmt: skip


async def test_an_app_is_that_of_its_address(world):
    other_id = await world.operator("luce")
    luce = await world.key(Role.MANAGER, operator_id=other_id)
    visitor = Door(world.http)
    assert (await visitor.get("/driver/brand"))["name"] == "Alpha"
    shown = await luce.expect("PUT", "/app-brand", 200, json=BRAND)
    assert (shown["accent_light"], shown["hosts"]) == ("#0b5fa5", ["app.luce.example"])
    await luce.expect("PUT", "/app-brand/logo", 200, content=draw(512, 512), headers=BYTES)

    ways = ({"headers": {"Host": "app.luce.example:8443"}}, {"headers": {"X-Busbar-Network": "luce"}},
            {"params": {"operator": "luce"}})  # fmt: skip
    for way in ways:
        brand = await visitor.get("/driver/brand", **way)
        assert (brand["name"], brand["slug"]) == ("Luce Mobilità", "luce")
        assert "hosts" not in brand
        manifest = await visitor.get("/driver/manifest", **way)
        assert (manifest["short_name"], manifest["icons"][0]["sizes"]) == ("Luce", "512x512")
        logo = await visitor("GET", "/driver/brand/logo", **way)
        assert (logo.content, logo.headers["Content-Type"]) == (draw(512, 512), "image/png")
    assert manifest["start_url"] == "/app/?operator=luce"
    body = {"email": "ada@x.example", "password": "long enough words", "display_name": "Ada"}
    signed_up = await visitor.post("/driver/sign-up", body, 201, headers=ways[0]["headers"])
    assert signed_up["me"]["operator_id"] == other_id
    assert (await visitor.get("/driver/brand", headers={"X-Busbar-Network": "../x"}))["name"] == "Alpha"
    assert (await visitor.get("/driver/brand", 404, params={"operator": "nobody"}))["code"] == "not_found.operator"

    taken = await world.boss.expect("PUT", "/app-brand", 409, json=BRAND)
    assert taken["code"] == "conflict.brand_host_taken"
    await luce.expect("DELETE", "/app-brand/logo", 204)
    assert (await visitor.get("/driver/brand/logo", 404, params={"operator": "luce"}))["code"] == "not_found.logo"
    manifest = await visitor.get("/driver/manifest", params={"operator": "luce"})
    assert manifest["icons"][0]["src"] == "/app/icons/busbar.svg"


async def test_what_is_no_brand_is_refused(world):
    pale = await world.boss.expect("PUT", "/app-brand", 422, json=BRAND | {"accent_light": "#ffeeaa"})
    assert (pale["code"], pale["facts"]["colour"]) == ("invalid.brand_contrast", "#ffeeaa")
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
    refused = await world.boss.expect("PUT", "/app-brand/logo", 422, content=svg, headers=BYTES)
    assert refused["code"] == "invalid.logo"
    await world.boss.expect("PUT", "/app-brand/logo", 422, content=b"x" * 200_001, headers=BYTES)
    support = await world.key(Role.SUPPORT)
    await support.expect("PUT", "/app-brand", 403, json=BRAND)
