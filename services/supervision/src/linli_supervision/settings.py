"""Settings of supervision, from the environment with the prefix `LINLI_`."""

from pathlib import Path

from linli_kernel.settings import ServiceSettings
from pydantic import Field


class Settings(ServiceSettings):
    """What supervision needs beyond every service."""

    act_words: Path | None = Field(None, description="acts and objects in words (JSON), for papers")
