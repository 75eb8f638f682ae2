"""A site's model as a file: JSON that says for which prior its weights were taught.

Errors
    ExportInvalid   the file is no export, or of another prior or another way of hashing
"""

import base64
import json

import numpy as np

from workers.spam.hashing import BITS
from workers.spam.packing import pack_weights, unpack_weights
from workers.spam.prior import packaged_prior

_FORMAT = "tactful-spam-1"


class ExportInvalid(Exception):
    """The file cannot be imported; the message says why."""


def write_export(packed: bytes) -> str:
    """Return packed weights as JSON."""
    about = {"format": _FORMAT, "bits": BITS, "prior": packaged_prior().version}
    return json.dumps({**about, "weights": base64.b64encode(packed).decode()}) + "\n"


def read_export(text: str) -> bytes:
    """Return the packed weights of an export; raise ExportInvalid."""
    try:
        given = json.loads(text)
        about = (given["format"], given["bits"], given["prior"])
        weights = unpack_weights(base64.b64decode(given["weights"], validate=True))
    except (ValueError, KeyError, TypeError) as error:
        raise ExportInvalid("this is no export of a spam model") from error
    if about != (_FORMAT, BITS, packaged_prior().version):
        raise ExportInvalid("this export was taught on top of another prior")
    if not np.isfinite(weights).all():
        raise ExportInvalid("its weights are no numbers")
    return pack_weights(weights)
