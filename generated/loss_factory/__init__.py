# Generated from schema/losses.schema.json and templates/__init__.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The training losses of audio autoencoders, by bottleneck: configured, checked, compiled.

`create_bottleneck_loss`, `create_loss_modules_from_bottleneck` and the modules that they return need
torch and are imported when they are first asked for; everything else works without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ._lazy import LAZY_NAMES, lazy_attribute
from ._version import __version__
from .errors import (
    ConfigProblem,
    LossConfigError,
    MissingLossValueError,
    UnknownBottleneckError,
    UnusedWeightWarning,
)
from .models import (
    AdversarialLossConfig,
    AutoencoderLossConfig,
    BigVGANDiscriminatorArguments,
    BigVGANDiscriminatorLossConfig,
    BottleneckLossConfig,
    BottleneckType,
    BottleneckWeights,
    ClapArguments,
    ClapLossConfig,
    ClapWeights,
    ContrastiveArguments,
    ContrastiveLossConfig,
    ContrastiveWeights,
    DACDiscriminatorArguments,
    DACDiscriminatorLossConfig,
    DiscriminatorWeights,
    EncodecDiscriminatorArguments,
    EncodecDiscriminatorLossConfig,
    GenerativeArguments,
    GenerativeLossConfig,
    GenerativeWeights,
    HILDiscriminatorLossConfig,
    HubertArguments,
    HubertLossConfig,
    HubertWeights,
    JepaArguments,
    JepaLossConfig,
    JepaWeights,
    LatentDistillationLossConfig,
    LatentDistillationWeights,
    LossFactoryResult,
    MelArguments,
    MelLossConfig,
    MelWeights,
    OobleckDiscriminatorArguments,
    OobleckDiscriminatorLossConfig,
    ReconstructionLossConfig,
    SemanticRegressorsLossConfig,
    SemanticRegressorsWeights,
    SpectralLossConfig,
    SpectralWeights,
    TimeLossConfig,
    TimeWeights,
    TransformerDiscriminatorLossConfig,
    ValueLossConfig,
)
from .planning import plan_losses

if TYPE_CHECKING:
    from .bottleneck_loss import BottleneckLoss
    from .drop_in import MultiLoss, ValueLoss
    from .factories import create_bottleneck_loss, create_loss_modules_from_bottleneck
    from .loading import load_config

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema that this package was compiled from."""

SCHEMA_SHA256: Final = "258fda5eb824768f3c4e0414dd77d1036fbc2359a2aa5c9d608c04a6c9c64206"
"""SHA-256 of that schema, which is `losses.schema.json` in this package."""

__all__ = [
    "__version__",
    "AdversarialLossConfig",
    "AutoencoderLossConfig",
    "BigVGANDiscriminatorArguments",
    "BigVGANDiscriminatorLossConfig",
    "BottleneckLoss",
    "BottleneckLossConfig",
    "BottleneckType",
    "BottleneckWeights",
    "ClapArguments",
    "ClapLossConfig",
    "ClapWeights",
    "ConfigProblem",
    "ContrastiveArguments",
    "ContrastiveLossConfig",
    "ContrastiveWeights",
    "create_bottleneck_loss",
    "create_loss_modules_from_bottleneck",
    "DACDiscriminatorArguments",
    "DACDiscriminatorLossConfig",
    "DiscriminatorWeights",
    "EncodecDiscriminatorArguments",
    "EncodecDiscriminatorLossConfig",
    "GenerativeArguments",
    "GenerativeLossConfig",
    "GenerativeWeights",
    "HILDiscriminatorLossConfig",
    "HubertArguments",
    "HubertLossConfig",
    "HubertWeights",
    "JepaArguments",
    "JepaLossConfig",
    "JepaWeights",
    "LatentDistillationLossConfig",
    "LatentDistillationWeights",
    "load_config",
    "LossConfigError",
    "LossFactoryResult",
    "MelArguments",
    "MelLossConfig",
    "MelWeights",
    "MissingLossValueError",
    "MultiLoss",
    "OobleckDiscriminatorArguments",
    "OobleckDiscriminatorLossConfig",
    "plan_losses",
    "ReconstructionLossConfig",
    "SCHEMA_SHA256",
    "SCHEMA_VERSION",
    "SemanticRegressorsLossConfig",
    "SemanticRegressorsWeights",
    "SpectralLossConfig",
    "SpectralWeights",
    "TimeLossConfig",
    "TimeWeights",
    "TransformerDiscriminatorLossConfig",
    "UnknownBottleneckError",
    "UnusedWeightWarning",
    "ValueLoss",
    "ValueLossConfig",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *LAZY_NAMES})


if not TYPE_CHECKING:  # it would make any name of this package right for a type checker

    def __getattr__(name: str) -> object:
        globals()[name] = found = lazy_attribute(__name__, name, "'loss-factory[torch]'")
        return found
