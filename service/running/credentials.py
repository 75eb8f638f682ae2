"""The keys of `tactful up` as its directory has them: `credentials.json`, and `curlrc` for curl."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from service.faults import Fault
from service.running.data_dir import DataDir, write_private


class ModeratorCredentials(BaseModel):
    """What a person signs in with."""

    model_config = ConfigDict(frozen=True)

    email: str
    password: str


class Credentials(BaseModel):
    """The content of `credentials.json`."""

    model_config = ConfigDict(frozen=True)

    url: str
    site: str
    api_key: str
    akismet_key: str
    moderator: ModeratorCredentials


def read_credentials(path: Path) -> Credentials:
    """Return what the file holds; raise Fault when it is not what we wrote."""
    try:
        return Credentials.model_validate_json(path.read_text())
    except (ValidationError, UnicodeDecodeError) as error:
        raise Fault(
            f"{path} is damaged; restore it, or delete it and start with --renew-lost-keys for new"
            " keys (the old ones will stop working)"
        ) from error
    except OSError as error:
        raise Fault(f"cannot read {path}: {error.strerror}") from error


def keep_credentials(data_dir: DataDir, credentials: Credentials) -> None:
    """Write both files."""
    write_private(data_dir.credentials, json.dumps(credentials.model_dump(), indent=2) + "\n")
    # For `curl -K`: the key is then neither on a screen nor in a list of processes.
    header = f'header = "Authorization: Bearer {credentials.api_key}"\n'
    write_private(data_dir.curlrc, f'{header}header = "Content-Type: application/json"\n')
