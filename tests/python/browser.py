# SPDX-License-Identifier: BSD-2-Clause
"""A headless browser for tests, by the WebDriver protocol (W3C), which is JSON over HTTP: no library is needed."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 60
STARTED = re.compile(r"started successfully on port (\d+)")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
# A container has no user namespaces and a small /dev/shm; the page is ours, so the sandbox guards nothing.
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1200,900")


class Browser:
    """One session; paths are those of the protocol, below the session."""

    def __init__(self, server: str, capabilities: dict[str, Any]) -> None:
        self._root = server
        found = self._send("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._root = f"{server}/session/{found['sessionId']}"

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(self._root + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.loads(answer.read())["value"]

    def open(self, url: str) -> None:
        self._send("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a function body in the page."""
        return self._send("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def click(self, selector: str) -> None:
        """On the first match, which is first brought into view."""
        found = self._send("POST", "/element", {"using": "css selector", "value": selector})
        self._send("POST", f"/element/{found[ELEMENT]}/click")

    def type(self, selector: str, text: str) -> None:
        found = self._send("POST", "/element", {"using": "css selector", "value": selector})
        self._send("POST", f"/element/{found[ELEMENT]}/value", {"text": text})

    def texts(self, selector: str) -> list[str]:
        """Of the matches that are shown."""
        script = "return Array.from(document.querySelectorAll(arguments[0])).filter((e) => e.checkVisibility()).map((e) => e.textContent.trim())"
        return list(self.run(script, selector))

    def quit(self) -> None:
        self._send("DELETE", "")


def _server(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    log = folder / "driver.log"
    command = ["setpriv", "--pdeathsig", "KILL", "--", shutil.which("chromedriver") or "chromedriver", "--port=0"]
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder)}
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment, start_new_session=True)
    deadline = time.monotonic() + SECONDS
    while not (found := STARTED.search(log.read_text(errors="replace"))):
        assert process.poll() is None and time.monotonic() < deadline, log.read_text(errors="replace")
        time.sleep(0.1)
    return process, f"http://127.0.0.1:{found[1]}"


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser with a profile of its own; it and all its processes are gone afterwards.

    Its folder has a short name because the browser makes sockets there, whose names have 108 characters at most.
    """
    with tempfile.TemporaryDirectory(prefix="l4lab-", ignore_cleanup_errors=True) as name:
        process, url = _server(Path(name))
        options = {"args": [*ARGUMENTS, f"--user-data-dir={name}/profile"]}
        try:
            browser = Browser(url, {"browserName": "chrome", "goog:chromeOptions": options})
            yield browser
            browser.quit()
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
