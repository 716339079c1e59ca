"""Which sign-ins are alive: each ends when nobody has worked under it for a while, when its time is up, or when it is signed out.

The provider's cookie would let somebody in for a month. So this process remembers when each sign-in was used last. After a
restart nothing is remembered, and a sign-in counts as last used when it was made: that ends it sooner, never later.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_TOLERATED_S = 60.0
"""How far the provider's clock may be ahead."""


class State(StrEnum):
    """How a sign-in stands, in the words that tell its person."""

    ALIVE = "alive"
    IDLE = "You were signed out because the app was not used for a while."
    OVER = "You were signed out because the time of one sign-in is up."
    ENDED = "You have signed out."


def sign_in_id(claims: Mapping[str, Any]) -> str:
    """Tell one sign-in from every other, of the same person too."""
    parts = [str(claims.get(name, "")) for name in ("iss", "sub", "iat", "nonce", "at_hash", "sid")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass
class SignIns:
    """The sign-ins that this process has seen. Times are in seconds since 1970."""

    idle_s: float
    longest_s: float
    _used: dict[str, float] = field(default_factory=dict)
    _ended: dict[str, State] = field(default_factory=dict)
    _made: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def state(self, claims: Mapping[str, Any], now: float, *, at_work: bool) -> State:
        """Say how a sign-in stands; `at_work` where a person has just done something. What has ended stays so."""
        made = claims.get("iat")
        if isinstance(made, bool) or not isinstance(made, (int, float)) or made > now + _TOLERATED_S:
            return State.OVER
        own = sign_in_id(claims)
        with self._lock:
            self._forget(now)
            if own in self._ended:
                return self._ended[own]
            if now - made > self.longest_s:
                return self._end(own, made, State.OVER)
            if now - self._used.get(own, made) > self.idle_s:
                return self._end(own, made, State.IDLE)
            if at_work:
                self._used[own], self._made[own] = now, made
            return State.ALIVE

    def end(self, claims: Mapping[str, Any], now: float) -> None:
        """End a sign-in: its cookie, were it kept somewhere, is worth nothing from now on."""
        with self._lock:
            self._end(sign_in_id(claims), now, State.ENDED)

    def _end(self, own: str, made: float, state: State) -> State:
        self._ended[own], self._made[own] = state, made
        self._used.pop(own, None)
        return state

    def _forget(self, now: float) -> None:
        """Forget what is so old that its time would be up anyway."""
        for own in [own for own, made in self._made.items() if now - made > self.longest_s + 2 * _TOLERATED_S]:
            for kept in (self._used, self._ended, self._made):
                kept.pop(own, None)
