"""What a first visit costs, all in, on the wire."""

import pytest

PAGES = [
    "/vi/",
    "/en/",
    "/vi/courses",
    "/vi/courses?q=may+tinh",
    "/vi/courses/{free_course}",
    "/vi/resources",
    "/vi/wards/{ward}",
    "/vi/providers/{slug}",
    "/vi/help",
    "/vi/runs/{free_run}/enrol",
    "/vi/my-place",
    "/vi/sign-in",
]
MOST_BYTES = 45_000
MOST_REQUESTS = 6


class Wire:
    """Counts what the browser receives, as it comes, heads included."""

    def __init__(self, page):
        self.sizes: dict[str, int] = {}
        self.addresses: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._begin)
        session.on("Network.loadingFinished", self._end)

    def _begin(self, event):
        self.addresses[event["requestId"]] = event["response"]["url"]

    def _end(self, event):
        self.sizes[event["requestId"]] = int(event["encodedDataLength"])

    def cost(self) -> dict[str, int]:
        foreign = ("data:", "blob:")
        return {
            address: self.sizes.get(key, 0)
            for key, address in self.addresses.items()
            if not address.startswith(foreign)
        }


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_is_small(visit, city, path):
    page = visit(viewport={"width": 360, "height": 740})
    wire = Wire(page)
    page.goto(path.format(**city.known), wait_until="networkidle")
    cost = wire.cost()
    assert len(cost) <= MOST_REQUESTS, cost
    assert sum(cost.values()) <= MOST_BYTES, cost
    assert all(address.startswith(city.url) for address in cost)


def test_a_second_page_costs_only_itself(visit, city):
    page = visit()
    page.goto("/vi/", wait_until="networkidle")
    wire = Wire(page)
    page.goto("/vi/courses", wait_until="networkidle")
    received = {address: size for address, size in wire.cost().items() if size}
    assert list(received) == [f"{city.url}/vi/courses"]
    assert sum(received.values()) <= 10_000


def test_who_saves_data_gets_no_fonts(visit, city):
    page = visit(extra_http_headers={"Save-Data": "on"})
    wire = Wire(page)
    page.goto("/vi/", wait_until="networkidle")
    assert [address for address in wire.cost() if address.endswith(".woff2")] == []
    assert sum(wire.cost().values()) <= 16_000
