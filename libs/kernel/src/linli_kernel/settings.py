"""Settings of a service, from the environment with the prefix `LINLI_`.

Secrets have no default: outside the demo a missing one stops the start.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class OwnerSettings(BaseSettings):
    """What a command needs that writes as the owner of the tables and opens nothing that is encrypted."""

    model_config = SettingsConfigDict(env_prefix="LINLI_", extra="ignore", frozen=True)

    migration_url: str = Field(description="owner role, postgresql://user:password@host:port/database")


class ServiceSettings(BaseSettings):
    """What every service needs; a service adds its own fields in a subclass."""

    model_config = SettingsConfigDict(env_prefix="LINLI_", extra="ignore", frozen=True)

    environment: Literal["demo", "production"] = Field("production", description="demo unlocks demo accounts and data")
    database_url: str = Field(description="serving role, postgresql://user:password@host:port/database")
    migration_url: str | None = Field(None, description="owner role; needed by migrations only")
    gateway_url: str = Field("http://127.0.0.1:8000", description="base URL, no trailing slash")
    registry_url: str = Field("http://127.0.0.1:8001", description="base URL, no trailing slash")
    desk_url: str = Field("http://127.0.0.1:8002", description="base URL, no trailing slash")
    supervision_url: str = Field("http://127.0.0.1:8003", description="base URL, no trailing slash")
    public_url: str = Field("http://127.0.0.1:8000", description="what a phone opens; goes into QR codes")
    client_id: str = Field("", description="this service's own OAuth client")
    client_secret: SecretStr = Field(SecretStr(""), description="secret of that client")
    keyring: SecretStr = Field(description="privacy keys as JSON, see linli_kernel.privacy")
    profiles_dir: Path = Field(Path("profiles"), description="folder of the place profiles")
    font_dir: Path | None = Field(None, description="folder of the document fonts")
    run_worker: bool = Field(True, description="run relay, jobs and schedules inside this process")
    jwks: str | None = Field(None, description="public token keys as JSON; otherwise fetched from the gateway")
    sms_url: str | None = Field(None, description="where the place's SMS provider takes messages; none: no messages")
    sms_app: str = Field("", description="what the provider calls this installation")
    sms_secret: SecretStr = Field(SecretStr(""), description="secret shared with the provider; signs and never travels")
    sms_timeout_seconds: float = Field(10.0, gt=0, le=30, description="until the provider has to answer")
    pool_size: int = Field(8, ge=1, description="connections of the reading pool")
    log_level: str = "INFO"

    @property
    def asyncpg_url(self) -> str:
        return self.database_url.replace("postgresql+asyncpg://", "postgresql://", 1)

    @property
    def sqlalchemy_url(self) -> str:
        return self.asyncpg_url.replace("postgresql://", "postgresql+asyncpg://", 1)
