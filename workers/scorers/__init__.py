"""Scorers: what turns texts into scores. One module each, behind the protocol."""

import os

# Unless told not to before its import, ONNX Runtime (1.29 on) writes an id of this machine into
# the home directory, and tells its maker of every process and model. A self-hosted service calls
# nobody that its operator did not name.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
