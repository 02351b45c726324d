"""What goes out packed, how, and for whom."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lms.web import assets, headers, packing

BROWSER = "gzip, deflate, br, zstd"
OPENED = {"br": brotli.decompress, "gzip": gzip.decompress}
LONG = b"long enough to be worth it " * 100


@pytest.mark.parametrize(
    ("accepted", "how"),
    [
        (BROWSER, "br"),
        ("gzip, deflate", "gzip"),
        ("BR", "br"),
        ("", None),
        ("identity", None),
        ("deflate, zstd", None),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("br;q=0, gzip;q=0.0", None),
        ("*;q=0", None),
        ("gzip;q=0.5, br;q=0.4", "gzip"),
        ("gzip;q=0.5, br;q=0.5", "br"),
        ("identity, gzip;q=0.5, br;q=0.5", None),
        ("identity;q=0.5, br", "br"),
        ("br;q=much, gzip", "gzip"),
        (";;,=q,br;q=-1", None),
        ("gzip\x00;q=1,\udc80", None),
    ],
)
def test_a_browser_gets_what_it_likes_best_of_what_we_have(accepted: str, how: str | None) -> None:
    assert packing.taken(accepted) == how


@given(st.text("brgzip*;=,q.01- "))
def test_no_header_is_too_odd_to_be_answered(accepted: str) -> None:
    assert packing.taken(accepted) in ("br", "gzip", None)


@given(st.binary(max_size=3000), st.integers(1, 60), st.sampled_from(["br", "gzip"]))
def test_what_was_packed_is_what_is_read(part: bytes, times: int, how: packing.Packing) -> None:
    assert OPENED[how](packing.page(part * times, how)) == part * times


@pytest.mark.parametrize("how", ["br", "gzip"])
def test_the_length_of_an_answer_tells_nothing_exact(how: packing.Packing) -> None:
    lengths = {len(packing.page(LONG, how)) for _ in range(200)}
    assert max(lengths) - min(lengths) >= packing.MOST_ADDED // 2
    assert len(lengths) > packing.MOST_ADDED // 2


@pytest.mark.parametrize("how", ["br", "gzip"])
def test_a_page_is_the_same_page_when_packed(client: FlaskClient, how: str) -> None:
    plain = client.get("/what-we-keep")
    packed = client.get("/what-we-keep", headers={"Accept-Encoding": how})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == how
    assert "Accept-Encoding" in plain.vary
    assert "Accept-Encoding" in packed.vary
    assert OPENED[how](packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_who_asks_for_the_head_hears_of_the_packing_and_gets_no_body(client: FlaskClient) -> None:
    answer = client.head("/what-we-keep", headers={"Accept-Encoding": BROWSER})
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.data == b""


@pytest.mark.parametrize("name", sorted(assets._assets))
def test_our_files_are_packed_as_small_as_they_get(client: FlaskClient, name: str) -> None:
    plain = client.get(assets.asset(name))
    sizes = [len(plain.data)]
    for how in ("gzip", "br"):
        packed = client.get(assets.asset(name), headers={"Accept-Encoding": how})
        assert packed.headers["Content-Encoding"] == how
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert "immutable" in packed.headers["Cache-Control"]
        assert OPENED[how](packed.data) == plain.data
        sizes.append(len(packed.data))
    assert sizes == sorted(sizes, reverse=True)


def answered(app: Flask, response: Response) -> Response:
    with app.test_request_context(headers={"Accept-Encoding": BROWSER}):
        return headers._finish(response)


@pytest.mark.parametrize(
    ("mimetype", "packed"),
    [
        ("text/html", True),
        ("text/csv", True),
        ("application/json", True),
        ("image/svg+xml", True),
        ("application/pdf", False),
        ("application/zip", False),
        ("image/jpeg", False),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
    ],
)
def test_what_is_packed_by_itself_is_not_packed_again(
    app: Flask, mimetype: str, packed: bool
) -> None:
    answer = answered(app, Response(LONG, mimetype=mimetype))
    assert ("Content-Encoding" in answer.headers) is packed
    assert (answer.get_data() == LONG) is not packed


@pytest.mark.parametrize("mimetype", ["text/event-stream", "text/csv", "text/html"])
def test_what_is_sent_as_it_comes_is_not_held_back(app: Flask, mimetype: str) -> None:
    def lines() -> Iterator[bytes]:
        yield LONG

    answer = answered(app, Response(lines(), mimetype=mimetype))
    assert answer.is_streamed
    assert "Content-Encoding" not in answer.headers


def test_a_short_page_fits_into_a_packet_as_it_is(app: Flask) -> None:
    answer = answered(app, Response(b"x" * (headers.LEAST_PACKED - 1), mimetype="text/html"))
    assert "Content-Encoding" not in answer.headers
