"""What the tests of this folder train."""

from __future__ import annotations

import dataclasses

from support.stable_audio.setups import QUIET

TAUGHT = dataclasses.replace(QUIET, teacher="there")
"""What every training has, with a teacher."""

LATER = dataclasses.replace(QUIET, version="0.0.20")
"""The same in 0.0.20."""
