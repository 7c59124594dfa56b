"""The filters of the real spectral losses, whose last bits depend on the processor."""

from __future__ import annotations

import torch
from torch import nn

from loss_factory.runtime.tensors.terms.spectra.prefilter import AWeighting, KWeighting


def use_our_taps(real: nn.Module, sample_rate: int) -> None:
    """Have 0.0.19's losses, one or all in a wrapper, filter with our taps.

    Theirs have to be near.
    """
    taps = AWeighting(sample_rate).kernel
    for module in real.modules():
        if hasattr(module, "fir"):
            torch.testing.assert_close(module.fir.weight.data, taps, rtol=0, atol=1e-8)
            module.fir.weight.data = taps.clone()


def use_our_k_taps(real: nn.Module, sample_rate: int) -> None:
    """The same, for 0.0.20's."""
    taps = KWeighting(sample_rate).kernel
    for module in real.modules():
        if type(module).__name__ == "FIRFilter":
            torch.testing.assert_close(module.kernel, taps, rtol=0, atol=1e-8)
            module.kernel = taps.clone()
