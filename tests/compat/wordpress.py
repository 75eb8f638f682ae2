"""A real WordPress with its Akismet plugin: Debian's packages, PHP's own server, a MariaDB."""

import contextlib
import html
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.servers import free_port, wait_until

PLUGIN = Path(__file__).parents[2] / "docs" / "integrations" / "wordpress" / "tactful.php"
PASSWORD = "a password of the tests"
POST = 1  # "Hello world!", which every new WordPress has
_PACKAGED = (Path("/usr/share/wordpress"), Path("/tmp/tactful-wordpress/usr/share/wordpress"))
_INSTALL = """
define('WP_INSTALLING', true);
require '{root}/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Blog', 'admin', 'admin@blog.example', true, '', '{password}');
update_option('siteurl', '{url}');
update_option('home', '{url}');
update_option('comment_previously_approved', 0);
update_option('akismet_strictness', '1');
update_option('active_plugins', array('akismet/akismet.php'));
"""
_LOAD = "$_SERVER['HTTP_HOST'] = '{host}'; require '{root}/wp-load.php';"
_HURRIED = "<?php add_filter( 'comment_flood_filter', '__return_false', 100 );\n"


def packaged_wordpress() -> Path:
    """Return where WordPress's files are; fetch Debian's package where it is not unpacked yet."""
    for directory in _PACKAGED:
        if (directory / "wp-load.php").is_file():
            return directory
    target = _PACKAGED[1].parents[2]
    target.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", "wordpress"], cwd=target, check=True)
    (package,) = target.glob("wordpress_*.deb")
    subprocess.run(["dpkg", "-x", package, target], check=True)
    return _PACKAGED[1]


@contextmanager
def running_mariadb(directory: Path) -> Iterator[Path]:
    """Give the socket of a throw-away server with an empty database `wordpress`."""
    for program in ("mariadbd", "mariadb-install-db", "mariadb", "php"):
        assert shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin"), (
            f"{program} is missing: .ci/run installs Debian's php-cli, php-mysql,"
            " mariadb-server-core and mariadb-client-core"
        )
    data, socket = directory / "data", directory / "sql.sock"
    user = ["--user=root"] if os.getuid() == 0 else []
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", *user]
    install += ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
    server = ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}"]
    server += ["--skip-networking", "--innodb-flush-log-at-trx-commit=0", *user]
    with (directory / "mariadb.log").open("w") as log:
        process = subprocess.Popen(server, stderr=log)
    client = ["mariadb", "--no-defaults", "-uroot", f"--socket={socket}", "-e"]
    create = "CREATE DATABASE wordpress"
    try:
        wait_until(
            lambda: _succeeds([*client, create]),
            30,
            "MariaDB does not answer",
        )
        yield socket
    finally:
        process.terminate()
        process.wait(20)


@dataclass
class WordPress:
    """A blog with one article; `settings` are constants of its wp-config.php."""

    root: Path
    url: str
    settings: dict[str, str] = field(default_factory=dict)
    database: Path = Path()

    def configure(self, **settings: str) -> None:
        """Write wp-config.php, as its owner would."""
        self.settings |= settings
        lines = [f"define('{name}', '{value}');" for name, value in self.settings.items()]
        config = [
            "<?php",
            "define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');",
            f"define('DB_HOST', 'localhost:{self.database}'); define('DISABLE_WP_CRON', true);",
            *lines,
            "$table_prefix = 'wp_';",
            "defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');",
            "require_once ABSPATH . 'wp-settings.php';",
        ]
        (self.root / "wp-config.php").write_text("\n".join(config))

    def php(self, code: str, *, load: bool = True) -> str:
        """Run PHP as WordPress would, without a web server; return what it prints."""
        loading = _LOAD.format(root=self.root, host=self.url.removeprefix("http://"))
        done = subprocess.run(
            ["php", "-d", "display_errors=stderr", "-r", (loading if load else "") + code],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def json(self, code: str) -> Any:
        return json.loads(self.php(f"echo json_encode({code});"))

    def post_comment(self, text: str, name: str = "Ada") -> httpx.Response:
        """Send the form below the article, as a reader's browser does."""
        form = {
            "author": name,
            "email": f"{name.lower()}@example.org",
            "url": "",
            "comment": text,
            "comment_post_ID": str(POST),
            "comment_parent": "0",
        }
        headers = {"User-Agent": "Mozilla/5.0", "Referer": f"{self.url}/?p={POST}"}
        return httpx.post(
            f"{self.url}/wp-comments-post.php", data=form, headers=headers, timeout=30
        )

    def comment(self, text: str) -> dict[str, Any] | None:
        """Return the newest comment with this text, as the database has it."""
        found = self.json(
            "array_values(array_filter(get_comments(array('status' => 'any', 'orderby' => "
            f"'comment_ID')), fn($c) => str_contains($c->comment_content, {json.dumps(text)})))"
        )
        return dict(found[0]) if found else None

    def status(self, text: str) -> str | None:
        """Return `1` (published), `0` (held), `spam`, or None where there is no such comment."""
        comment = self.comment(text)
        return None if comment is None else str(comment["comment_approved"])

    def published(self) -> str:
        """Return the comments as a reader gets them; Debian's package has no theme to show one."""
        return httpx.get(f"{self.url}/?rest_route=/wp/v2/comments", timeout=30).text

    @contextmanager
    def signed_in(self) -> Iterator[httpx.Client]:
        """Give a browser in which the admin is signed in."""
        with httpx.Client(base_url=self.url, timeout=30, follow_redirects=True) as browser:
            browser.get("/wp-login.php")
            form = {"log": "admin", "pwd": PASSWORD, "testcookie": "1"}
            answer = browser.post("/wp-login.php", data=form)
            assert "wp-admin" in str(answer.url), answer.text[:500]
            yield browser

    def click_not_spam(self, browser: httpx.Client, comment_id: str) -> None:
        """Follow the link "Not Spam" of a comment in the Spam folder."""
        page = browser.get("/wp-admin/edit-comments.php?comment_status=spam").text
        wanted = rf"comment\.php\?c={comment_id}&action=unspamcomment&_wpnonce=\w+"
        found = re.search(wanted, html.unescape(page))
        assert found, "no such link in the Spam folder"
        link = found[0]
        assert browser.get(f"/wp-admin/{link}").status_code == 200


@contextmanager
def running_wordpress(directory: Path, **settings: str) -> Iterator[WordPress]:
    """Give an installed blog behind PHP's own web server, with our must-use plugin in place."""
    with ExitStack() as stack:
        database = stack.enter_context(running_mariadb(directory))
        port = free_port()
        root = directory / "wordpress"
        shutil.copytree(packaged_wordpress(), root, symlinks=True)
        plugins = root / "wp-content" / "mu-plugins"
        plugins.mkdir()
        shutil.copy(PLUGIN, plugins)
        (plugins / "hurried.php").write_text(_HURRIED)
        blog = WordPress(root, f"http://127.0.0.1:{port}", dict(settings), database)
        blog.configure()
        install = _INSTALL.format(root=root, url=blog.url, password=PASSWORD)
        blog.php(install, load=False)
        stack.enter_context(_serving(root, port, directory / "php.log"))
        yield blog


@contextmanager
def _serving(root: Path, port: int, log: Path) -> Iterator[None]:
    command = ["php", "-d", "display_errors=1", "-S", f"127.0.0.1:{port}", "-t", str(root)]
    env = os.environ | {"PHP_CLI_SERVER_WORKERS": "3"}
    with log.open("w") as out:  # a session of its own: PHP's workers outlive their parent
        process = subprocess.Popen(command, stdout=out, stderr=out, env=env, start_new_session=True)
    try:
        wait_until(lambda: _answers(port), 20, "PHP does not answer")
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0


def _answers(port: int) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/readme.html").status_code == 200
    return False
