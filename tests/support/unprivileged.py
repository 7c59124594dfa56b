"""Lets the modes of files hold for root as well."""

from __future__ import annotations

import ctypes

_PR_CAPBSET_DROP = 24
_CAPABILITIES = (1, 2)  # to write, and to read, what its mode forbids


def ordinary() -> None:
    """Take that away from what this process will run; to be called between fork and exec."""
    for capability in _CAPABILITIES:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
