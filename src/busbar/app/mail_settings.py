"""The settings of mail: part of `busbar.app.config.Settings`."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class MailSettings(BaseSettings):
    """Where mail is handed over. Without a host mail is off."""

    mail_host: str | None = Field(
        None,
        min_length=1,
        max_length=253,
        pattern=r"^[A-Za-z0-9._:-]+$",
        description="SMTP server that takes our mail; without one mail is off",
    )
    mail_port: int = Field(587, ge=1, le=65535, description="its port: usually 587 for starttls, 465 for tls")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="tls from the first byte, tls after STARTTLS, or none"
    )
    mail_ca_file: Path | None = Field(None, description="PEM roots of that server's certificate; default: the system's")
    mail_login: str | None = Field(
        None, min_length=1, max_length=254, description="name to sign in with at that server"
    )
    mail_password: SecretStr | None = Field(None, min_length=1, max_length=512, description="password of that name")
    mail_sender: str | None = Field(
        None,
        min_length=3,
        max_length=254,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$",
        description="address that our mail comes from",
    )
    mail_timeout_s: int = Field(30, ge=1, le=300, description="wait for each answer of the mail server")
    mail_queue_max_mails: int = Field(10_000, ge=1, le=1_000_000, description="mails of one operator that wait")
    mail_retention_days: int = Field(90, ge=1, le=3650, description="days it is kept which mails were sent to whom")

    @model_validator(mode="after")
    def _check_mail(self) -> Self:
        if self.mail_host is not None and self.mail_sender is None:
            raise ValueError("mail_sender|give the address that mail comes from together with mail_host")
        if (self.mail_login is None) != (self.mail_password is None):
            raise ValueError("mail_password|give mail_login and mail_password together, or neither")
        is_open = self.mail_security == "none" and self.mail_host not in LOOPBACK
        if self.mail_password is not None and is_open:
            raise ValueError("mail_security|a password travels under TLS only: choose starttls or tls")
        return self
