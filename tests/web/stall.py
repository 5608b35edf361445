"""A small app of public pages that do all that pages can do, with the page cache in front."""

import asyncio
from collections import Counter

from quart import Quart, Response, abort, redirect, request, session
from quart.typing import ResponseReturnValue

from bookshop.web import page_cache, security
from bookshop.web.page_cache import PageCache
from bookshop.web.public_pages import (
    SPECULATION_RULES,
    PublicBlueprint,
    list_public_paths,
    public_pattern,
)


class Clock:
    """A clock that stands still until a test sets it."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Stall:
    """The app, its cache, and what tests observe of them.

    `entered` is set when `/plain` is being rendered, which ends when `may_finish` is set, and fails while the
    app `is_broken`.
    """

    def __init__(self) -> None:
        self.rendered = Counter[str]()
        self.entered, self.may_finish = asyncio.Event(), asyncio.Event()
        self.may_finish.set()
        self.is_broken = False
        self.clock = Clock()
        self.app = app = Quart("stall")
        app.secret_key = "a secret for tests only"
        app.config[SPECULATION_RULES] = "/rules.json"
        security.install(app, "http://shop.example")
        app.register_blueprint(stall_pages(self))
        public = public_pattern(list_public_paths(app))
        self.cache = PageCache(app.asgi_app, public, "http://shop.example", self.clock)
        app.asgi_app = self.cache  # type: ignore[method-assign]  # as Quart wants it
        self.client = app.test_client()


def stall_pages(stall: Stall) -> PublicBlueprint:
    """Pages that are kept, and pages that must not be."""
    routes = PublicBlueprint("stall", "stall")

    @routes.before_request
    async def count() -> None:
        stall.rendered[request.path] += 1

    @routes.get("/plain", ignores_query=True)
    async def plain() -> ResponseReturnValue:
        stall.entered.set()
        await stall.may_finish.wait()
        if stall.is_broken:
            abort(503)
        return "plain " * 200

    @routes.get("/asks")
    async def asks() -> ResponseReturnValue:
        return f"{request.args.get('q')} {request.headers.get('HX-Request')}"

    @routes.get("/stored")
    async def stored() -> ResponseReturnValue:
        stall.clock.now += 0.5
        return Response("stored", headers={"Cache-Control": "public, max-age=86400"})

    @routes.get("/ageless")
    async def ageless() -> ResponseReturnValue:
        return Response("ageless", headers={"Cache-Control": "public, no-cache"})

    @routes.get("/large")
    async def large() -> ResponseReturnValue:
        return "x" * page_cache.MAX_ENTRY_BYTES

    @routes.get("/echo")
    async def echo() -> ResponseReturnValue:
        return f"{request.cookies} {request.headers} from {request.remote_addr} at {request.url}"

    @routes.get("/session")
    async def read_session() -> ResponseReturnValue:
        return str("basket" in session)

    @routes.get("/remembered")
    async def remembered() -> ResponseReturnValue:
        session["seen"] = True
        return "remembered"

    @routes.get("/cookie")
    async def cookie() -> ResponseReturnValue:
        response = Response("cookie")
        response.set_cookie("a", "b")
        return response

    @routes.get("/no-store")
    async def no_store() -> ResponseReturnValue:
        return Response("own", headers={"Cache-Control": "no-store"})

    @routes.get("/private")
    async def private() -> ResponseReturnValue:
        return Response("own", headers={"Cache-Control": "private, max-age=1"})

    @routes.get("/varies")
    async def varies() -> ResponseReturnValue:
        return Response("own", headers={"Vary": "Accept-Language"})

    @routes.get("/gone")
    async def gone() -> ResponseReturnValue:
        abort(404)

    @routes.get("/moved")
    async def moved() -> ResponseReturnValue:
        return redirect("/plain", 301)

    return routes
