"""Everything that can be wrong with a losses schema, in stages."""

from __future__ import annotations

from ..shared.jsontext import Json
from ..source.problems import Problem
from ..source.syntax import syntax_of
from .classes import class_problems
from .dependent_keys import dependent_key_problems
from .dialect import dialect_problems
from .losses import loss_problems
from .names import name_problems
from .objectives import objective_problems
from .trainers import trainer_problems
from .values import value_problems


def problems_of(document: Json) -> list[Problem]:
    """Every problem of the first stage that finds some; a later one would trip over them."""
    if problems := dialect_problems(document):
        return problems
    schema = syntax_of(document)
    return value_problems(document, schema) or [
        *name_problems(schema),
        *class_problems(schema),
        *dependent_key_problems(schema),
        *loss_problems(schema),
        *trainer_problems(schema),
        *objective_problems(schema),
    ]
