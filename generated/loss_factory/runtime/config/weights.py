# Generated from templates/runtime/config/weights.py.
# Do not edit; change it and run: python -m nox -s generate

"""Weights that somebody passes by themselves, outside of a config."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from pydantic import ValidationError

from ..model.base import LossFactoryModel
from ..model.errors import ConfigProblem, LossConfigError
from ..model.plain import Mistake, plain_members
from ..model.schedules import AnySchedule, Weight
from ..text.wording import first_told, shown_pointer
from .diagnostics import Context, explain
from .validation import remark_on_text


class _Weighed(LossFactoryModel):
    """What holds a weight, so that messages about it are those of a config."""

    weight: Weight


def as_schedule(what: str, said: Mapping[str, object]) -> AnySchedule:
    """A schedule as configs write it; `what` names it in messages.

    Raises:
        LossConfigError: it has mistakes; all of them are listed.
    """
    members, no_json = plain_members(said)
    if no_json:
        raise _error(what, (Mistake(each.path, each.message) for each in no_json))
    try:
        return cast("AnySchedule", _Weighed(weight=cast("AnySchedule", members)).weight)
    except ValidationError as error:
        context = Context(_Weighed, {"weight": members}, (), (), "", remark_on_text)
        found = explain(error, context)
        inside = (each._replace(path=each.path[1:]) for each in found)
        raise _error(what, inside) from None


def _error(what: str, mistakes: Iterable[Mistake]) -> LossConfigError:
    told, more = first_told(mistakes)
    problems = (
        ConfigProblem(what, None, None, shown_pointer(each.path), each.told) for each in told
    )
    return LossConfigError(problems, more)
