"""Settings: defaults < council.toml < COUNCIL_* environment variables. Read once, by the composition root."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
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
MOST_DOLLARS = 1_000_000.0
Dollars = Annotated[float, Field(ge=0, le=MOST_DOLLARS, allow_inf_nan=False)]
_CLOUD_NEEDS = ("base_url", "model", "prompt_usd_per_1k_tokens", "completion_usd_per_1k_tokens")


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

    database_url: SecretStr | None = Field(
        None, description="Database for budget and journal; without it SQLite in data_dir/council.db."
    )
    budget_usd: Dollars = Field(
        10.0, description="Most that may be spent within any 24 hours; /admin/cap sets another."
    )
    journal_max_turns: int = Field(100_000, ge=1, description="Turns that the journal keeps.")
    journal_days: int = Field(30, ge=1, le=3650, description="Days that the journal keeps turns.")

    cloud_enabled: bool = Field(
        False, description="Whether the cloud may answer when local inference cannot; /admin/cloud switches."
    )
    cloud_provider: str = Field(
        "openai", pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="Name of the upstream, shown in answers."
    )
    cloud_base_url: str | None = Field(
        None, description="The upstream's OpenAI-compatible URL, such as https://api.openai.com/v1."
    )
    cloud_model: str | None = Field(None, min_length=1, max_length=128, description="Model asked for there.")
    cloud_api_key: SecretStr | None = Field(
        None, description="Key for the upstream; /admin/apikey sets another until the next start."
    )
    cloud_prompt_usd_per_1k_tokens: Dollars | None = Field(None, description="Its price of prompt tokens.")
    cloud_completion_usd_per_1k_tokens: Dollars | None = Field(None, description="Its price of new tokens.")
    cloud_max_tokens: int = Field(1024, ge=1, le=2**20, description="Most new tokens of a cloud answer.")
    cloud_max_prompt_chars: int = Field(
        60_000, ge=1, description="Longer conversations are not sent to the cloud."
    )
    cloud_asks_for_usage: bool = Field(
        True, description="Send stream_options; false for upstreams that refuse it, such as Mistral's."
    )
    cloud_phone_region: str = Field(
        "US",
        pattern=r"^[A-Z]{2}$",
        description="Country of telephone numbers without a country code, for redaction.",
    )
    cloud_connect_timeout_s: PositiveSeconds = Field(5.0, description="Longest wait for a connection.")
    cloud_silence_timeout_s: PositiveSeconds = Field(30.0, description="Longest silence of the upstream.")
    cloud_timeout_s: PositiveSeconds = Field(120.0, description="Longest time of a whole cloud answer.")
    cloud_answer_limit_bytes: int = Field(
        4 * 2**20, ge=1024, description="A longer answer of the upstream is cut off as faulty."
    )

    memory: bool = Field(True, description="Whether users' statements are remembered and recalled.")
    memory_dir: Path | None = Field(None, description="Where they are kept; without it data_dir/memory.")
    memory_max_rows: int = Field(
        1000, ge=1, le=100_000, description="Statements kept of one owner; the oldest are dropped."
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
        20.0,
        description="A skill that took longer, waiting for generated text aside, is left, and the model answers.",
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
    def memory_path(self) -> Path:
        return self.memory_dir or self.data_dir / "memory"

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    @property
    def triton_grpc_url(self) -> str:
        return f"{self.triton_host}:{self.triton_grpc_port}"

    @property
    def database(self) -> str:
        """Its URL. Holds the password."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{self.data_dir / 'council.db'}"

    @property
    def cloud_is_configured(self) -> bool:
        """All but the key is there."""
        return self.cloud_base_url is not None

    @model_validator(mode="after")
    def _cloud_is_whole(self) -> Settings:
        missing = [f"cloud_{name}" for name in _CLOUD_NEEDS if getattr(self, f"cloud_{name}") is None]
        if missing and len(missing) < len(_CLOUD_NEEDS):
            raise ValueError(f"the cloud upstream also needs {' and '.join(missing)}")
        if self.cloud_enabled and missing:
            raise ValueError(f"cloud_enabled needs {' and '.join(missing)}")
        return self

    @field_validator("cloud_base_url")
    @classmethod
    def _only_safe_upstreams(cls, value: str | None) -> str | None:
        if value is None:
            return None
        url = urlsplit(value)
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK_HOSTS):
            raise ValueError("must begin with https:// (http:// only on this machine)")
        if not url.hostname or url.username or url.password or url.query or url.fragment:
            raise ValueError("must be scheme, host and path only: the key has a setting of its own")
        return value.rstrip("/")

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
