"""Downloads from a server on this machine: whole, interrupted, changed, refused."""

import http.server
import threading

import pytest

from ahec_analysis.data import fetch
from ahec_analysis.errors import FetchError, ParameterError

CONTENT = bytes(range(256)) * 5000


class Handler(http.server.BaseHTTPRequestHandler):
    content = CONTENT
    cut_after = None
    ranges = ()

    def do_GET(self):
        if self.path != "/data.zip":
            self.send_error(404)
            return
        start = (
            int(self.headers["Range"].removeprefix("bytes=").rstrip("-")) if "Range" in self.headers else 0
        )
        type(self).ranges += (start,)
        if start >= len(self.content):
            self.send_error(416)
            return
        body = self.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.cut_after is None else body[: self.cut_after])

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    handler = type("Fresh", (Handler,), {})
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    handler.url = f"http://127.0.0.1:{running.server_port}/data.zip"
    yield handler
    running.shutdown()
    running.server_close()
    thread.join()


def test_a_download_is_whole_and_not_repeated(server, tmp_path):
    seen = []
    path = fetch.download(server.url, tmp_path, told=lambda have, total: seen.append((have, total)))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    fetch.download(server.url, tmp_path)
    assert len(server.ranges) == 1


def test_an_interrupted_download_goes_on_where_it_stopped(server, tmp_path):
    server.cut_after = 300_000
    with pytest.raises(FetchError, match="goes on where it stopped"):
        fetch.download(server.url, tmp_path)
    assert not (tmp_path / "data.zip").exists()
    server.cut_after = None
    assert fetch.download(server.url, tmp_path).read_bytes() == CONTENT
    assert server.ranges[1] > 0


def test_a_damaged_file_is_fetched_again(server, tmp_path):
    path = fetch.download(server.url, tmp_path)
    path.write_bytes(b"damaged")
    assert fetch.download(server.url, tmp_path).read_bytes() == CONTENT


def test_other_content_than_at_first_is_refused(server, tmp_path):
    fetch.download(server.url, tmp_path).unlink()
    server.content = CONTENT + b"!"
    with pytest.raises(FetchError, match="differs from"):
        fetch.download(server.url, tmp_path)


def test_a_missing_page_is_named(server, tmp_path):
    with pytest.raises(FetchError, match=r"nothing\.zip: 404"):
        fetch.download(server.url.replace("data.zip", "nothing.zip"), tmp_path)


def test_sources_by_hand_say_how():
    with pytest.raises(FetchError, match="accept the terms"):
        fetch.fetch("wdpa")
    with pytest.raises(ParameterError, match="did you mean `hydrobasins`"):
        fetch.fetch("hydrobasin")
