#!/bin/sh
# Pins anew what the image is made of; see deploy/locks/README.md.
set -eu
cd "$(dirname "$0")/.."
compile() { # IN OUT OPTION…
  input=$1 output=deploy/locks/$2; shift 2
  .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
    --generate-hashes --no-annotate --no-header "$@" "$input" -o "$output"
}
compile deploy/locks/build.in build.txt
compile pyproject.toml default.txt
# torch's CPU build needs none of what its CUDA build does.
echo 'torch==2.13.0' >deploy/locks/.torch
trap 'rm -f deploy/locks/.torch' EXIT
compile pyproject.toml detoxify.txt --extra detoxify -c deploy/locks/.torch -c deploy/locks/default.txt
.venv/bin/python - deploy/locks/detoxify.txt <<'END'
import re, sys
from pathlib import Path
lock = Path(sys.argv[1])
entries = re.findall(r"^\S.*\n(?:^ .*\n)*", lock.read_text(), re.M)
lock.write_text("".join(e for e in entries if not re.match(r"(torch|triton|nvidia-|cuda-)", e)))
END
