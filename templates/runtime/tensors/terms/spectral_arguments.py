"""The arguments that the spectral losses of both versions of stable-audio-tools have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .arguments import Arguments, RefusedArgument
from .spectra.comparing import DISTANCES, REDUCTIONS, Comparison
from .spectra.prefilter import Prefilter, Unfiltered

KNOWN: Final = (
    *("fft_sizes", "hop_sizes", "win_lengths", "window", "w_sc", "w_log_mag", "w_lin_mag"),
    *("w_phs", "scale", "n_bins", "perceptual_weighting", "scale_invariance", "eps", "output"),
    *("reduction", "mag_distance", "device", "retain_batch_dim", "log_eps", "log_fac"),
)
"""Their names. Without `scale`, which is refused, `n_bins` and `device` have no effect."""

_DEFAULT_SIZES: Final = {
    "fft_sizes": (1024, 2048, 512),
    "hop_sizes": (120, 240, 50),
    "win_lengths": (600, 1200, 240),
}


def refuse_what_is_not_computed(given: Arguments) -> None:
    """Refuse what would make of it another loss, or no number."""
    if given.number("w_phs", 0.0) != 0:
        raise RefusedArgument(
            "w_phs", "expected 0: phases aren't compared; w_sc, w_log_mag and w_lin_mag work"
        )
    if given.has("scale"):
        raise RefusedArgument(
            "scale", "expected null: frequencies are compared as they are; the term mel scales them"
        )
    given.choice("output", ("loss",), "loss")
    if given.flag("retain_batch_dim", False):
        raise RefusedArgument(
            "retain_batch_dim", "expected false: a loss is one number for the whole batch"
        )


def need_sizes(given: Arguments) -> None:
    """Refuse sizes that aren't there: stereo has no defaults."""
    for name in _DEFAULT_SIZES:
        given.sizes(name)


def resolutions(given: Arguments) -> list[tuple[int, int, int]]:
    """The fft_size, hop_size and win_length of each."""
    fft_sizes, hop_sizes, win_lengths = (
        given.sizes(name, default) for name, default in _DEFAULT_SIZES.items()
    )
    for name, sizes in (("hop_sizes", hop_sizes), ("win_lengths", win_lengths)):
        if len(sizes) != len(fft_sizes):
            if not given.has(name):
                raise RefusedArgument(name, "missing beside fft_sizes, which has other defaults")
            raise RefusedArgument(
                name,
                f"expected as many entries as fft_sizes has, {len(fft_sizes)}, not {len(sizes)}",
            )
    return list(zip(fft_sizes, hop_sizes, win_lengths, strict=True))


def prefilter(given: Arguments, make: Callable[[int], Prefilter], sample_rate: int) -> Prefilter:
    """What `perceptual_weighting` asks for: what `make` makes for a sample rate, or nothing."""
    if not given.flag("perceptual_weighting", False):
        return Unfiltered()
    try:
        return make(sample_rate)
    except ValueError as error:
        raise RefusedArgument("perceptual_weighting", f"expected false: {error}") from None


def comparison(given: Arguments) -> Comparison:
    """How magnitudes are compared."""
    result = Comparison(
        w_sc=given.number("w_sc", 1.0),
        w_log_mag=given.number("w_log_mag", 1.0),
        w_lin_mag=given.number("w_lin_mag", 0.0),
        distance=given.choice("mag_distance", DISTANCES, "L1"),
        reduction=given.choice("reduction", REDUCTIONS, "mean"),
        scale_invariance=given.flag("scale_invariance", False),
    )
    if not (result.w_sc or result.w_log_mag or result.w_lin_mag):
        raise RefusedArgument(
            "w_sc", "expected another number than 0, as w_log_mag and w_lin_mag are 0, too"
        )
    return result
