"""The page to try the API at: nothing of it comes from elsewhere."""

from __future__ import annotations

import re

import httpx


def test_the_page_loads_nothing_from_elsewhere(http: httpx.Client) -> None:
    page = http.get("/docs").raise_for_status().text
    own = str(http.base_url).rstrip("/")
    links = re.findall(r"""(?:src|href|url)[=:]\s*["']([^"']+)["']""", page)
    assert len(links) >= 3
    for link in links:
        assert link.startswith((own, "/")), link
        assert http.get(link).status_code == 200, link
    assert "://" not in page.replace(own, "")


def test_the_second_page_of_v2_leads_to_it(http: httpx.Client) -> None:
    reply = http.get("/redoc")
    assert (reply.status_code, reply.headers["location"]) == (307, "/docs")
