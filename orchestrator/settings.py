"""Settings: defaults < council.toml < COUNCIL_* environment variables. Read once, by the composition root."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PROJECT_ROOT = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})

Port = Annotated[int, Field(ge=1, le=65535)]
PositiveSeconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]


class Settings(BaseSettings):
    """Everything an operator may change. Units are in the names."""

    model_config = SettingsConfigDict(env_prefix="COUNCIL_", toml_file="council.toml", extra="forbid")

    host: str = Field(
        "127.0.0.1", description="Address the HTTP API binds. Off loopback an API key is required."
    )
    port: Port = Field(9000, description="Port of the HTTP API.")
    published_address: str | None = Field(
        None,
        description="In a container: the host's address on which the port is published. It then decides, in place "
        "of `host`, whether an API key is required.",
    )
    api_key: SecretStr | None = Field(None, description="Key that clients send as a bearer token.")
    allowed_hosts: list[str] = Field(
        default_factory=list, description="Further names under which browsers may reach this server."
    )
    data_dir: Path = Field(PROJECT_ROOT / "data", description="Models, engines, databases, run state.")
    default_model: str = Field(
        "smollm2-135m", description="Model served when a request names none of its own."
    )

    triton_host: str = Field("127.0.0.1", description="Host of the Triton server.")
    triton_grpc_port: Port = Field(8001, description="Triton's gRPC port.")
    triton_http_port: Port = Field(8000, description="Triton's HTTP port (loopback; used by the supervisor).")
    triton_metrics_port: Port = Field(8002, description="Triton's metrics port (loopback).")

    routing_policy: Literal["learned", "rules"] = Field(
        "learned",
        description="What decides on `council/auto`: the trained classifier, or rules on words and length alone.",
    )
    routing_quality: float = Field(
        0.5,
        ge=0,
        le=1,
        description="0 prefers the cheaper model wherever it may do, 1 the better one wherever it may help.",
    )
    skill_deadline_s: PositiveSeconds = Field(
        20.0, description="A skill that has not answered by then is left, and the model answers."
    )
    third_party_skills: bool = Field(
        True, description="Whether installed packages may add skills (entry points `council.skills`)."
    )
    answer_tokens: int = Field(
        2048, ge=1, description="Most tokens of one generation for a skill, a v2 route or a vote."
    )
    vote_voices: int = Field(5, ge=1, le=16, description="Most candidates that `council/vote` compares.")
    vote_tokens: int = Field(4096, ge=1, description="Most tokens that all candidates of a vote may take.")
    vote_deadline_s: PositiveSeconds = Field(
        30.0, description="A vote is decided by then, with the candidates it has."
    )

    first_token_timeout_s: PositiveSeconds = Field(
        120.0, description="Longest wait for a first token, queueing included."
    )
    inter_token_timeout_s: PositiveSeconds = Field(
        20.0, description="Longest silence inside a running stream."
    )
    request_body_limit_bytes: int = Field(4 * 2**20, ge=1024, description="Largest accepted request body.")
    stream_buffer_tokens: int = Field(
        256, ge=1, description="Tokens held for a slow reader before its generation waits."
    )
    slow_reader_timeout_s: PositiveSeconds = Field(
        60.0, description="A reader that takes nothing for this long is treated as gone."
    )
    drain_timeout_s: PositiveSeconds = Field(
        20.0, description="Time running streams get to finish at shutdown."
    )

    @property
    def models_dir(self) -> Path:
        return self.data_dir / "models"

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    @property
    def triton_grpc_url(self) -> str:
        return f"{self.triton_host}:{self.triton_grpc_port}"

    @model_validator(mode="after")
    def _refuse_open_bind_without_key(self) -> Settings:
        key = self.api_key.get_secret_value() if self.api_key else ""
        name, reachable = "host", self.host
        if self.published_address is not None:
            name, reachable = "published_address", self.published_address
        if reachable not in LOOPBACK_HOSTS and len(key) < 16:
            raise ValueError(
                f"{name} {reachable!r} is not loopback: set COUNCIL_API_KEY to a secret of 16 characters or more"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
