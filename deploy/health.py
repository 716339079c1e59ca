#!/usr/bin/env python3
"""Is the app up and able to work? `health.py http://127.0.0.1:8501`: one line for each part, exit code 0 if all is well.

Asks the server whether it is up, and with --whole runs `era-geo doctor` as well, which looks at the folder, the national grid, the
layer files and the regions. Standard library only.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.error import URLError

PATIENCE_S = 4.0


def main(arguments: list[str]) -> int:
    """Look at each part, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="Where the app is, such as http://127.0.0.1:8501.")
    parser.add_argument("--whole", action="store_true", help="Also run `era-geo doctor`.")
    given = parser.parse_args(arguments)
    if not given.url.startswith(("http://", "https://")):
        parser.error("The address must begin with http:// or https://.")
    well = _is_up(given.url)
    if given.whole:
        well &= subprocess.run([str(Path(sys.executable).with_name("era-geo")), "doctor"], check=False).returncode == 0
    return 0 if well else 1


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/_stcore/health", timeout=PATIENCE_S) as answer:  # noqa: S310 - checked above
            up = answer.status == 200 and answer.read().strip() == b"ok"
    except (URLError, OSError) as error:
        print(f"FAIL  server: {getattr(error, 'reason', error)}")
        return False
    print("ok    server" if up else "FAIL  server: it answers, but not that it is well")
    return up


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
