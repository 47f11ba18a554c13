"""What people tell about themselves, checked and brought to one form: e-mail, name, language, password."""

import re
import unicodedata

from busbar.kernel.errors import InvalidError

EMAIL_MAX_CHARS = 254
NAME_MAX_CHARS = 100
PASSWORD_MIN_CHARS = 8
PASSWORD_MAX_CHARS = 256
_PASSWORD_MIN_DISTINCT = 4

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,253}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_TRIED_FIRST = frozenset(
    {
        "password", "password1", "password123", "passw0rd", "p@ssw0rd", "12345678", "123456789", "1234567890",
        "qwertyui", "qwertyuiop", "qwerty123", "1q2w3e4r", "1qaz2wsx", "iloveyou", "admin123", "administrator",
        "changeme", "letmein1", "welcome1", "sunshine", "princess", "football", "baseball", "abcdefgh", "a1b2c3d4",
    }
)  # fmt: skip
"""What guessers try first."""


class EmailError(InvalidError):
    """Not an e-mail address."""

    code = "invalid.email"


class PersonNameError(InvalidError):
    """A name that is empty, too long or holds control characters."""

    code = "invalid.name"


class LanguageError(InvalidError):
    """Not a language tag."""

    code = "invalid.language"


class PasswordError(InvalidError):
    """A password that is too short, too long or among the first that anybody tries."""

    code = "invalid.password"


def read_email(text: str) -> str:
    """Return the address in NFC without outer blanks. Errors: `invalid.email`."""
    email = unicodedata.normalize("NFC", text.strip()) if len(text) <= 2 * EMAIL_MAX_CHARS else text
    if len(email) > EMAIL_MAX_CHARS or not _EMAIL.fullmatch(email) or _has_control(email):
        raise EmailError("give an e-mail address such as name@example.org")
    return email


def recall_email(text: str) -> str:
    """Return the address that somebody gives to be recognised by; empty, which is nobody's, when it is none."""
    try:
        return read_email(text)
    except EmailError:
        return ""


def fold_email(email: str) -> str:
    """Return the form under which an address is looked up: two spellings of one address give the same."""
    return email.casefold()


def read_name(text: str, *, field: str = "name") -> str:
    """Return a name of 1..100 characters in NFC, blanks collapsed. Errors: `invalid.name` with the fact `field`."""
    name = " ".join(unicodedata.normalize("NFC", text).split()) if len(text) <= 2 * NAME_MAX_CHARS else text
    if not 1 <= len(name) <= NAME_MAX_CHARS or _has_control(name):
        raise PersonNameError(f"give a {field.replace('_', ' ')} of 1 to {NAME_MAX_CHARS} characters", field=field)
    return name


def read_language(text: str) -> str:
    """Return a language tag (BCP 47: `zh`, `en-GB`) as given. Errors: `invalid.language`."""
    if not _LANGUAGE.fullmatch(text):
        raise LanguageError("give a language tag such as en, zh or it")
    return text


def normalise_password(text: str) -> str:
    """Return one form for all ways of typing the same password (NFKC, NIST SP 800-63B 3.1.1.2)."""
    whole = (
        text[: 2 * PASSWORD_MAX_CHARS].encode("utf-8", "backslashreplace").decode()
    )  # JSON may bring half characters
    return unicodedata.normalize("NFKC", whole)


def read_new_password(text: str, *, email: str) -> str:
    """Return a new password, normalised.

    Errors: `invalid.password` with the fact `reason`: too_short, too_long, too_plain.
    """
    password = normalise_password(text)
    if len(password) < PASSWORD_MIN_CHARS:
        raise PasswordError(f"a password has at least {PASSWORD_MIN_CHARS} characters", reason="too_short")
    if len(password) > PASSWORD_MAX_CHARS:
        raise PasswordError(f"a password has at most {PASSWORD_MAX_CHARS} characters", reason="too_long")
    plain = password.casefold()
    known = {fold_email(email), fold_email(email).partition("@")[0]} | _TRIED_FIRST
    if plain in known or len(set(plain)) < _PASSWORD_MIN_DISTINCT:
        raise PasswordError("this password is among the first that anybody tries", reason="too_plain")
    return password


def read_trace(text: str, *, chars_max: int) -> str:
    """Return what can be shown of a text that a machine sent (an address, a User-Agent), cut to its bound."""
    return "".join(character for character in text[:chars_max] if character.isprintable())


def _has_control(text: str) -> bool:
    return any(unicodedata.category(character).startswith("C") for character in text)
