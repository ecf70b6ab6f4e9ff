"""Read the environment: plain values, secrets from files, and refusals that say what to do."""

from __future__ import annotations

import os
import pathlib

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})


def text(name: str, default: str | None = None) -> str:
    """Give the value of `name`, or of the file named by `name_FILE`.

    Raises ImproperlyConfigured with the remedy when there is neither and no default.
    """
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        return _file(name, pathlib.Path(path))
    if default is None:
        message = f"{name} is not set. Set it, or {name}_FILE to a file that holds it."
        raise ImproperlyConfigured(message)
    return default


def _file(name: str, path: pathlib.Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        message = f"{name}_FILE cannot be read ({error.strerror}). Check the file and its owner."
        raise ImproperlyConfigured(message) from error


def flag(name: str, *, default: bool) -> bool:
    """Give a yes-or-no value."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in TRUE


def number(name: str, default: int) -> int:
    """Give a whole number; raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.strip().isdigit()):
        message = f"{name} must be a whole number."
        raise ImproperlyConfigured(message)
    return int(value)


def between(name: str, default: int, least: int, most: int) -> int:
    """Give a whole number within bounds; raises ImproperlyConfigured for one outside them."""
    value = number(name, default)
    if not least <= value <= most:
        message = f"{name} must be from {least} to {most}."
        raise ImproperlyConfigured(message)
    return value


def words(name: str, default: str = "") -> list[str]:
    """Give a comma-separated list without empty entries."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def path(name: str, default: pathlib.Path | None = None) -> pathlib.Path:
    """Give a file system path."""
    return pathlib.Path(text(name, None if default is None else str(default)))
