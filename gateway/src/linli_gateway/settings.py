"""Settings of the gateway, beside those that every service has."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from pathlib import Path

from linli_kernel.settings import ServiceSettings
from pydantic import Field, SecretStr

from linli_gateway.proxy.exchange import ExchangeOptions
from linli_gateway.proxy.limits import Limit


class GatewaySettings(ServiceSettings):
    """Secrets of the services' own clients come as one JSON object; the rest has working defaults."""

    service_clients: dict[str, SecretStr] = Field(
        default_factory=dict, description="JSON object: client id of a service (`service-registry`, …) to its secret"
    )
    frontend_dir: Path | None = Field(None, description="folder of the built single-page application")
    trusted_proxies: list[str] = Field(
        default_factory=list, description="JSON list of networks whose X-Forwarded-* headers are believed"
    )
    max_body_bytes: int = Field(20 * 1024 * 1024, ge=1024, description="largest request body that is sent on")
    upstream_connect_seconds: float = Field(2.0, gt=0, description="until a service has to accept a connection")
    upstream_read_seconds: float = Field(30.0, gt=0, description="longest silence of a service within one answer")
    upstream_connections: int = Field(512, ge=1, description="requests under way to the services at once")
    caller_streams: int = Field(32, ge=1, description="uploads and event streams of one caller under way at once")
    caller_rate: float = Field(200.0, gt=0, description="requests per second of one signed-in caller, per process")
    caller_burst: int = Field(1000, ge=1, description="requests one caller may make at once")
    source_rate: float = Field(50.0, gt=0, description="requests per second without sign-in from one address")
    source_burst: int = Field(300, ge=1, description="requests one address may make at once without sign-in")
    password_max_age_days: int | None = Field(None, ge=1, description="after which a password has to be changed")
    signing_key_max_age_days: int = Field(90, ge=1, description="after which a new signing key is published")

    @property
    def demo(self) -> bool:
        return self.environment == "demo"

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def password_max_age(self) -> timedelta | None:
        return timedelta(days=self.password_max_age_days) if self.password_max_age_days else None

    @cached_property
    def exchange(self) -> ExchangeOptions:
        return ExchangeOptions(
            max_body_bytes=self.max_body_bytes,
            connect_timeout=timedelta(seconds=self.upstream_connect_seconds),
            read_timeout=timedelta(seconds=self.upstream_read_seconds),
            max_connections=self.upstream_connections,
            max_streams=self.caller_streams,
        )

    @property
    def caller_limit(self) -> Limit:
        return Limit(self.caller_rate, self.caller_burst)

    @property
    def source_limit(self) -> Limit:
        return Limit(self.source_rate, self.source_burst)
