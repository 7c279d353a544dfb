import json
import logging

import pytest

from app.core.logs import JsonLines

pytestmark = pytest.mark.on_any_database


def lines(caplog) -> list[dict]:
    return [json.loads(JsonLines().format(record)) for record in caplog.records]


def test_every_request_is_one_line_with_its_id(app, client, caplog):
    caplog.set_level(logging.INFO, "app")
    answer = client.get("/healthz", headers={"X-Request-ID": "proxy17"})
    (line,) = lines(caplog)
    assert answer.headers["X-Request-ID"] == "proxy17"
    assert {k: line[k] for k in ("level", "method", "path", "status")} == {
        "level": "info",
        "method": "GET",
        "path": "/healthz",
        "status": 200,
    }


def test_a_request_id_that_could_forge_a_line_is_replaced(client):
    for given in ("a" * 41, 'x","level":"error', "<script>"):
        kept = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
        assert kept != given
        assert kept.isalnum()


def test_an_error_is_one_line_with_its_traceback_and_request(in_page, caplog):
    def broken():
        try:
            int("dòng\nmới")
        except ValueError:
            logging.getLogger("app.x").exception("hỏng %s", "rồi", extra={"job": 5})
        return JsonLines().format(caplog.records[-1])

    written = in_page("vi", broken)
    assert "\n" not in written
    line = json.loads(written)
    assert line["message"] == "hỏng rồi"
    assert line["job"] == 5
    assert line["request"]
    assert "ValueError" in line["error"]
