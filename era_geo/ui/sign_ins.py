"""Which sign-ins are alive: each ends when nobody has worked under it for a while, when its time is up, or when it is signed out.

The provider's cookie would let somebody in for a month. So this process remembers when each sign-in was used last; after a restart
it counts as last used when it was made, which ends it sooner, never later. What has ended is noted in the home, where a restart
and a second process find it.
"""

from __future__ import annotations

import functools
import hashlib
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from era_geo.accounts import Account
from era_geo.errors import DataError
from era_geo.ui import sign_in_settings
from era_geo.ui.sign_in_settings import Refused, account_of

FOLDER = "ended-sign-ins"
"""Where in `ERA_GEO_HOME` the sign-ins that have ended are noted: a file each, named by a hash, until their time would be up."""

_TOLERATED_S = 60.0
"""How far the provider's clock may be ahead."""
_NOTED_S = sign_in_settings.LONGEST_HOURS * 3600 + 2 * _TOLERATED_S


class State(StrEnum):
    """How a sign-in stands, in the words that tell its person."""

    ALIVE = "alive"
    IDLE = "You were signed out because the app was not used for a while."
    OVER = "You were signed out because the time of one sign-in is up."
    ENDED = "You have signed out."


def standing(home: Path, claims: Mapping[str, Any], now: float, *, at_work: bool) -> Account | Refused | State | None:
    """Say whom a sign-in lets in at this moment, or why nobody; `None` where the home has no sign-in settings.

    Parameters
    ----------
    claims
        What the provider's token says, its signature already checked.
    at_work
        Whether a person has just done something.

    Raises
    ------
    DataError
        If the settings, or what is noted of sign-ins that have ended, cannot be read: nobody is let in then.
    """
    sign_in = sign_in_settings.current(home)
    if sign_in is None:
        return None
    state = of(home, sign_in.session).state(claims, now, at_work=at_work)
    return account_of(claims, sign_in.people) if state is State.ALIVE else state


def of(home: Path, session: sign_in_settings.Session) -> SignIns:
    """Give the sign-ins of a home. With other times of a session what was remembered of their use is forgotten: they end sooner."""
    return _sign_ins(home, session.idle_minutes * 60, session.hours * 3600)


@functools.lru_cache(maxsize=1)
def _sign_ins(home: Path, idle_s: float, longest_s: float) -> SignIns:
    return SignIns(home / FOLDER, idle_s, longest_s)


def sign_in_id(claims: Mapping[str, Any]) -> str:
    """Tell one sign-in from every other, of the same person too."""
    parts = [str(claims.get(name, "")) for name in ("iss", "sub", "iat", "nonce", "at_hash", "sid")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass
class SignIns:
    """The sign-ins that this process has seen, and those noted as ended in `folder`. Times are in seconds since 1970."""

    folder: Path
    idle_s: float
    longest_s: float
    _used: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def state(self, claims: Mapping[str, Any], now: float, *, at_work: bool) -> State:
        """Say how a sign-in stands; `at_work` where a person has just done something. What has ended stays so.

        Raises
        ------
        DataError
            If the note of what has ended cannot be read, or written.
        """
        made = claims.get("iat")
        if isinstance(made, bool) or not isinstance(made, (int, float)) or made > now + _TOLERATED_S:
            return State.OVER
        own = sign_in_id(claims)
        with self._lock:
            ended = self._noted(own)
            if ended is not None:
                return ended
            if now - made > self.longest_s:
                return self._end(own, now, State.OVER)
            if now - self._used.get(own, made) > self.idle_s:
                return self._end(own, now, State.IDLE)
            if at_work:
                self._used[own] = now
            return State.ALIVE

    def end(self, claims: Mapping[str, Any], now: float) -> None:
        """End a sign-in: its cookie, were it kept somewhere, is worth nothing from now on.

        Raises
        ------
        DataError
            If that cannot be noted.
        """
        with self._lock:
            self._end(sign_in_id(claims), now, State.ENDED)

    def _noted(self, own: str) -> State | None:
        try:
            return State[(self.folder / own).read_text(encoding="ascii")]
        except FileNotFoundError:
            return None
        except (KeyError, UnicodeDecodeError):  # half written, and so ended somehow
            return State.ENDED
        except OSError as error:
            raise DataError(f"Nobody can be let in: {FOLDER} in the app's home cannot be read ({error.strerror}).") from None

    def _end(self, own: str, now: float, state: State) -> State:
        self._used.pop(own, None)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            note = self.folder / own
            note.write_text(state.name, encoding="ascii")
            os.utime(note, (now, now))
        except OSError as error:
            raise DataError(
                f"That a sign-in has ended cannot be noted: {FOLDER} in the app's home cannot be written ({error.strerror})."
            ) from None
        self._forget(now)
        return state

    def _forget(self, now: float) -> None:
        """Forget what would be refused anyway, however long a sign-in may last."""
        for own in [own for own, used in self._used.items() if now - used > self.longest_s]:
            del self._used[own]
        for note in self.folder.iterdir():
            try:
                if now - note.stat().st_mtime > _NOTED_S:
                    note.unlink()
            except OSError:  # another process was quicker; or it stays for another time
                continue
