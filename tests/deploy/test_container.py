"""The proxy of compose.yaml without a container engine: nginx in a namespace where only what compose says may be written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.compose import DEPLOY, service

# As the image has it: its two logs are standard output and error, and it was compiled for these folders.
NGINX_CONF = """
user nobody nogroup; worker_processes 1; error_log /var/log/nginx/error.log notice; pid /var/run/nginx.pid;
events {}
http {
    client_body_temp_path /var/cache/nginx/client_temp; proxy_temp_path /var/cache/nginx/proxy_temp;
    fastcgi_temp_path /var/cache/nginx/fastcgi_temp; uwsgi_temp_path /var/cache/nginx/uwsgi_temp;
    scgi_temp_path /var/cache/nginx/scgi_temp;
    access_log /var/log/nginx/access.log; include /etc/nginx/conf.d/*.conf;
}
"""
INSIDE = """
set -e
cd "$1"
mount --make-rprivate /
ip link set lo up
echo '127.0.0.1 localhost app' > hosts && mount --bind hosts /etc/hosts
for folder in /etc/nginx /var/log/nginx /var/cache; do mkdir -p $folder && mount -t tmpfs tmpfs $folder; done
mkdir -p /etc/nginx/conf.d /var/cache/nginx
cp ask.py nginx.conf /etc/nginx/
cp -r certificates /etc/nginx/
ln -s /dev/stdout /var/log/nginx/access.log
ln -s /dev/stderr /var/log/nginx/error.log
{copies}
for folder in /etc/nginx /var/log/nginx /var/cache; do mount -o remount,ro $folder; done
for folder in {tmpfs}; do mount -t tmpfs tmpfs $folder; done
mount -o remount,ro,bind /
if touch /etc/nginx/writable /writable 2>/dev/null; then echo "not read-only"; exit 3; fi
nginx -t
nginx -g 'daemon off;' &
trap "kill $!" EXIT # else it outlives a failure, and holds the output open
"{python}" /etc/nginx/ask.py
trap - EXIT
kill -QUIT $!
wait $!
"""
ASK = """
import http.client, ssl, time
for _ in range(100):
    try:
        plain = http.client.HTTPConnection("127.0.0.1", 80, timeout=5)
        plain.request("GET", "/a-page")
        print(f"plain {plain.getresponse().status}")
        break
    except ConnectionError:
        time.sleep(0.1)
secure = http.client.HTTPSConnection("127.0.0.1", 443, timeout=5, context=ssl._create_unverified_context())
secure.request("POST", "/a-page", body=b"x" * 200_000, headers={"Host": "era.example.org"})
print(f"secure {secure.getresponse().status}")
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What nginx wrote as it ran, and what it answered."""
    for program in ("nginx", "openssl", "unshare", "ip"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not here: the proxy's container is not tried.")
    if subprocess.run(["unshare", "--mount", "--net", "true"], check=False, capture_output=True).returncode:
        pytest.skip("Namespaces cannot be made here: the proxy's container is not tried.")
    folder = tmp_path_factory.mktemp("container")
    (folder / "certificates").mkdir()
    names = ["-keyout", "certificates/era-geo.key", "-out", "certificates/era-geo.pem"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", *names]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (folder / "nginx.conf").write_text(NGINX_CONF)
    (folder / "inside.sh").write_text(_inside(folder))
    done = subprocess.run(
        ["unshare", "--mount", "--net", "sh", str(folder / "inside.sh"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _inside(folder: Path) -> str:
    """Give the script that lays everything where compose says, and shuts the rest."""
    proxy = service("proxy")
    assert proxy["read_only"] is True
    mounted = [volume.split(":") for volume in proxy["volumes"]]
    copies = [f"cp {DEPLOY / source} {target}" for source, target, _ in mounted if (DEPLOY / source).is_file()]
    assert len(copies) == 2
    (folder / "ask.py").write_text(ASK)
    return (
        INSIDE.replace("{copies}", "\n".join(copies))
        .replace("{tmpfs}", " ".join(proxy["tmpfs"]))
        .replace("{python}", str(Path(sys.executable).resolve()))  # a checkout under /tmp is hidden in there
    )


def test_the_proxy_runs_where_only_its_tmpfs_may_be_written(told: str) -> None:
    assert "test is successful" in told
    assert "plain 301" in told
    assert "secure 502" in told


def test_its_log_is_its_output(told: str) -> None:
    assert " POST 502 " in told
    assert "a-page" not in told
