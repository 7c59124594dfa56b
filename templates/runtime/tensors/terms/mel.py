"""stub"""

from collections.abc import Mapping

from torch import nn


class MelSpectrogramDistance(nn.Module):
    def __init__(self, arguments: Mapping[str, object], *, sample_rate: int) -> None:
        super().__init__()
