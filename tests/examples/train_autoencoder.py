"""Train a small audio autoencoder whose losses come from loss_factory, or from your own package.

    python tests/examples/train_autoencoder.py --config model_config.json --audio wav_folder
    torchrun --nproc-per-node=2 tests/examples/train_autoencoder.py

Each step is a function of the seed, the number of the step and the parameters, and of nothing else:
that is why a resumed run is the run that was not interrupted, bit for bit, and why two processes
train as one does.
"""

from __future__ import annotations

import math
import random
import signal
import sys
import warnings
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from rich.console import Console
from torch import Tensor, nn

import checkpoints
from autoencoder import Autoencoder, latent_frames, reconstruction
from bottlenecks import create_bottleneck
from checkpoints import Checkpoint
from files import clear_unfinished
from losses import Distances, reconstruction_loss
from picture import save_picture
from ranks import Ranks, joined, own_rank
from reporting import Report, read_log
from settings import Settings, UserMistake, read_settings
from sounds import Sounds, UnusableSound, WavFolder, drawn
from synthesis import SynthesisedSounds

DEFAULT_CONFIG = Path(__file__).parent / "configs" / "vae.json"
HELD_OUT_SECONDS = 4.0


class Trainee(nn.Module):
    """The autoencoder and its losses, as one module with one forward pass: what DDP asks for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        config, latent_dim = settings.config, settings.config.model.latent_dim
        bottleneck = create_bottleneck(latent_dim, config.model.bottleneck)
        self.autoencoder = Autoencoder(config.audio_channels, latent_dim, bottleneck)
        self.distances = Distances(settings.reconstruction, config.sample_rate)
        package = settings.package
        self.reconstruction_loss = reconstruction_loss(settings.reconstruction, package)
        self.bottleneck_loss = package.create_bottleneck_loss(bottleneck, settings.loss_config)

    def forward(
        self, audio: Tensor, noise: Tensor
    ) -> tuple[Tensor, dict[str, Tensor], dict[str, Tensor]]:
        """The total to train on, the weighted losses by name, and `info` with their values."""
        info = self.distances(self.autoencoder(audio, noise))
        distance, losses = self.reconstruction_loss(info)
        bottleneck, bottleneck_losses = self.bottleneck_loss(info)
        return distance + bottleneck, {**losses, **bottleneck_losses}, info


class Training:
    """A run: the model with its losses, the optimizer, and the loop."""

    def __init__(self, options: Options, settings: Settings, sounds: Sounds, ranks: Ranks) -> None:
        self.options = options
        self.settings = settings
        self.sounds = sounds
        self.ranks = ranks
        self.facts = facts(options, settings, sounds)
        self.done = 0
        reseed(options.seed, step=0)
        trainee = Trainee(settings).to(ranks.device)
        self.autoencoder = trainee.autoencoder
        self.optimizer = torch.optim.AdamW(
            self.autoencoder.parameters(), lr=settings.config.training.learning_rate
        )
        self.trainee = ranks.parallel(trainee)

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on from `checkpoint`."""
        checkpoints.restore(checkpoint, self.autoencoder, self.optimizer, self.options.checkpoint)
        for group in self.optimizer.param_groups:
            # Like the weights of the losses, it belongs to the config and not to the checkpoint.
            group["lr"] = self.settings.config.training.learning_rate
        self.done = checkpoint["step"]

    def loop(self, console: Console) -> None:
        """Train until the last step, or until someone asks to stop."""
        options, stop, stopped = self.options, StopRequest(), False
        with self.report(console) as report:
            while self.done < options.steps and not stopped:
                audio, noise = self.batch(self.done + 1)
                total, losses, info = self.trainee(audio, noise)
                self.optimizer.zero_grad()
                total.backward()
                self.optimizer.step()
                self.done += 1
                line = self.log_line(total, losses, info)
                stopped = self.ranks.any(stop.made)
                ends = stopped or self.done == options.steps
                if report is not None:
                    report.add(line)
                    if ends or self.done % options.checkpoint_every == 0:
                        self.save()

    def report(self, console: Console) -> AbstractContextManager[Report | None]:
        """Where the first process reports; the others say nothing."""
        options = self.options
        if not self.ranks.is_first:
            return nullcontext()
        try:
            options.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserMistake(f"{options.folder}: --out can't be made: {error}") from None
        for path in (options.checkpoint, options.log, options.picture):
            clear_unfinished(path)
        # Checkpoint and picture of the run before go together with its log.
        outdated = () if self.done else (options.checkpoint, options.picture)
        return closing(
            Report(options.log, self.done, options.steps, options.report_every, console, outdated)
        )

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """This process's part of the audio (batch, channels, samples) and noise of a step.

        All processes draw for the whole batch, so that their number changes nothing.
        """
        seed = reseed(self.options.seed, step)
        generator = torch.Generator().manual_seed(seed)
        config, size = self.settings.config, self.options.batch_size
        samples, latent_dim = config.sample_size, config.model.latent_dim
        segments = drawn(self.sounds, size, samples, generator)
        noise = torch.randn(size, latent_dim, latent_frames(samples), generator=generator)
        own = self.ranks.part_of(size)
        audio = torch.stack([self.sounds.read(*segment, samples) for segment in segments[own]])
        return audio.to(self.ranks.device), noise[own].to(self.ranks.device)

    def log_line(
        self, total: Tensor, losses: dict[str, Tensor], info: dict[str, Tensor]
    ) -> dict[str, Any]:
        """What the log says of a step: means over the whole batch."""
        planned = self.settings.losses
        values = [total, *losses.values(), *(info[planned[name].key] for name in losses)]
        # One transfer for all numbers: each would make the GPU wait.
        numbers = self.ranks.mean(torch.stack(values).detach()).tolist()
        if not math.isfinite(numbers[0]):
            raise UserMistake(
                f"step {self.done}: the total is {numbers[0]}; a smaller learning_rate may help"
            )
        weighted, raw = numbers[1 : len(losses) + 1], numbers[len(losses) + 1 :]
        return {
            "step": self.done,
            "total": numbers[0],
            "losses": {
                name: {
                    "key": planned[name].key,
                    "value": value,
                    "weight": planned[name].weight,
                    "weighted": product,
                }
                for name, product, value in zip(losses, weighted, raw, strict=True)
            },
        }

    def save(self) -> None:
        """Write the checkpoint, and draw the picture."""
        checkpoint = checkpoints.made(
            self.done, self.autoencoder, self.optimizer, self.settings, self.facts
        )
        checkpoints.save(checkpoint, self.options.checkpoint)
        config = self.settings.config
        audio = self.sounds.held_out(round(HELD_OUT_SECONDS * config.sample_rate))
        decoded = reconstruction(
            self.autoencoder, audio[None].to(self.ranks.device), config.model.latent_dim
        )
        save_picture(
            self.options.picture,
            f"{config.model.bottleneck.type} after {self.done} steps",
            read_log(self.options.log),
            audio[0],
            decoded[0, 0],
            config.sample_rate,
        )


class StopRequest:
    """Ctrl-C, or a polite kill: noted, and heeded when the step is done."""

    def __init__(self) -> None:
        self.made = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def _note(self, *_: object) -> None:
        self.made = True


def reseed(seed: int, step: int) -> int:
    """Seed everything that draws in a step, libraries too. Returns a seed of one's own."""
    drawn_seed = int(np.random.SeedSequence((seed, step)).generate_state(1, np.uint64)[0])
    random.seed(drawn_seed)
    torch.manual_seed(drawn_seed)
    return drawn_seed


@dataclass(frozen=True)
class Options:
    """The command line."""

    config: Path
    audio: Path | None
    out: Path | None
    steps: int
    batch_size: int
    seed: int
    checkpoint_every: int
    report_every: int
    resume: bool
    overwrite: bool
    foreign_section: tuple[str, ...]
    losses: str
    device: str

    @property
    def folder(self) -> Path:
        """Where the run leaves its files."""
        return self.out or Path("runs", self.config.stem)

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    @property
    def log(self) -> Path:
        return self.folder / "log.jsonl"

    @property
    def picture(self) -> Path:
        return self.folder / "training.png"


PATH = click.Path(path_type=Path)
COUNT = click.IntRange(min=1)


@click.command(context_settings={"show_default": True})
@click.option(
    "--config",
    type=PATH,
    default=DEFAULT_CONFIG,
    show_default="configs/vae.json of this example",
    help="A whole model config in JSON.",
)
@click.option(
    "--audio", type=PATH, show_default="synthesised sounds", help="A folder of WAV files."
)
@click.option(
    "--out",
    type=PATH,
    show_default="runs/NAME_OF_THE_CONFIG",
    help="A folder for checkpoint, log and picture.",
)
@click.option("--steps", type=COUNT, default=1200, help="Steps in all.")
@click.option("--batch-size", type=COUNT, default=8, help="Segments per step, in all processes.")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Decides all that is random.")
@click.option("--checkpoint-every", type=COUNT, default=200, help="Steps between two checkpoints.")
@click.option(
    "--report-every", type=COUNT, default=50, help="Steps between two lines where there is no bar."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in the folder.")
@click.option("--overwrite", is_flag=True, help="Start again although there is a checkpoint.")
@click.option(
    "--foreign-section",
    multiple=True,
    metavar="NAME",
    help="A section of loss_configs that Loss Factory doesn't know; can be given repeatedly.",
)
@click.option(
    "--losses",
    metavar="PACKAGE",
    default="loss_factory",
    help="Where the bottleneck's losses come from; it may be a package of your own.",
)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto")
def main(**options: Any) -> None:
    """Train a small audio autoencoder with the losses of its bottleneck.

    A run leaves checkpoint.pt, log.jsonl (weighted and raw losses of each step) and training.png.
    Ctrl-C stops it after the step; --resume goes on.
    """
    console = Console(quiet=own_rank() > 0, highlight=False)
    try:
        was_stopped = run(Options(**options), console)
    except UserMistake as mistake:
        if own_rank() == 0 or isinstance(mistake, UnusableSound):
            click.echo(str(mistake), err=True)
        sys.exit(2)
    sys.exit(130 if was_stopped else 0)


def run(options: Options, console: Console) -> bool:
    """Check everything that was asked for, then train. Whether it was stopped early."""
    settings = read_settings(options.config, options.foreign_section, options.losses)
    # The notes say it once; the modules that are made from the same config need not repeat it.
    warnings.simplefilter("ignore", settings.package.UnusedWeightWarning)
    with joined(options.device) as ranks:
        if options.batch_size % ranks.count:
            raise UserMistake(
                f"--batch-size: expected a multiple of {ranks.count}, the number of processes, "
                f"not {options.batch_size}"
            )
        done = train(options, settings, ranks, console)
    was_stopped = done < options.steps
    console.print(
        f"{'Stopped' if was_stopped else 'Done'} after step {done}. {options.folder} has "
        "checkpoint.pt, log.jsonl and training.png; the same command with --resume"
        f"{'' if was_stopped else ' and more --steps'} goes on.",
        markup=False,
        soft_wrap=True,
    )
    return was_stopped


def train(options: Options, settings: Settings, ranks: Ranks, console: Console) -> int:
    """Train, from the beginning or a checkpoint. The number of steps that are done."""
    sounds = found_sounds(options, settings)
    checkpoint = checkpoint_to_resume(options)
    told = [f"note: {note}" for note in settings.notes]
    if checkpoint is not None:
        now = facts(options, settings, sounds)
        told += checkpoints.differences(checkpoint, settings, now, options.checkpoint)
    training = Training(options, settings, sounds, ranks)
    if checkpoint is not None:
        training.resume(checkpoint)
    for line in [*told, *summary(training)]:
        console.print(line, markup=False, soft_wrap=True)
    training.loop(console)
    return training.done


def checkpoint_to_resume(options: Options) -> Checkpoint | None:
    """The checkpoint to go on from, if that was asked for."""
    path = options.checkpoint
    if not options.resume:
        if path.exists() and not options.overwrite:
            raise UserMistake(
                f"{path}: there is a run already; --resume goes on with it, --overwrite starts "
                "again, --out FOLDER leaves it alone"
            )
        return None
    checkpoint = checkpoints.load(path)
    if (done := checkpoint["step"]) >= options.steps:
        raise UserMistake(f"{path}: all {done} steps are done; --steps takes a larger number")
    return checkpoint


def found_sounds(options: Options, settings: Settings) -> Sounds:
    """What there is to train on."""
    rate, channels = settings.config.sample_rate, settings.config.audio_channels
    if options.audio is None:
        return SynthesisedSounds(options.seed, rate, channels)
    return WavFolder(options.audio, rate, channels)


def facts(options: Options, settings: Settings, sounds: Sounds) -> dict[str, Any]:
    """What decides about a step and stands in no loss config."""
    config = settings.config
    return {
        "seed": options.seed,
        "batch_size": options.batch_size,
        "sounds": sounds.description,
        "sample_rate": config.sample_rate,
        "sample_size": config.sample_size,
        "learning_rate": config.training.learning_rate,
    }


def summary(training: Training) -> list[str]:
    """What is about to be trained."""
    settings, ranks = training.settings, training.ranks
    config = settings.config
    parameters = sum(each.numel() for each in training.autoencoder.parameters())
    return [
        f"{settings.plan.bottleneck_type.value}, {parameters:,} parameters, learning rate "
        f"{config.training.learning_rate:g}, on {ranks.device.type}, processes: {ranks.count}",
        f"sounds: {training.sounds.description}; segments of "
        f"{config.sample_size / config.sample_rate:.2f} s",
        "total = "
        + " + ".join(f"{loss.weight:g} · {loss.key}" for loss in settings.losses.values()),
    ]


if __name__ == "__main__":
    main()
