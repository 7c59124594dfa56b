# Generated from templates/runtime/config/validation.py.
# Do not edit; change it and run: python -m nox -s generate

"""Loss configs as trainers hold them: nothing, a mapping of any kind, or the model itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from ..model.errors import ConfigProblem, LossConfigError
from ..model.plain import Mistake, plain_members
from ..model.records import BottleneckT, ConfigT, Tables
from ..text.wording import first_told, listed, shown, shown_pointer
from .yaml_scalars import for_pyyaml

if TYPE_CHECKING:
    from typing import TypeAlias

    from ..text.jsontext import JsonPath

    _Steps: TypeAlias = dict[str | int, "_Steps"]

ARGUMENT = "loss_config"
"""What messages call a config that is not read from a file."""

_LONGEST_NUMBER = 40
"""Letters of one that messages say how to write."""

_MOST_FOREIGN_SECTIONS = 10_000
"""What gives more names gives them without an end."""

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
    sections, no_json = plain_members(loss_config, skip=foreign)
    suspect = (each.path for each in no_json)
    config, found = validate_sections(
        tables, sections, suspect, (), SKIPPING_ARGUMENT, remark_on_text
    )
    mistakes = chain((Mistake(each.path, each.message) for each in no_json), found)
    told, more = first_told(mistakes)
    if config is None or told:
        causes = (each.cause for each in no_json if each.cause is not None)
        raise LossConfigError(
            (
                ConfigProblem(ARGUMENT, None, None, shown_pointer(each.path), each.told)
                for each in told
            ),
            more,
        ) from next(causes, None)
    return config


def validate_sections(
    tables: Tables[ConfigT, BottleneckT],
    sections: Mapping[str, object],
    suspect: Iterable[JsonPath],
    base: JsonPath,
    skip_section: str,
    remark: Callable[[JsonPath, object, bool], str],
) -> tuple[ConfigT | None, Iterable[Mistake]]:
    """The model of `sections`, or None and what is wrong with them.

    Args:
        tables: those of the package.
        sections: a `loss_configs` object.
        suspect: paths to values that are known to be wrong; nothing more is said of those.
        base: the path to the object in its document, for messages that name other places there.
        skip_section: how to say that a section is the trainer's, with `{}` for its name.
        remark: what messages add about a value that is wrong, by its path in the object, and
            whether a text may stand there.
    """
    try:
        return tables.config.model_validate(sections), ()
    except ValidationError as error:
        from .diagnostics import (  # when something is wrong; imports are quick without it
            Context,
            explain,
        )

        trainers = tables.assumed_trainers
        context = Context(tables.config, sections, trainers, base, skip_section, remark)
        return None, _without_suspects(explain(error, context), suspect)


def remark_on_text(path: JsonPath, value: object, takes_text: bool) -> str:
    """What a message adds about a text that is a number in YAML, but not to PyYAML.

    Nobody knows what the config that a function is given was read with.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER:
        return ""
    written = for_pyyaml(value)
    return "" if written is None else f"; PyYAML reads {value} as text: in YAML, write {written}"


def _without_suspects(
    mistakes: Iterable[Mistake], suspect: Iterable[JsonPath]
) -> Iterator[Mistake]:
    """`mistakes` but for those of values that are known to be wrong, or that hold one."""
    around: _Steps | None = None
    for path in suspect:  # as a tree: the paths to all that is around them can be very long
        inner = around = around or {}
        for step in path:
            inner = inner.setdefault(step, {})
    return (each for each in mistakes if each.at_key or not _leads_along(each.path, around))


def _leads_along(path: JsonPath, steps: _Steps | None) -> bool:
    for step in path:
        steps = None if steps is None else steps.get(step)
    return steps is not None


def checked_foreign_sections(
    tables: Tables[ConfigT, BottleneckT], foreign_sections: Iterable[str]
) -> frozenset[str]:
    """The names, if they can be skipped.

    Raises:
        TypeError: they are no collection of strings.
        ValueError: a bottleneck's weights stand in one of them, or there are too many.
    """
    if isinstance(foreign_sections, str):
        raise TypeError(f"foreign_sections: expected a list of names; write [{foreign_sections!r}]")
    if not isinstance(cast("object", foreign_sections), Iterable):
        raise TypeError(
            f"foreign_sections: expected a list of names, not {shown(foreign_sections)}"
        )
    names: list[str] = []
    for name in foreign_sections:
        if len(names) == _MOST_FOREIGN_SECTIONS:
            raise ValueError(f"foreign_sections: expected at most {len(names):,} names")
        if type(name) is not str:
            raise TypeError(f"foreign_sections: expected names of sections, not {shown(name)}")
        names.append(name)
    if owned := sorted(tables.weight_sections.intersection(names)):
        raise ValueError(
            f"foreign_sections: {listed(owned)} holds the weights of bottleneck losses and can't "
            "be skipped"
        )
    return frozenset(names)
