"""Loss configs as trainers hold them: nothing, a mapping of any kind, or the model itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from ..model.errors import ConfigProblem, LossConfigError
from ..model.plain import Mistake, plain_members
from ..model.records import BottleneckT, ConfigT, Tables
from ..text.wording import json_pointer, listed, shown

if TYPE_CHECKING:
    from ..text.jsontext import JsonPath

ARGUMENT = "loss_config"
"""What messages call a config that is not read from a file."""

SKIPPING_ARGUMENT = "pass foreign_sections=[{}]"
"""How functions are told that a section is the trainer's."""


def as_loss_config(
    tables: Tables[ConfigT, BottleneckT],
    loss_config: Mapping[str, object] | ConfigT | None,
    foreign_sections: Iterable[str] = (),
) -> ConfigT:
    """`loss_config` as a model, without the sections that the trainer reads itself.

    Raises:
        LossConfigError: it has mistakes; all of them are listed.
    """
    foreign = checked_foreign_sections(tables, foreign_sections)
    if loss_config is None:
        return tables.config()
    if not isinstance(loss_config, (Mapping, tables.config)):
        expected = f"a mapping, an {tables.config.__name__} or None"
        message = f"expected {expected}, not {shown(loss_config)}"
        raise LossConfigError([ConfigProblem(ARGUMENT, None, None, "", message)])
    mistakes: list[Mistake] = []
    sections = plain_members(loss_config, mistakes, skip=foreign)
    suspect = {mistake.path for mistake in mistakes}
    config, found = validate_sections(tables, sections, suspect, (), SKIPPING_ARGUMENT)
    mistakes += found
    if config is None or mistakes:
        causes = (each.cause for each in mistakes if each.cause is not None)
        raise LossConfigError(
            ConfigProblem(ARGUMENT, None, None, json_pointer(each.path), each.message)
            for each in mistakes
        ) from next(causes, None)
    return config


def validate_sections(
    tables: Tables[ConfigT, BottleneckT],
    sections: Mapping[str, object],
    suspect: Collection[JsonPath],
    base: JsonPath,
    skip_section: str,
) -> tuple[ConfigT | None, list[Mistake]]:
    """The model of `sections`, or None and what is wrong with them.

    Args:
        tables: those of the package.
        sections: a `loss_configs` object.
        suspect: paths to values that are known to be wrong; nothing more is said of those.
        base: the path to the object in its document, for messages that name other places there.
        skip_section: how to say that a section is the trainer's, with `{}` for its name.
    """
    try:
        return tables.config.model_validate(sections), []
    except ValidationError as error:
        from .diagnostics import (  # when something is wrong; imports are quick without it
            Context,
            explain,
        )

        around = {path[:length] for path in suspect for length in range(len(path) + 1)}
        found = explain(error, Context(tables.config, tables.assumed_trainers, base, skip_section))
        return None, [each for each in found if each.at_key or each.path not in around]


def checked_foreign_sections(
    tables: Tables[ConfigT, BottleneckT], foreign_sections: Iterable[str]
) -> frozenset[str]:
    """The names, if they can be skipped.

    Raises:
        TypeError: they are no collection of strings.
        ValueError: a bottleneck's weights stand in one of them.
    """
    if isinstance(foreign_sections, str):
        raise TypeError(f"foreign_sections: expected a list of names; write [{foreign_sections!r}]")
    if not isinstance(cast("object", foreign_sections), Iterable):
        raise TypeError(
            f"foreign_sections: expected a list of names, not {shown(foreign_sections)}"
        )
    names = list(foreign_sections)
    for name in names:
        if type(name) is not str:
            raise TypeError(f"foreign_sections: expected names of sections, not {shown(name)}")
    if owned := sorted(tables.weight_sections.intersection(names)):
        raise ValueError(
            f"foreign_sections: {listed(owned)} holds the weights of bottleneck losses and can't "
            "be skipped"
        )
    return frozenset(names)
