"""Who may sign in, as an operator sets it: the section ``[oidc]``.

Belongs here: that section, with what must be beside what. Does not: the other sections (``configuration``), signing in
(``pipelines.operations.sign_in``).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

# Without encryption only on this machine, where there is no network to listen to.
LOOPBACK_URL = r"http://(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(/[^\s?#]*)?"
IssuerUrl = Annotated[str, StringConstraints(pattern=rf"^(https://[^\s/?#]+(/[^\s?#]*)?|{LOOPBACK_URL})$")]
S3Url = Annotated[str, StringConstraints(pattern=rf"^(https://[^\s/?#@]+|{LOOPBACK_URL})$")]
Group = Annotated[str, StringConstraints(min_length=1)]


class Section(BaseModel):
    """One table of the file; a name that it does not know is a mistake, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Oidc(Section):
    """The OpenID Connect provider that signs people in; without ``issuer``, accounts are local."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    enabled: bool = Field(True, description="false: local accounts again, the section left as it is (an emergency)")
    issuer: IssuerUrl | None = Field(
        None, description="Address of the OpenID Connect provider that signs people in; absent: local accounts"
    )
    client_id: str | None = Field(None, description="Name under which the provider knows this installation")
    client_secret: SecretStr | None = Field(
        None, description="Secret that goes with it: in secrets.env, CARTOGRAPHIE_OIDC__CLIENT_SECRET"
    )
    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,29}$")] = Field(
        "gcs", description="What the button of the login page calls the provider; part of the address of return"
    )
    scopes: list[Group] = Field(
        default_factory=lambda: ["openid", "profile"], description="Scopes that are asked for; some want one for groups"
    )
    groups_claim: Group = Field("groups", description="Claim that holds a person's groups (realm_access.roles, …)")
    reader_groups: dict[Group, Annotated[list[Group], Field(min_length=1)]] = Field(
        default_factory=dict, description="Group = organisation code(s) whose rows it reads (Lecteur établissement)"
    )
    depositor_groups: dict[Group, Annotated[list[Group], Field(min_length=1)]] = Field(
        default_factory=dict, description="Group = organisation code(s) for which it sends and reads (Déposant)"
    )
    gcs_reader_groups: list[Group] = Field(default_factory=list, description="Groups of Lecteur GCS")
    coordinator_groups: list[Group] = Field(default_factory=list, description="Groups of Coordinateur GCS")
    editor_groups: list[Group] = Field(default_factory=list, description="Groups of Éditeur")
    engineer_groups: list[Group] = Field(default_factory=list, description="Groups of Ingénieur données")
    admin_groups: list[Group] = Field(default_factory=list, description="Groups of Administrateur")

    @field_validator("client_id", "client_secret")
    @classmethod
    def _goes_with_an_issuer(cls, value: Any, info: ValidationInfo) -> Any:
        if info.data.get("issuer") and not value:
            raise PydanticCustomError("missing_beside_issuer", "")
        return value

    @field_validator("scopes")
    @classmethod
    def _asks_for_an_identity(cls, value: list[str]) -> list[str]:
        if "openid" not in value:
            raise PydanticCustomError("scope_without_openid", "")
        return value

    @field_validator("admin_groups")
    @classmethod
    def _lets_somebody_in(cls, value: list[str], info: ValidationInfo) -> list[str]:
        names = [name for name in cls.model_fields if name.endswith("_groups") and name != "admin_groups"]
        others = [info.data.get(name) for name in names]
        # One that is itself wrong is missing here, and told by itself.
        if info.data.get("issuer") and not value and None not in others and not any(others):
            raise PydanticCustomError("no_group_at_all", "")
        return value

    @property
    def is_on(self) -> bool:
        """Whether people sign in through the provider."""
        return self.enabled and self.issuer is not None
