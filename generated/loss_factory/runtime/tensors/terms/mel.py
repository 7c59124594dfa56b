# Generated from templates/runtime/tensors/terms/mel.py.
# Do not edit; change it and run: python -m nox -s generate

"""stub"""

from collections.abc import Mapping

from torch import nn


class MelSpectrogramDistance(nn.Module):
    def __init__(self, arguments: Mapping[str, object], *, sample_rate: int) -> None:
        super().__init__()
