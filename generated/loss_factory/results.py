# Generated from schema/losses.schema.json and templates/results.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""What planning returns, as Pydantic models; they are as strict as those of configs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .runtime.lazy import require_same_schema
from .runtime.model.base import LossFactoryModel
from .runtime.model.kinds import Number
from .runtime.model.results import LossFactoryResultModel
from .dispatch import TABLES
from .models import BottleneckType

require_same_schema(__name__)


class ValueLossConfig(LossFactoryModel):
    """One loss as training has it: `weight * info[key]`, logged as `name`."""

    key: Annotated[str, Field(min_length=1)]
    """Key of `info` under which the bottleneck leaves the value."""

    weight: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)]
    """Factor by which the value is multiplied."""

    name: Annotated[str, Field(min_length=1)]
    """Name under which the weighted value is logged."""


class LossFactoryResult(LossFactoryResultModel):
    """The losses of one bottleneck, in the order in which they are summed and logged."""

    losses: list[ValueLossConfig]
    """The bottleneck's losses; empty for a bottleneck without any."""

    bottleneck_type: BottleneckType
    """The bottleneck that the losses belong to."""

    tables = TABLES
