"""`/docs`: a page to try the API at, with Swagger UI's own files from a package. `/redoc` leads there.

FastAPI's own pages load scripts of another site into an origin that may call everything here.
"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

_FILES = "/docs/files"


def add_docs_page(app: FastAPI) -> None:
    """For an application that was made without pages of its own."""
    app.mount(_FILES, StaticFiles(packages=[("fastapi_swagger", "resources")]))

    @app.get("/docs", include_in_schema=False)
    async def docs(_: Request) -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=str(app.openapi_url),
            title=f"{app.title} API",
            swagger_js_url=f"{_FILES}/swagger-ui-bundle.js",
            swagger_css_url=f"{_FILES}/swagger-ui.css",
            swagger_favicon_url=f"{_FILES}/favicon-32x32.png",
        )

    @app.get("/redoc", include_in_schema=False)
    async def redoc(_: Request) -> RedirectResponse:
        return RedirectResponse("/docs", status_code=307)
