"""Where the compiler's data lies: inside it in an installed wheel, around it in the repository."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parents[1]
_INSTALLED = _HERE / "templates"

REPOSITORY = None if _INSTALLED.is_dir() else _HERE.parents[1]
"""The repository that this file stands in, or None if it was installed."""

_SCHEMAS = _HERE if REPOSITORY is None else REPOSITORY / "schema"

CANONICAL_SCHEMA = _SCHEMAS / "losses.schema.json"
DIALECT = _SCHEMAS / "dialect.schema.json"
TEMPLATES = _INSTALLED if REPOSITORY is None else REPOSITORY / "templates"
RUNTIME = TEMPLATES / "runtime"
SHARED = _HERE / "shared"
