"""Loss configs as trainers hold them: nothing, a mapping of any kind, or the model itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ._plain import Mistake, plain_members
from ._shape import fields_of
from ._wording import json_pointer, listed, shown
from .dispatch import LOSSES
from .errors import ConfigProblem, LossConfigError
from .models import AutoencoderLossConfig

if TYPE_CHECKING:
    from ._explanation import Explanation
    from ._jsontext import JsonPath

ARGUMENT = "loss_config"
"""What messages call a config that is not read from a file."""

SKIPPING_ARGUMENT = "pass foreign_sections=[{}]"
"""How functions are told that a section is the trainer's."""

SECTIONS = frozenset(fields_of(AutoencoderLossConfig)) - {"$schema"}
"""The names of the sections."""

WEIGHT_SECTIONS = frozenset(
    loss.weight.path.split(".")[0] for losses in LOSSES.values() for loss in losses
)
"""The sections that hold the weights of bottleneck losses."""


def as_loss_config(
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None,
    foreign_sections: Iterable[str] = (),
) -> AutoencoderLossConfig:
    """`loss_config` as a model, without the sections that the trainer reads itself.

    Raises:
        LossConfigError: it has mistakes; all of them are listed.
    """
    foreign = checked_foreign_sections(foreign_sections)
    members: Mapping[str, object]
    match loss_config:
        case None:
            return AutoencoderLossConfig()
        case AutoencoderLossConfig():  # it may have been made without validation
            members = loss_config.model_dump(warnings=False)
        case Mapping():
            members = loss_config
        case _:
            expected = "a mapping, an AutoencoderLossConfig or None"
            message = f"expected {expected}, not {shown(loss_config)}"
            raise LossConfigError([ConfigProblem(ARGUMENT, None, None, "", message)])
    mistakes: list[Mistake] = []
    sections = plain_members(members, mistakes, skip=foreign)
    config = validate_sections(
        sections, {mistake.path for mistake in mistakes}, (), SKIPPING_ARGUMENT
    )
    match config:
        case AutoencoderLossConfig() if not mistakes:
            return config
        case AutoencoderLossConfig():
            found = mistakes
        case explanations:
            found = [*mistakes, *(Mistake(each.path, each.message) for each in explanations)]
    raise LossConfigError(
        ConfigProblem(ARGUMENT, None, None, json_pointer(each.path), each.message) for each in found
    )


def validate_sections(
    sections: Mapping[str, object], suspect: Collection[JsonPath], base: JsonPath, skip_section: str
) -> AutoencoderLossConfig | list[Explanation]:
    """The model of `sections`, or what is wrong with them.

    Args:
        sections: a `loss_configs` object.
        suspect: paths to values that are known to be wrong; nothing more is said of those.
        base: the path to the object in its document, for messages that name other places there.
        skip_section: how to say that a section is the trainer's, with `{}` for its name.
    """
    try:
        return AutoencoderLossConfig.model_validate(sections)
    except ValidationError as error:
        from ._explain import (  # when something is wrong; imports are quick without it
            Context,
            explain,
        )

        around = {path[:length] for path in suspect for length in range(len(path) + 1)}
        found = explain(error, Context(base, skip_section))
        return [each for each in found if each.at_key or each.path not in around]


def checked_foreign_sections(foreign_sections: Iterable[str]) -> frozenset[str]:
    """The names, if they can be skipped.

    Raises:
        TypeError: they are no collection of strings.
        ValueError: a bottleneck's weights stand in one of them.
    """
    match foreign_sections:
        case str():
            raise TypeError(
                f"foreign_sections: expected a list of names; write [{foreign_sections!r}]"
            )
        case _:
            names = list(foreign_sections)
    for name in names:
        if type(name) is not str:
            raise TypeError(f"foreign_sections: expected names of sections, not {shown(name)}")
    if owned := sorted(WEIGHT_SECTIONS.intersection(names)):
        raise ValueError(
            f"foreign_sections: {listed(owned)} holds the weights of bottleneck losses and can't "
            "be skipped"
        )
    return frozenset(names)
