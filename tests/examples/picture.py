"""The picture of a training: its losses and weights over time, and what became of a sound."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from files import write_whole
from settings import SAID_BY_DISCRIMINATOR

_SAYS = {
    "compared": "weighted loss, generator's turn",
    "judged": "generator's turn",
    "own": "discriminator's turn",
    "weights": "relative weight",
}
_HEIGHTS = {"compared": 5, "weights": 2, "judged": 1, "own": 1}
_SAYS_ALONE = {**_SAYS, "compared": "weighted loss"}
_INK, _FAINT = "#1f2430", "#d9dce3"
_COLOURS = ("#3b5bdb", "#e8590c", "#2b8a3e", "#9c36b5", "#0c8599", "#c2255c")
_FFT, _HOP = 512, 128
_DYNAMIC_RANGE = 80.0  # dB
_DOTS_PER_INCH = 120
_COLOURS_IN_FILE = 255
_COLOURS_OF_SPECTROGRAM = 48


def save_picture(
    path: Path,
    title: str,
    log: Sequence[dict[str, Any]],
    warmup_steps: int,
    audio: Tensor,
    decoded: Tensor,
    rate: int,
) -> None:
    """Draw the losses of `log`, weights that change, and the spectrograms of two waves, into a PNG.

    Args:
        path: the file; it is replaced as a whole.
        title: what was trained.
        log: the lines of the log, at least one.
        warmup_steps: the steps before the discriminator's first turn, if there is one.
        audio: (samples,), what went in.
        decoded: (samples,), what came out.
        rate: samples per second.
    """
    figure = Figure(figsize=(12, 7.8), layout="constrained", facecolor="white")
    figure.suptitle(title, fontsize=15, color=_INK, fontweight="bold")
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.3, 1))
    _draw_curves(upper, _curves(log), log[-1]["step"], warmup_steps)
    places = lower.subplot_mosaic([["left", "right"]])
    left, right = places["left"], places["right"]
    shown = _decibels(audio), _decibels(decoded)
    loudest = max(float(each.max()) for each in shown)
    for axes, spectrogram, name in zip(
        (left, right), shown, ("input", "reconstruction"), strict=True
    ):
        image = axes.imshow(
            spectrogram,
            origin="lower",
            aspect="auto",
            cmap=colormaps["magma"].resampled(_COLOURS_OF_SPECTROGRAM),
            vmin=loudest - _DYNAMIC_RANGE,
            vmax=loudest,
            extent=(0.0, len(audio) / rate, 0.0, rate / 2000),
            interpolation="nearest",
        )
        axes.set_title(name, fontsize=12, color=_INK)
        axes.set_xlabel("seconds")
        _plain(axes)
    left.set_ylabel("kHz")
    right.tick_params(labelleft=False)
    bar = lower.colorbar(image, ax=(left, right), pad=0.01, aspect=28, label="dB")
    bar.outline.set_visible(False)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    drawn, packed = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DOTS_PER_INCH)
    # Noise doesn't compress, but noise of few colours does.
    Image.open(drawn).convert("RGB").quantize(_COLOURS_IN_FILE).save(
        packed, format="png", optimize=True
    )
    write_whole(path, packed.getvalue())


class _Curve(NamedTuple):
    """A loss, or its weight, over the steps in which it was computed."""

    label: str
    colour: str
    steps: NDArray[np.int64]
    values: NDArray[np.float64]


def _curves(log: Sequence[dict[str, Any]]) -> dict[str, list[_Curve]]:
    """The losses by the panel that they are drawn in, and weights that change.

    What compares signals is at least 0, and a log axis shows it best. What a discriminator says of
    reconstructions may be negative, and has a range of its own. Weights may be of any size, so each
    is drawn relative to the largest that it has had.
    """
    panels: dict[str, list[_Curve]] = {}
    names = dict.fromkeys(name for line in log for name in line["losses"])
    for name, colour in zip(names, cycle(_COLOURS), strict=False):
        lines = [line for line in log if name in line["losses"]]
        weights = {line["step"]: line["losses"][name]["weight"] for line in lines}
        weighted = {line["step"]: line["losses"][name]["weighted"] for line in lines}
        # On a log axis 0 has no place, and what a discriminator hasn't said yet is no 0.
        drawn = {step: value for step, value in weighted.items() if value}
        smallest, largest = min(weights.values()), max(weights.values())
        changes = smallest < largest
        said = "changes" if changes else f"{largest:g}"
        panel = _panel(lines[-1]["turn"], lines[-1]["losses"][name]["reads"])
        panels.setdefault(panel, []).append(_curve(f"{name}  (weight {said})", colour, drawn))
        if changes:
            first, *_, last = weights.values()
            shares = {step: weight / largest for step, weight in weights.items()}
            label = f"weight of {name}  ({first:g} → {last:g})"
            panels.setdefault("weights", []).append(_curve(label, colour, shares))
    return panels


def _curve(label: str, colour: str, values: Mapping[int, float]) -> _Curve:
    """A curve of values by their steps."""
    return _Curve(
        label, colour, np.array([*values], np.int64), np.array([*values.values()], np.float64)
    )


def _panel(turn: str, reads: Sequence[str]) -> str:
    if turn == "discriminator":
        return "own"
    return "compared" if SAID_BY_DISCRIMINATOR.isdisjoint(reads) else "judged"


def _draw_curves(
    figure: SubFigure, curves: Mapping[str, list[_Curve]], last_step: int, warmup_steps: int
) -> None:
    """Draw losses that compare at the left, weights that change below them; the others right."""
    has_discriminator = "judged" in curves
    columns = [["compared", *({"weights"} & curves.keys())]]
    if has_discriminator:
        columns.append(["judged", "own"])
    places = figure.subfigures(1, len(columns), squeeze=False)[0]
    for place, panels in zip(places, columns, strict=True):
        heights = [_HEIGHTS[panel] for panel in panels]
        rows = place.subplots(len(panels), squeeze=False, sharex=True, height_ratios=heights)
        for panel, axes in zip(panels, rows[:, 0], strict=True):
            _draw(axes, panel, curves.get(panel, []), last_step)
            axes.set_ylabel(_SAYS[panel] if has_discriminator else _SAYS_ALONE[panel])
            if has_discriminator:
                _draw_warmup(axes, min(warmup_steps, last_step), is_told=panel == panels[0])
        rows[-1, 0].set_xlabel("step")


def _draw(axes: Axes, panel: str, curves: Sequence[_Curve], last_step: int) -> None:
    """Draw the curves of a panel; weights as they are, losses with their means."""
    for curve in curves:
        values = curve.values
        if panel != "weights":
            axes.plot(curve.steps, values, color=curve.colour, alpha=0.22, linewidth=0.8)
            values = _smoothed(values)
        axes.plot(curve.steps, values, color=curve.colour, linewidth=2.0, label=curve.label)
    axes.set_xlim(1, max(2, last_step))
    axes.grid(axis="y", color=_FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    if curves:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=10)
    if panel == "compared":
        axes.set_yscale("log")
    elif panel == "weights":
        axes.set_ylim(-0.05, 1.05)
        axes.set_yticks((0, 0.5, 1))
    else:
        axes.ticklabel_format(useOffset=False)
    _plain(axes)


def _draw_warmup(axes: Axes, steps: int, *, is_told: bool) -> None:
    """Shade the steps before the discriminator's turns."""
    if steps < 1:
        return
    axes.axvspan(1, steps, color=_FAINT, alpha=0.45, linewidth=0)
    if is_told:
        place = axes.get_xaxis_transform()
        axes.text(steps / 2, 0.94, "warm-up", transform=place, ha="center", va="top", color=_INK)


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the values around each, as far as there are any."""
    if not len(values):
        return values
    window = np.ones(2 * (len(values) // 80) + 1)
    sums = np.convolve(values, window, "same")
    return np.asarray(sums / np.convolve(np.ones_like(values), window, "same"))


def _decibels(wave: Tensor) -> NDArray[np.float32]:
    """(bins, frames), relative to a sine of full scale."""
    window = torch.hann_window(_FFT)
    spectrum = torch.stft(wave.cpu(), _FFT, _HOP, window=window, return_complex=True)
    magnitudes = 2 * spectrum.abs() / window.sum()
    decibels: NDArray[np.float32] = (20 * magnitudes.clamp(min=1e-7).log10()).numpy()
    return decibels


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_FAINT)
    axes.tick_params(colors=_INK, labelsize=10, length=3)
