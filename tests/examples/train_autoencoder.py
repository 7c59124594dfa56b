"""Train a small audio autoencoder with losses from loss_factory, or from a package of your own.

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
from typing import TYPE_CHECKING, Any, NoReturn

import click
import numpy as np
import torch
from rich.console import Console
from torch import Tensor, nn
from torch.nn.utils import get_total_norm
from torch.optim import AdamW, Optimizer

import checkpoints
import divergence
from autoencoder import Autoencoder, latent_frames, reconstruction
from bottlenecks import create_bottleneck
from checkpoints import Checkpoint
from discriminator import MultiScaleDiscriminator
from files import clear_unfinished
from picture import save_picture
from ranks import Ranks, joined, own_rank
from reporting import Report, read_log
from settings import Settings, UserMistake, mistakes_in_losses, read_settings
from sounds import Sounds, UnusableSound, WavFolder, drawn
from synthesis import SynthesisedSounds
from turns import DiscriminatorTurn, GeneratorTurn, Turn, generator_steps_before, turn_of

if TYPE_CHECKING:
    from loss_factory import LossDetails

DEFAULT_CONFIG = Path(__file__).parent / "configs" / "complete.json"
HELD_OUT_SECONDS = 4.0
BETAS = (0.8, 0.99)  # short memories: for each of two opponents, the other one changes


class Training:
    """A run: the two networks, the objective that both are trained with, and the loop."""

    def __init__(self, options: Options, settings: Settings, sounds: Sounds, ranks: Ranks) -> None:
        self.options = options
        self.settings = settings
        self.sounds = sounds
        self.ranks = ranks
        self.facts = facts(options, settings, sounds)
        self.done = 0
        reseed(options.seed, step=0)
        config, latent_dim = settings.config, settings.config.model.latent_dim
        bottleneck = create_bottleneck(latent_dim, config.model.bottleneck)
        self.autoencoder = Autoencoder(config.audio_channels, latent_dim, bottleneck)
        self.discriminator = None
        if settings.plan.discriminator:
            self.discriminator = MultiScaleDiscriminator(config.audio_channels)
        objective = settings.package.create_objective(
            bottleneck,
            settings.loss_config,
            trainer=options.trainer,
            channels=config.audio_channels,
            sample_rate=config.sample_rate,
            discriminator=self.discriminator,
        )
        self.objective = objective
        turns: dict[Turn, nn.Module] = {"generator": GeneratorTurn(self.autoencoder, objective)}
        if self.discriminator is not None:
            turns["discriminator"] = DiscriminatorTurn(self.discriminator, objective)
        self.turns = {turn: ranks.parallel(each.to(ranks.device)) for turn, each in turns.items()}
        rates = config.training.learning_rates
        self.optimizers: dict[Turn, Optimizer] = {
            turn: AdamW(each.parameters(), lr=rates[turn], betas=BETAS)
            for turn, each in self.turns.items()
        }

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on from `checkpoint`."""
        checkpoints.restore(
            checkpoint,
            self.autoencoder,
            self.discriminator,
            self.optimizers,
            self.options.checkpoint,
        )
        for turn, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                # Like the weights of the losses, it belongs to the config, not to the checkpoint.
                group["lr"] = self.settings.config.training.learning_rates[turn]
        self.done = checkpoint["step"]

    def loop(self, console: Console) -> None:
        """Train until the last step, or until someone asks to stop."""
        options, stop, stopped = self.options, StopRequest(), False
        with self.report(console) as report:
            while self.done < options.steps and not stopped:
                turn = self.turn_of(self.done + 1)
                buffers = divergence.Buffers(self.networks)
                details = self.computed(self.done + 1, turn)
                self.optimizers[turn].zero_grad()
                details.total.backward()
                line = self.log_line(turn, details)
                if bad := divergence.not_finite(self.settings.package, line):
                    buffers.put_back()
                    self.give_up(line, bad, report)
                self.optimizers[turn].step()
                self.done += 1
                stopped = self.ranks.any(stop.made)
                ends = stopped or self.done == options.steps
                if report is not None:
                    report.add(line)
                    if ends or self.done % options.checkpoint_every == 0:
                        self.save()

    def turn_of(self, step: int) -> Turn:
        """Whose turn a step is."""
        return turn_of(
            step, self.options.warmup_steps, has_discriminator=self.discriminator is not None
        )

    def generator_step(self, step: int) -> int:
        """The step that weights are for."""
        return generator_steps_before(
            step, self.options.warmup_steps, has_discriminator=self.discriminator is not None
        )

    @property
    def networks(self) -> list[nn.Module]:
        """What a checkpoint holds."""
        return [each for each in (self.autoencoder, self.discriminator) if each is not None]

    def computed(self, step: int, turn: Turn) -> LossDetails:
        """The total of a step, its losses, and their values before they are weighted."""
        audio, noise = self.batch(step)
        self.objective.set_step(self.generator_step(step))
        if turn == "generator":
            return self.turns[turn](audio, noise, step > self.options.warmup_steps)
        with torch.no_grad():
            decoded, _ = self.autoencoder(audio, noise)
        return self.turns[turn](audio, decoded)

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

    def log_line(self, turn: Turn, details: LossDetails) -> dict[str, Any]:
        """What the log says of the step that is being made: means over the whole batch."""
        planned = {loss.name: loss for loss in self.settings.plan.losses}
        weights = self.settings.plan.weights_at(self.generator_step(self.done + 1))
        parameters = self.turns[turn].parameters()
        norm = get_total_norm([each.grad for each in parameters if each.grad is not None])
        total, losses, values = details
        # One transfer for all numbers: each would make the GPU wait.
        stacked = torch.stack([total, norm, *losses.values(), *values.values()]).detach()
        mean_total, mean_norm, *numbers = self.ranks.mean(stacked).tolist()
        products, unweighted = numbers[: len(losses)], numbers[len(losses) :]
        return {
            "step": self.done + 1,
            "turn": turn,
            "total": mean_total,
            "gradient_norm": mean_norm,
            "losses": {
                name: {
                    "reads": list(planned[name].reads),
                    "value": value,
                    "weight": weights[name],
                    "weighted": product,
                }
                for name, value, product in zip(losses, unweighted, products, strict=True)
            },
        }

    def give_up(self, line: dict[str, Any], bad: list[str], report: Report | None) -> NoReturn:
        """Leave what the step before left: the optimizer would spoil the parameters for good."""
        log = []
        if report is not None:
            report.add_last(divergence.as_json(line, bad))
            log = self.good_lines()
            self.save()
        self.ranks.any(False)  # torchrun ends all when one ends: the others wait until it is saved
        raise UserMistake(
            f"{divergence.told(line, bad, log)}\n"
            f"{self.options.checkpoint} is from before it, after step {self.done}: --resume makes "
            "that step again; a smaller learning_rate may help"
        )

    def good_lines(self) -> list[dict[str, Any]]:
        """The log without a step that ended the run."""
        return [line for line in read_log(self.options.log) if "not_finite" not in line]

    def save(self) -> None:
        """Write the checkpoint, and draw the picture as soon as there is something to draw."""
        checkpoint = checkpoints.made(
            self.done,
            self.autoencoder,
            self.discriminator,
            self.optimizers,
            self.settings,
            self.settings.plan.weights_at(self.generator_step(max(1, self.done))),
            self.facts,
        )
        checkpoints.save(checkpoint, self.options.checkpoint)
        log, config = self.good_lines(), self.settings.config
        if not log:
            return
        audio = self.sounds.held_out(round(HELD_OUT_SECONDS * config.sample_rate))
        decoded = reconstruction(
            self.autoencoder, audio[None].to(self.ranks.device), config.model.latent_dim
        )
        save_picture(
            self.options.picture,
            f"{self.options.config.stem} after {self.done} steps",
            log,
            self.options.warmup_steps,
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
    trainer: str
    steps: int
    warmup_steps: int
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
    show_default="configs/complete.json of this example",
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
@click.option(
    "--trainer",
    metavar="NAME",
    default="loss-factory",
    help="Whose objective the config is trained with, such as 'stable-audio-tools 0.0.19'.",
)
@click.option("--steps", type=COUNT, default=800, help="Steps in all, of both turns.")
@click.option(
    "--warmup-steps",
    type=click.IntRange(min=0),
    default=400,
    help="Steps before the discriminator, if there is one, has its turns and its say.",
)
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
    help="Where the losses come from; it may be a package of your own.",
)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto")
def main(**options: Any) -> None:
    """Train a small audio autoencoder with the losses that its config asks for.

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
    settings = read_settings(
        options.config, options.trainer, options.foreign_section, options.losses
    )
    # The notes say it once; the modules that are made from the same config need not repeat it.
    warnings.simplefilter("ignore", settings.package.UnusedWeightWarning)
    with joined(options.device) as ranks:
        if options.batch_size % ranks.count:
            raise UserMistake(
                f"--batch-size: expected a multiple of {ranks.count}, the number of processes, "
                f"not {options.batch_size}"
            )
        try:
            done = train(options, settings, ranks, console)
        except settings.package.LossConfigError as error:  # an argument that no loss can be made of
            raise mistakes_in_losses(error, options.config) from None
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
        "trainer": options.trainer,
        "warmup_steps": options.warmup_steps,
        "seed": options.seed,
        "batch_size": options.batch_size,
        "sounds": sounds.description,
        "sample_rate": config.sample_rate,
        "sample_size": config.sample_size,
        "learning_rates": config.training.learning_rates,
    }


def summary(training: Training) -> list[str]:
    """What is about to be trained."""
    ranks, plan = training.ranks, training.settings.plan
    config = training.settings.config
    rates = config.training.learning_rates
    networks = [(type(training.autoencoder.bottleneck).__name__, training.autoencoder, "generator")]
    if training.discriminator is not None:
        networks.append(("discriminator", training.discriminator, "discriminator"))
    told = [
        f"{name}, {sum(each.numel() for each in network.parameters()):,} parameters, learning rate "
        f"{rates[turn]:g}, on {ranks.device.type}, processes: {ranks.count}"
        for name, network, turn in networks
    ]
    sounds = (
        f"sounds: {training.sounds.description}; segments of "
        f"{config.sample_size / config.sample_rate:.2f} s"
    )
    weights = weights_in_words(training)
    totals = [
        f"{turn}: total = " + " + ".join(f"{weights[loss.name]} · {loss.name}" for loss in losses)
        for turn, losses in (("generator", plan.generator), ("discriminator", plan.discriminator))
        if losses
    ]
    return [*told, sounds, *totals]


def weights_in_words(training: Training) -> dict[str, str]:
    """The weights of the losses; those that change, in the first step and in the last one.

    Raises:
        UserMistake: float32 has no such weight.
    """
    options, plan = training.options, training.settings.plan
    steps = (training.generator_step(step) for step in (1, options.steps))
    first, last = map(plan.weights_at, steps)
    if not all(map(math.isfinite, last.values())):
        raise UserMistake(
            f"{options.config}: a weight grows too large for float32 in {options.steps} steps; "
            "expected a decay of at most 1"
        )
    return {
        name: f"{weight:g}" if weight == last[name] else f"({weight:g} → {last[name]:g})"
        for name, weight in first.items()
    }


if __name__ == "__main__":
    main()
