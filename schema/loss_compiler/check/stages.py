"""Everything that can be wrong with a losses schema, in stages."""

from __future__ import annotations

from typing import Any

from ..source.problems import Problem
from .classes import class_problems
from .dialect import dialect_problems, value_problems
from .losses import loss_problems
from .trainers import trainer_problems


def problems_of(document: Any) -> list[Problem]:
    """Every problem of the first stage that finds some; a later one would trip over them."""
    return (
        dialect_problems(document)
        or value_problems(document)
        or [*class_problems(document), *loss_problems(document), *trainer_problems(document)]
    )
