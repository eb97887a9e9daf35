"""A real browser without a window for tests of pages: Chromium as Debian packages it, driven by Selenium.

`apt-get install chromium chromium-driver` where they are missing; without them the tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
DRIVER = "chromedriver"


class Browser:
    """One window; `driver` is Selenium's."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, page: Path, *, width: int = 1400, height: int = 1000) -> None:
        """Load a file in a window of that size, pixels; below 600 wide as a phone does."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self._forget()
        self.driver.get(page.resolve().as_uri())

    def _forget(self) -> None:
        for log in ("browser", "performance"):
            self.driver.get_log(log)

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns; `arguments` are its `arguments`."""
        return self.driver.execute_script(script, *arguments)

    def texts(self, selector: str) -> list[str]:
        """The text of every element, shown or not, without the space around it."""
        script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent.trim())"
        found: list[str] = self.run(script, selector)
        return found

    def click(self, selector: str) -> None:
        self.run("document.querySelector(arguments[0]).click()", selector)

    def type(self, selector: str, text: str) -> None:
        """Replace what a field holds, as typing does."""
        script = "const [where, text] = arguments, field = document.querySelector(where); field.value = text;"
        self.run(
            script + "for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind))", selector, text
        )

    def complaints(self) -> list[str]:
        """Errors and warnings of the console since the page was opened."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def fetched(self) -> list[str]:
        """Addresses asked for since the page was opened, but for files and data in the page itself."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [
            event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in asked if not address.startswith(("file:", "data:", "blob:"))]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a skipped test that says what is missing."""
    binary = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    driver = shutil.which(DRIVER)
    if binary is None or driver is None:
        pytest.skip("no chromium and chromedriver on the PATH (Debian: apt-get install chromium chromium-driver)")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # root cannot have one
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield Browser(started)
    finally:
        started.quit()
