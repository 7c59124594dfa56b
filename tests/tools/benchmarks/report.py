"""The tables and aims of tests/BENCHMARKS.md, and how a run fills them in."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.benchmarks.cases import TAGS, WITH_LOSSES
from tools.benchmarks.growing import COUNTS, FAMILIES

COMMAND = "python -m nox -s bench"

EAGER = "eager"
COMPILED = "compiled"
FORWARD = "forward"
BACKWARD = "forward and backward"

Rounds = Callable[[int], int]
"""The number of rounds to take instead of the usual one."""


@dataclass(frozen=True)
class Column:
    """A heading, and how the figures below it are written."""

    heading: str
    scale: float
    """What a figure is multiplied by: seconds become microseconds, say."""

    digits: int
    """Digits behind the point."""

    def written(self, figure: float) -> str:
        """The figure as a cell has it."""
        return f"{figure * self.scale:,.{self.digits}f}"


def ratio(heading: str) -> Column:
    """A column of ratios."""
    return Column(heading, 1, 2)


def times(name: str, unit: str) -> Column:
    """A column of times, which figures give in seconds, or of memory, in bytes."""
    scale, digits = {"s": (1.0, 2), "ms": (1e3, 1), "µs": (1e6, 1), "MiB": (2**-20, 0)}[unit]
    return Column(f"{name}, {unit}", scale, digits)


@dataclass(frozen=True)
class Table:
    """A table with known rows, of which each is one test's business."""

    title: str
    about: str
    corner: str
    """The heading of the first column, which names the rows."""

    rows: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Reason:
    """Why aims are not reached, if they are not."""

    heading: str
    text: str
    command: str
    """What measures them again, and makes the profile that shows this."""


@dataclass(frozen=True)
class Aim:
    """What the worst of some ratios should be, at most or at least."""

    text: str
    limit: float
    reason: Reason
    at_least: bool = False

    def reached(self, figure: float) -> bool:
        """Whether `figure`, as it is written, is within the limit."""
        shown = round(figure, 2)
        return shown >= self.limit if self.at_least else shown <= self.limit


# --- forward and backward

_FORWARD_COLUMNS = (
    times("by hand", "µs"),
    ratio("ours / by hand"),
    ratio("drop-in / by hand"),
    ratio("real / by hand"),
    ratio("real / ours"),
)


def _forward_table(mode: str, step: str) -> Table:
    rows = TAGS if step == FORWARD else WITH_LOSSES
    return Table(
        f"{step}, {mode}".capitalize(), "", "bottleneck", tuple(rows.values()), _FORWARD_COLUMNS
    )


FORWARD_TABLES: Mapping[tuple[str, str], Table] = {
    (mode, step): _forward_table(mode, step)
    for mode in (EAGER, COMPILED)
    for step in (FORWARD, BACKWARD)
}

SHORTER_TABLE = Table(
    "The three losses of dac_rvq_vae, summed the shorter way",
    "Somebody who writes by hand may well write `a + b + c`, one add less than the real sum, which "
    "begins with 0. The bits are not always the same then: a −0.0 stays one, and the dtype may "
    "differ.",
    "step",
    tuple(f"{step}, {mode}" for mode in (EAGER, COMPILED) for step in (FORWARD, BACKWARD)),
    (times("a + b + c", "µs"), ratio("ours / a + b + c"), ratio("real / a + b + c")),
)

FORWARD_AIMS: Mapping[str, Aim] = {
    mode: Aim(
        f"forward, {mode}: ours / by hand, every type",
        1.1,
        Reason(
            f"forward, {mode}",
            "Ours looks whether each value is there and asks for its dtype and its dimensions, so "
            "that a value that is missing or has dimensions is an error with its name.",
            f"{COMMAND} -- --rounds 30 -k 'test_forward and {mode}'",
        ),
    )
    for mode in (EAGER, COMPILED)
}

MULTI_LOSS_AIM = Aim(
    "forward, eager: real MultiLoss / ours, on three losses (no aim, but an expectation)",
    3.0,
    Reason(
        "three times as fast as the real MultiLoss",
        "Code by hand does not get there either: see the column `real / by hand`, and the table of "
        "`a + b + c`. All that can be saved is what the real one does besides (compare a buffer "
        "with a number and call a module, for each loss). The multiplies and adds themselves, "
        "which a profiler counts to the `forward` that does them, are the same for everybody.",
        f"{COMMAND} -- --rounds 30 -k 'test_forward and eager and dac_rvq_vae'",
    ),
    at_least=True,
)

# --- weights that change

SCHEDULE_TABLE = Table(
    "Weights that change with the step",
    "The three losses of dac_rvq_vae: all of their weights change, or none.",
    "step",
    tuple(f"{FORWARD}, {mode}" for mode in (EAGER, COMPILED)),
    (times("constant", "µs"), times("changing", "µs"), ratio("changing / constant")),
)
SET_STEP = "set_step over eight losses"
SET_STEP_TABLE = Table(
    "Telling the step",
    "An objective with eight weights that change, in all ways that there are.",
    "call",
    (SET_STEP,),
    (times("one call", "µs"),),
)
_SCHEDULE_COMMAND = f"{COMMAND} -- --rounds 30 -k 'bench_schedules'"
SCHEDULE_AIM = Aim(
    "forward: changing weights / constant ones",
    1.15,
    Reason(
        "changing weights",
        "A weight that changes is a tensor, and a constant one a number.",
        _SCHEDULE_COMMAND,
    ),
)
SET_STEP_AIM = Aim(
    f"{SET_STEP}, in microseconds",
    30.0,
    Reason("telling the step", "A tensor is made for each weight.", _SCHEDULE_COMMAND),
)

# --- factory

DROP_IN_LIST = "drop-in list"
ONE_MODULE = "one module"
PLAN = "plan_losses"
ONE_SECTION = "only the bottleneck's weights"
WHOLE = "a whole loss_configs"
_FACTORY_ROWS = tuple(tag for tag in TAGS.values() if tag != "softnorm")
_FACTORY_COLUMNS = (
    times("real", "µs"),
    ratio(f"{DROP_IN_LIST} / real"),
    ratio(f"{ONE_MODULE} / real"),
    ratio(f"{PLAN} / real"),
    ratio("by hand / real"),
)
FACTORY_TABLES: Mapping[str, Table] = {
    ONE_SECTION: Table(
        "Factory, with a config of the weights that the bottleneck reads",
        "",
        "bottleneck",
        _FACTORY_ROWS,
        _FACTORY_COLUMNS,
    ),
    WHOLE: Table(
        "Factory, with a whole `loss_configs` object",
        "Discriminator, spectral and time sections as the model configs of stable-audio-tools have "
        "them. The real factory doesn't look at them; ours checks every value.",
        "bottleneck",
        _FACTORY_ROWS,
        _FACTORY_COLUMNS,
    ),
}
_FACTORY_REASON = Reason(
    "the factory, for bottlenecks with losses",
    "The real factory looks up one weight and makes a buffer per loss; it checks nothing, and a "
    "config may be as long as it likes. Ours makes no buffer but reads the whole config, checks "
    "it, and says what is wrong in it. With few losses and many sections, that is more. Once in a "
    "training it takes less than a tenth of a millisecond.",
    f"{COMMAND} -- --rounds 30 -k 'test_factory'",
)
FACTORY_AIMS: Mapping[tuple[str, str], Aim] = {
    (config, made): Aim(
        f"factory, {config}: {made} / real, every type with losses", 1.0, _FACTORY_REASON
    )
    for config in FACTORY_TABLES
    for made in (DROP_IN_LIST, ONE_MODULE)
}
_FACTORY_WITHOUT_LOSSES_REASON = Reason(
    "the factory, for bottlenecks without losses",
    "There the real factory is a few `isinstance` tests and an empty list; it never opens the "
    "config. Ours checks it all the same: a mistyped section is a mistake whatever the bottleneck.",
    f"{COMMAND} -- --rounds 30 -k 'test_factory and tanh'",
)
FACTORY_WITHOUT_LOSSES_AIMS: Mapping[str, Aim] = {
    config: Aim(
        f"factory, {config}: the slower of ours / real, without losses",
        1.0,
        _FACTORY_WITHOUT_LOSSES_REASON,
    )
    for config in FACTORY_TABLES
}

# --- import

STATEMENT = "the import statement"
AND_FIRST_USE = "the import and a first use"
PROCESS = "the whole process"
IMPORT_TABLE = Table(
    "Import, in fresh interpreters",
    "Against a module that says `from pydantic import BaseModel` and defines a model with one "
    "field. There is also the time until a first `plan_losses` has returned, against a first "
    "validation by the one model. "
    "stable-audio-tools has nothing to compare with: its factory's module imports torch, "
    "torchaudio and the models.",
    "time of",
    (STATEMENT, AND_FIRST_USE, PROCESS),
    (times("one Pydantic model", "ms"), times("loss_factory", "ms"), ratio("ours / one model")),
)
IMPORT_AIM = Aim(
    "`import loss_factory` / one Pydantic model",
    1.25,
    Reason(
        "import",
        "These are the package's modules that take longest.",
        f"{COMMAND} -- --rounds 9 -k 'bench_import'",
    ),
)

WITH_TORCH_TABLE = Table(
    "Import with torch, in fresh interpreters",
    "",
    "time of",
    (STATEMENT, PROCESS),
    (
        times("import torch", "ms"),
        times("and loss_factory's factory", "ms"),
        ratio("with it / without"),
    ),
)

# --- command line

GOOD = "a config that is right"
BROKEN = "a config with a mistake"
CHECK_TABLE = Table(
    "`loss-factory check`, whole processes",
    "Against a script that imports click and of rich what prints, and defines a Pydantic model "
    "with one field.",
    "check of",
    (GOOD, BROKEN),
    (times("the script", "ms"), times("check", "ms"), ratio("check / the script")),
)
CHECK_AIM = Aim(
    "`loss-factory check` / click, rich and one Pydantic model",
    1.5,
    Reason(
        "check",
        "The package has a class for each object that can stand in a config, and Pydantic takes "
        "the better part of a millisecond to make one. These are the modules that take longest.",
        f"{COMMAND} -- --rounds 9 -k 'bench_command_line'",
    ),
)
MANY = "1,000 configs of 3 kB"
CHECK_MANY_TABLE = Table(
    "`loss-factory check` of many configs in one process",
    "",
    "check of",
    (MANY,),
    (times("one config", "s"), times("all", "s"), ratio("all / one")),
)
CHECK_MANY_AIM = Aim(
    "`loss-factory check` of 1,000 configs in one process, in seconds",
    5.0,
    Reason(
        "check of many configs",
        "Each file is read by a JSON reader in Python, which keeps the place of every value.",
        f"{COMMAND} -- --rounds 3 -k 'test_check_many'",
    ),
)

# --- growth

_SIZES = tuple(f"{count:,}" for count in COUNTS)


def _growth_columns(unit: str, *more: Column) -> tuple[Column, ...]:
    return (*(times(f"{size} types", unit) for size in _SIZES), ratio("1,000 / 10"), *more)


GENERATE_TABLE = Table(
    "Growth of generate, the whole command",
    "In the family `shared` a new type carries losses that others carry too; in `own` each brings "
    "a loss and a weight of its own.",
    "schema",
    tuple(FAMILIES),
    _growth_columns("s"),
)
COMPILE_TABLE = Table(
    "Growth of generate, without starting Python and writing files",
    "The last column is the time that a byte of schema adds from 100 to 1,000 types, over that "
    "from 10 to 100: 1 is linear.",
    "schema",
    tuple(FAMILIES),
    _growth_columns("s", ratio("size of the schema, 1,000 / 10"), ratio("per byte, late / early")),
)
COMPILE_AIMS: Mapping[str, Aim] = {
    family: Aim(
        f"generate, {family}: time per byte, late / early",
        1.2,
        Reason(
            f"generate, {family}",
            "The compiler goes through the whole schema several times for each type or loss.",
            f"{COMMAND} -- --rounds 3 -k 'compile_schema and {family}'",
        ),
    )
    for family in FAMILIES
}
GROWTH_IMPORT_TABLE = Table(
    "Growth of the import statement, Pydantic included",
    "",
    "schema",
    tuple(FAMILIES),
    _growth_columns("ms"),
)
RESOLVE = "resolve the type"
DISPATCH_TABLE = Table(
    "Growth of dispatch",
    "For an instance of the last type's class, with a config that sets its weight.",
    "schema",
    tuple(f"{family}: {what}" for family in FAMILIES for what in (RESOLVE, PLAN)),
    _growth_columns("µs"),
)
_DISPATCH_REASONS: Mapping[str, Reason] = {
    "shared": Reason(
        "dispatch, with losses that types share",
        "Something is done for each type.",
        f"{COMMAND} -- --rounds 30 -k 'test_dispatch and shared'",
    ),
    "own": Reason(
        "dispatch, with a loss and a weight for each type",
        "A config is then a model with 1,000 weights, and Pydantic fills in each that is not "
        "written.",
        f"{COMMAND} -- --rounds 30 -k 'test_dispatch and own'",
    ),
}
DISPATCH_AIMS: Mapping[tuple[str, str], Aim] = {
    (family, what): Aim(f"{what}, {family}: 1,000 / 10 types", 1.2, _DISPATCH_REASONS[family])
    for family in FAMILIES
    for what in (RESOLVE, PLAN)
}

# --- the objective

GENERATOR = "step of the generator"
DISCRIMINATOR = "step of the discriminator"
TURNS = (GENERATOR, DISCRIMINATOR)
SPECTRAL = "spectral losses, forward and backward"
TIGHT_SPECTRAL = "spectral losses of 0.0.20, forward and backward"
CONSTRUCTION = "construction of the losses"
_DISCRIMINATORS = ("encodec", "dac")
STEPS = (*_DISCRIMINATORS, "0.0.20, encodec")
"""What a step is measured with; in 0.0.19, if no version is named."""

_REAL_AND_OURS = ("real", "ours")
STEP_TABLE = Table(
    "The objective in the trainer of stable-audio-tools",
    "The whole AutoencoderTrainingWrapper of 0.0.19 or 0.0.20 under Lightning's Trainer, with its "
    "own losses and with those of `create_objective`: a small stereo VAE, 8,192 samples, two at a "
    "time, spectra of four resolutions with perceptual weighting. Both make the same parameters, "
    "bit for bit.",
    "",
    (
        *(f"{each}: {turn}" for each in STEPS for turn in TURNS),
        *(SPECTRAL, TIGHT_SPECTRAL, CONSTRUCTION),
    ),
    (*(times(each, "ms") for each in _REAL_AND_OURS), ratio("ours / real")),
)
MEMORY_TABLE = Table(
    "Peak memory of a training",
    "The same trainings for four steps, each in a process of its own.",
    "discriminator",
    _DISCRIMINATORS,
    (*(times(each, "MiB") for each in _REAL_AND_OURS), ratio("ours / real")),
)
_OBJECTIVE_REASON = Reason(
    "the objective",
    "What is left is what the bits need: each signal's spectra, one backward pass of the filter "
    "for each use, the discriminator's forward pass, and the autoencoder itself.",
    f"{COMMAND} -- --rounds 5 -k 'bench_objective or bench_tight_spectral'",
)
STEP_AIMS: Mapping[str, Aim] = {
    each: Aim(f"{GENERATOR}, {each}: ours / real", most, _OBJECTIVE_REASON)
    for each, most in zip(STEPS, (0.65, 0.65, 0.95), strict=True)
}
SPECTRAL_AIM = Aim("spectral losses: ours / real", 0.62, _OBJECTIVE_REASON)
TIGHT_SPECTRAL_AIM = Aim("spectral losses of 0.0.20: ours / real", 0.9, _OBJECTIVE_REASON)
CONSTRUCTION_AIM = Aim("`create_objective` / the real constructors", 1.1, _OBJECTIVE_REASON)
MEMORY_AIM = Aim("peak memory of a training: ours / real", 1.0, _OBJECTIVE_REASON)

TABLES = (
    *FORWARD_TABLES.values(),
    SHORTER_TABLE,
    SCHEDULE_TABLE,
    SET_STEP_TABLE,
    *FACTORY_TABLES.values(),
    IMPORT_TABLE,
    WITH_TORCH_TABLE,
    CHECK_TABLE,
    CHECK_MANY_TABLE,
    GENERATE_TABLE,
    COMPILE_TABLE,
    GROWTH_IMPORT_TABLE,
    DISPATCH_TABLE,
    STEP_TABLE,
    MEMORY_TABLE,
)
AIMS = (
    *FORWARD_AIMS.values(),
    MULTI_LOSS_AIM,
    SCHEDULE_AIM,
    SET_STEP_AIM,
    *FACTORY_AIMS.values(),
    *FACTORY_WITHOUT_LOSSES_AIMS.values(),
    IMPORT_AIM,
    CHECK_AIM,
    CHECK_MANY_AIM,
    *DISPATCH_AIMS.values(),
    *COMPILE_AIMS.values(),
    *STEP_AIMS.values(),
    SPECTRAL_AIM,
    TIGHT_SPECTRAL_AIM,
    CONSTRUCTION_AIM,
    MEMORY_AIM,
)


@dataclass(frozen=True)
class _Verdict:
    figure: float
    where: str
    profile: str


@dataclass
class Figures:
    """What a run has measured."""

    load: float = field(default_factory=lambda: os.getloadavg()[0])
    """What else the machine did when this began: programs that wanted a core, in a minute."""

    cells: dict[tuple[str, str], Sequence[float]] = field(default_factory=dict)
    verdicts: dict[str, _Verdict] = field(default_factory=dict)

    def add(self, table: Table, row: str, figures: Sequence[float]) -> None:
        """Fill in a row, with one figure for each column."""
        if row not in table.rows or len(figures) != len(table.columns):
            raise ValueError(f"{table.title} has no row {row!r} with {len(figures)} figures")
        self.cells[table.title, row] = figures

    def judge(
        self, aim: Aim, figure: float, where: str, profile: Callable[[], str] | None = None
    ) -> None:
        """Note a figure that `aim` is about; the worst one counts.

        Args:
            aim: one of `AIMS`.
            figure: the ratio.
            where: what it was measured on.
            profile: says where the time goes; asked only if the aim is not reached.
        """
        before = self.verdicts.get(aim.text)
        worse = before is None or (figure < before.figure) == aim.at_least
        if worse:
            shown = "" if profile is None or aim.reached(figure) else profile()
            self.verdicts[aim.text] = _Verdict(figure, where, shown)

    def missing(self) -> list[str]:
        """The rows and aims without figures."""
        rows = [
            f"{table.title}: {row}"
            for table in TABLES
            for row in table.rows
            if (table.title, row) not in self.cells
        ]
        return rows + [aim.text for aim in AIMS if aim.text not in self.verdicts]

    def text(self) -> str:
        """What became of the aims, and the tables; only what was measured."""
        lines = [*_lines_of_aims(self), *_lines_of_tables(self)]
        return "\n".join(lines).rstrip("\n") + "\n"

    def document(self) -> str:
        """The whole of tests/BENCHMARKS.md."""
        return "\n".join([_INTRODUCTION, _machine(self.load), self.text()])


_INTRODUCTION = f"""\
# Benchmarks

```sh
{COMMAND}
```

measures all of this and writes this file (`-- --rounds 3` is quick, prints the tables and writes
nothing). Nothing here is edited by hand.

- **ours** is the module of `create_bottleneck_loss`. **drop-in** is `MultiLoss` around the list of
  `create_loss_modules_from_bottleneck`, which is there for trainers that keep their list.
- **real** is the code of stable-audio-tools 0.0.19, as it is installed. Its factory knows no
  `softnorm`; that row has its modules, put together as 0.0.20 does. Without losses (`tanh`), its
  total is the integer 0, not a tensor: it makes none.
- **by hand** is one `nn.Module` per type with the same multiplies and adds in the same order
  ([by_hand.py](tools/benchmarks/by_hand.py)), and no check of anything. The tests hold all
  of them against each other, bit for bit.
- **shared** and **own** are schemas of many types: in `shared` the types share the six losses of
  the canonical schema, in `own` each brings a loss and a weight of its own.

A ratio is the median of the ratios of single rounds. In a round each contestant has one turn of
about a millisecond, in an order drawn anew, with torch on one thread
([interleaved.py](tools/benchmarks/interleaved.py)). Times are medians too; they belong to
this machine, the ratios less so. Run it on an idle machine all the same: beside other programs, the
compiled real modules have been seen at twice their time, which would flatter ours.
"""


def _machine(load: float) -> str:
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("torch", "pydantic")
    )
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"Measured on {_processor()}, {os.cpu_count()} cores, with {python}, {versions}. The load "
        f"average of the machine was {load:.1f} when the run began.\n"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _lines_of_aims(figures: Figures) -> Iterator[str]:
    measured = [(aim, figures.verdicts[aim.text]) for aim in AIMS if aim.text in figures.verdicts]
    if not measured:
        return
    yield "## Aims\n"
    yield "| aim | limit | worst figure | |"
    yield "|---|--:|--:|---|"
    for aim, verdict in measured:
        limit = f"{'≥' if aim.at_least else '≤'} {aim.limit:g}"
        said = "reached" if aim.reached(verdict.figure) else "**not reached**"
        yield f"| {aim.text} | {limit} | {verdict.figure:.2f} ({verdict.where}) | {said} |"
    yield ""
    missed = [(aim, verdict) for aim, verdict in measured if not aim.reached(verdict.figure)]
    for reason in dict.fromkeys(aim.reason for aim, _ in missed):
        yield f"### Not reached: {reason.heading}\n"
        yield f"{reason.text}\n"
        worst = max(
            (each for each in missed if each[0].reason == reason),
            key=lambda each: each[1].figure / each[0].limit,
        )
        yield from _lines_of_a_profile(*worst)


def _lines_of_a_profile(aim: Aim, verdict: _Verdict) -> Iterator[str]:
    if verdict.profile:
        yield "```console"
        yield f"$ {aim.reason.command}"
        yield f"# {aim.text}: {verdict.where}"
        yield f"{verdict.profile}\n```\n"


def _lines_of_tables(figures: Figures) -> Iterator[str]:
    for table in TABLES:
        rows = [row for row in table.rows if (table.title, row) in figures.cells]
        if rows:
            yield f"## {table.title}\n"
            if table.about:
                yield f"{table.about}\n"
            yield f"| {table.corner} | {' | '.join(each.heading for each in table.columns)} |"
            yield f"|---|{'--:|' * len(table.columns)}"
            for row in rows:
                pairs = zip(table.columns, figures.cells[table.title, row], strict=True)
                cells = (column.written(figure) for column, figure in pairs)
                yield f"| {row} | {' | '.join(cells)} |"
            yield ""
