# Generated from schema/losses.schema.json and templates/__init__.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The training losses of audio autoencoders, by bottleneck: configured, checked, compiled.

Everything is imported when it is first asked for. `create_bottleneck_loss`,
`create_loss_modules_from_bottleneck`, `create_objective`, the modules that they return and what
reads the losses of these need torch; everything else works without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from .runtime import require_runtime

require_runtime(__name__, 3)

from .runtime.lazy import has_torch, lazy_attribute
from ._version import SCHEMA_SHA256, SCHEMA_VERSION, __version__

if TYPE_CHECKING:
    from .runtime.model.errors import (
        ConfigProblem,
        LossConfigError,
        MissingLossValueError,
        UnknownBottleneckError,
        UnusedWeightWarning,
    )
    from .runtime.model.objective_plan import ObjectivePlan, PlannedLoss
    from .runtime.plan.steps import generator_step
    from .runtime.tensors.bottleneck_loss import BottleneckLoss
    from .runtime.tensors.details import LossDetails, non_finite
    from .runtime.tensors.drop_in import MultiLoss, ValueLoss
    from .runtime.tensors.adversary import Adversarial
    from .runtime.tensors.objective import Objective
    from .factories import (
        create_bottleneck_loss,
        create_loss_modules_from_bottleneck,
        create_objective,
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
        MelArguments,
        MelLossConfig,
        MelWeights,
        OobleckDiscriminatorArguments,
        OobleckDiscriminatorLossConfig,
        ReconstructionLossConfig,
        SemanticRegressorsLossConfig,
        SemanticRegressorsWeights,
        SpectralArguments,
        SpectralLossConfig,
        SpectralWeights,
        TimeLossConfig,
        TimeWeights,
        TransformerDiscriminatorLossConfig,
    )
    from .planning import load_config, plan_losses, plan_objective
    from .results import LossFactoryResult, ValueLossConfig

_MODULES: Final[Mapping[str, str]] = {
    "ConfigProblem": ".runtime.model.errors",
    "LossConfigError": ".runtime.model.errors",
    "MissingLossValueError": ".runtime.model.errors",
    "UnknownBottleneckError": ".runtime.model.errors",
    "UnusedWeightWarning": ".runtime.model.errors",
    "ObjectivePlan": ".runtime.model.objective_plan",
    "PlannedLoss": ".runtime.model.objective_plan",
    "generator_step": ".runtime.plan.steps",
    "BottleneckLoss": ".runtime.tensors.bottleneck_loss",
    "LossDetails": ".runtime.tensors.details",
    "non_finite": ".runtime.tensors.details",
    "MultiLoss": ".runtime.tensors.drop_in",
    "ValueLoss": ".runtime.tensors.drop_in",
    "Adversarial": ".runtime.tensors.adversary",
    "Objective": ".runtime.tensors.objective",
    "create_bottleneck_loss": ".factories",
    "create_loss_modules_from_bottleneck": ".factories",
    "create_objective": ".factories",
    "AdversarialLossConfig": ".models",
    "AutoencoderLossConfig": ".models",
    "BigVGANDiscriminatorArguments": ".models",
    "BigVGANDiscriminatorLossConfig": ".models",
    "BottleneckLossConfig": ".models",
    "BottleneckType": ".models",
    "BottleneckWeights": ".models",
    "ClapArguments": ".models",
    "ClapLossConfig": ".models",
    "ClapWeights": ".models",
    "ContrastiveArguments": ".models",
    "ContrastiveLossConfig": ".models",
    "ContrastiveWeights": ".models",
    "DACDiscriminatorArguments": ".models",
    "DACDiscriminatorLossConfig": ".models",
    "DiscriminatorWeights": ".models",
    "EncodecDiscriminatorArguments": ".models",
    "EncodecDiscriminatorLossConfig": ".models",
    "GenerativeArguments": ".models",
    "GenerativeLossConfig": ".models",
    "GenerativeWeights": ".models",
    "HILDiscriminatorLossConfig": ".models",
    "HubertArguments": ".models",
    "HubertLossConfig": ".models",
    "HubertWeights": ".models",
    "JepaArguments": ".models",
    "JepaLossConfig": ".models",
    "JepaWeights": ".models",
    "LatentDistillationLossConfig": ".models",
    "LatentDistillationWeights": ".models",
    "MelArguments": ".models",
    "MelLossConfig": ".models",
    "MelWeights": ".models",
    "OobleckDiscriminatorArguments": ".models",
    "OobleckDiscriminatorLossConfig": ".models",
    "ReconstructionLossConfig": ".models",
    "SemanticRegressorsLossConfig": ".models",
    "SemanticRegressorsWeights": ".models",
    "SpectralArguments": ".models",
    "SpectralLossConfig": ".models",
    "SpectralWeights": ".models",
    "TimeLossConfig": ".models",
    "TimeWeights": ".models",
    "TransformerDiscriminatorLossConfig": ".models",
    "load_config": ".planning",
    "plan_losses": ".planning",
    "plan_objective": ".planning",
    "LossFactoryResult": ".results",
    "ValueLossConfig": ".results",
}

_NEED_TORCH: Final = (
    "create_bottleneck_loss",
    "create_loss_modules_from_bottleneck",
    "create_objective",
    "Adversarial",
    "BottleneckLoss",
    "LossDetails",
    "non_finite",
    "MultiLoss",
    "ValueLoss",
    "Objective",
)

__all__ = [
    "__version__",
    "Adversarial",
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
    "create_objective",
    "DACDiscriminatorArguments",
    "DACDiscriminatorLossConfig",
    "DiscriminatorWeights",
    "EncodecDiscriminatorArguments",
    "EncodecDiscriminatorLossConfig",
    "GenerativeArguments",
    "GenerativeLossConfig",
    "GenerativeWeights",
    "generator_step",
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
    "LossDetails",
    "LossFactoryResult",
    "MelArguments",
    "MelLossConfig",
    "MelWeights",
    "MissingLossValueError",
    "MultiLoss",
    "non_finite",
    "Objective",
    "ObjectivePlan",
    "OobleckDiscriminatorArguments",
    "OobleckDiscriminatorLossConfig",
    "plan_losses",
    "plan_objective",
    "PlannedLoss",
    "ReconstructionLossConfig",
    "SCHEMA_SHA256",
    "SCHEMA_VERSION",
    "SemanticRegressorsLossConfig",
    "SemanticRegressorsWeights",
    "SpectralArguments",
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
    return sorted({*globals(), *__all__})


if not TYPE_CHECKING:
    if not has_torch():  # `import *` asks for each of these names
        __all__ = [name for name in __all__ if name not in _NEED_TORCH]

    # For a type checker this would make any name of this package right.
    def __getattr__(name: str) -> object:
        globals()[name] = found = lazy_attribute(__name__, name, _MODULES, "'torch>=2.5'")
        return found
