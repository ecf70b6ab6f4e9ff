"""Say whether values and keys would open, without giving them: for backups that are tried.

No grant is asked for, since nothing is shown: the answer is yes, or what is wrong.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from counselling.vault import keystore
from counselling.vault.envelope import SealBroken
from counselling.vault.keystore import KeyDestroyed
from counselling.vault.providers import KeysRefused, wrapper
from counselling.vault.sealed import unseal

if TYPE_CHECKING:
    from counselling.vault.sealed import Sealed


@dataclasses.dataclass(frozen=True, slots=True)
class Keys:
    """How many keys unwrap, how many are destroyed, and what is wrong with the others."""

    whole: int
    destroyed: int
    broken: tuple[str, ...]


def fits(sealed: Sealed) -> str:
    """Say nothing if the value would open, "destroyed" if its key is, else what is wrong."""
    place = sealed._place
    if place is None:
        return "came without its row"
    try:
        unseal(sealed._kind, place, sealed._envelope)
    except KeyDestroyed:
        return "destroyed"
    except (SealBroken, KeysRefused) as error:
        return str(error)
    return ""


def try_keys() -> Keys:
    """Unwrap every key there is, and keep none."""
    kek, whole, destroyed, broken = wrapper(), 0, 0, list[str]()
    for holder, key in keystore.every():
        if key.wrapped is None:
            destroyed += 1
            continue
        try:
            kek.unwrap(key.wrapped, key.wrapped_by, holder, key.version)
        except (SealBroken, KeysRefused) as error:
            broken.append(str(error))
        else:
            whole += 1
    return Keys(whole, destroyed, tuple(broken))
