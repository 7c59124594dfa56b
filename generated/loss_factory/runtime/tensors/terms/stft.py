# Generated from templates/runtime/tensors/terms/stft.py.
# Do not edit; change it and run: python -m nox -s generate

"""stub"""

from collections.abc import Mapping

from torch import Tensor, nn


class MultiResolutionSTFT(nn.Module):
    def __init__(self, arguments: Mapping[str, object], *, sample_rate: int) -> None:
        super().__init__()

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return (x - y).abs().mean()


def stereo_stft(arguments: Mapping[str, object], *, sample_rate: int, channels: int) -> nn.Module:
    return MultiResolutionSTFT(arguments, sample_rate=sample_rate)
