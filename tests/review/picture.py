"""The picture in the README: `python -m tests.review.picture`, beside a running `up --demo`."""

import json
import sys
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "review.png"
SHOWN = "Who came up with"  # of the samples: a word in it is marked, and it answers another


def main(credentials: Path) -> None:
    """Sign in as the first moderator, and take the queue with a sample comment in focus."""
    told = json.loads(credentials.read_text())
    who = told["moderator"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        size = ViewportSize(width=1280, height=800)
        page = browser.new_page(base_url=told["url"], viewport=size, color_scheme="light")
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(who["email"])
        page.get_by_label("Password").fill(who["password"])
        page.get_by_role("button", name="Sign in").click()
        page.locator(".row a", has_text=SHOWN).wait_for()  # judged by now
        page.reload()
        page.locator(".row a", has_text=SHOWN).click()
        page.locator('.card[aria-current="true"]', has_text=SHOWN).wait_for()
        page.mouse.move(640, 790)
        page.evaluate("Promise.all(document.getAnimations().map(a => a.finished))")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main(Path(*sys.argv[1:] or ["tactful-data/credentials.json"]))
