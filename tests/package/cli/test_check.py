"""`check`: which files it reads, what it knows of them, what it prints, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click import NoSuchOption

from support.command_line import Done, typed

BOTH = "stable-audio-tools 0.0.19 and 0.0.20"
OLD, NEW = "stable-audio-tools 0.0.19", "stable-audio-tools 0.0.20"
LINEAR = '{"schedule": "linear", "start_weight": 0, "end_weight": 1, "end_step": 9}'
SPECTRAL = '"spectral": {"weights": {"mrstft": 1}, "config": {}}'
TIME = '"time": {"weights": {"l1": 1}}'
GOOD = f"{{{TIME}, {SPECTRAL}}}"
BARE = "{}"
BROKEN = '{"botleneck": {}}'
WARNED = '{"model": {"bottleneck": {"type": "vae"}}, "training": {"loss_configs": {}}}'
USAGE = "Usage: loss-factory check [OPTIONS] FILE...\nTry 'loss-factory check --help' for help.\n\n"


def whole(loss_configs: str, bottleneck: str = '{"type": "vae"}') -> str:
    """A model config that holds `loss_configs`."""
    training = f'{{"loss_configs": {loss_configs}}}'
    return f'{{"model": {{"bottleneck": {bottleneck}}}, "training": {training}}}'


def found(*arguments: str, text: str) -> list[str]:
    """What `check` finds in a document: `severity pointer: message`."""
    done = typed("check", "--format", "json", "-", *arguments, stdin=text)
    problems = json.loads(done.out)["problems"]
    return [f"{each['severity']} {each['pointer']}: {each['message']}" for each in problems]


@pytest.fixture
def files(folder: Path) -> Path:
    """Files of several kinds in several folders."""
    (folder / "a" / "b").mkdir(parents=True)
    for name, text in {
        "good.json": BARE,
        "broken.json": BROKEN,
        "warned.json": WARNED,
        "a/good.json": BARE,
        "a/b/broken.json": BROKEN,
        "[x].json": BARE,
    }.items():
        (folder / name).write_text(text)
    return folder


# Files and exit codes


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "code", "last"),
    [
        (["good.json"], 0, "good.json: no problems"),
        (["good.json", "good.json"], 0, "good.json: no problems"),
        (["good.json", "a/good.json"], 0, "2 files: no problems"),
        (["broken.json"], 1, "broken.json: 1 error"),
        (["good.json", "broken.json"], 1, "2 files: 1 error"),
        (["warned.json"], 0, "warned.json: 2 warnings"),
        (["--strict", "warned.json"], 1, "warned.json: 2 errors"),
        (["broken.json", "warned.json"], 1, "2 files: 1 error, 2 warnings"),
        (["*.json"], 1, "4 files: 1 error, 2 warnings"),
        (["**/*.json"], 1, "6 files: 2 errors, 2 warnings"),
        (["**/good.json"], 0, "2 files: no problems"),
        (["[x].json"], 0, "[x].json: no problems"),
        (["[[]x].json"], 0, "[x].json: no problems"),
        (["missing.json"], 2, "missing.json: 1 error"),
        (["missing.json", "broken.json"], 2, "2 files: 2 errors"),
    ],
)
def test_files_and_patterns(arguments: list[str], code: int, last: str) -> None:
    done = typed("check", *arguments)
    assert (done.code, done.out.splitlines()[-1], done.err) == (code, last, "")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'FILE...'."),
        (["good.json", "no*.json"], "no file matches 'no*.json'"),
        (["good.json", "**/x"], "no file matches '**/x'"),
        (["good.json", "[a]"], "no file matches '[a]'"),
        (
            ["--strct", "good.json"],
            NoSuchOption("--strct", possibilities=["--strict"]).format_message(),
        ),
        (
            ["--format", "xml", "good.json"],
            "Invalid value for '--format': 'xml' is not one of 'text', 'json', 'github'.",
        ),
        (
            ["--bottleneck", "vea", "good.json"],
            "Invalid value for '--bottleneck': 'vea' is no bottleneck's class name or config tag; "
            "did you mean 'vae'?",
        ),
        (
            ["--trainer", "stable-audio-tools", "good.json"],
            "Invalid value for '--trainer': unknown trainer 'stable-audio-tools'; did you mean "
            "'stable-audio-tools 0.0.20'?",
        ),
        (
            ["--trainer", "x", "good.json"],
            f"Invalid value for '--trainer': unknown trainer 'x'; known are '{OLD}', '{NEW}', "
            "'loss-factory'",
        ),
        (
            ["--foreign-section", "bottleneck", "good.json"],
            "Invalid value for '--foreign-section': 'bottleneck' holds the weights of bottleneck "
            "losses and can't be skipped",
        ),
    ],
)
def test_a_command_that_is_wrong(arguments: list[str], message: str) -> None:
    assert typed("check", *arguments) == Done(2, "", f"{USAGE}Error: {message}\n")


def test_standard_input() -> None:
    assert typed("check", "-", stdin=GOOD) == Done(0, "<stdin>: no problems\n")
    assert typed("check", "-", "-", stdin=BROKEN) == Done(
        1,
        """\
<stdin>:1:2: error: unknown section 'botleneck'; did you mean 'bottleneck'? Or say \
--foreign-section 'botleneck' if the trainer reads it itself
 1 | {"botleneck": {}}
   |  ^^^^^^^^^^^
   = at /botleneck
<stdin>: 1 error
""",
    )


# Formats


@pytest.mark.usefixtures("files")
def test_json_for_programs() -> None:
    done = typed("check", "--format", "json", "good.json", "broken.json", "missing.json")
    assert (done.code, done.err) == (2, "")
    assert json.loads(done.out) == {
        "files": 3,
        "problems": [
            {
                "severity": "error",
                "source": "broken.json",
                "line": 1,
                "column": 2,
                "pointer": "/botleneck",
                "message": "unknown section 'botleneck'; did you mean 'bottleneck'? Or say "
                "--foreign-section 'botleneck' if the trainer reads it itself",
            },
            {
                "severity": "error",
                "source": "missing.json",
                "line": None,
                "column": None,
                "pointer": "",
                "message": "there is no such file",
            },
        ],
        "more": 0,
    }


def test_json_without_problems(folder: Path) -> None:
    (folder / "c.json").write_text(GOOD)
    out = '{\n  "files": 1,\n  "problems": [],\n  "more": 0\n}\n'
    assert typed("check", "--format", "json", "c.json") == Done(0, out)


def test_github_annotations(folder: Path) -> None:
    name = "a,b:100%\n.json"
    (folder / name).write_text('{"bottleneck": {"50%: a,\\nb": 1, "weights": {"mmd": 3}}}')
    done = typed("check", "--format", "github", "--bottleneck", "vae", name, "missing")
    place = "file=a%2Cb%3A100%25%0A.json,line=1"
    assert done == Done(
        2,
        f"::error {place},col=17::/bottleneck/50%25: a,\\nb: unknown key '50%25: a,\\nb'; "
        "expected 'type', 'weights'\n"
        f"::warning {place},col=46::/bottleneck/weights/mmd: bottleneck.weights.mmd is 3.0, but "
        "VAEBottleneck has no use for this weight; it uses 'bottleneck.weights.kl'\n"
        "::error file=missing::there is no such file\n",
    )


def test_a_weight_of_no_use_that_is_its_default() -> None:
    """The file says it: whoever wrote it took it to count."""
    text = '{"bottleneck": {"weights": {"commitment": 0.25, "kl": null}}}'
    assert found("--bottleneck", "rvq", text=text) == [
        "warning /bottleneck/weights/commitment: bottleneck.weights.commitment is 0.25, but "
        "RVQBottleneck has no use for this weight; it uses 'bottleneck.weights.quantizer'"
    ]


@pytest.mark.parametrize(("label", "is_told"), [("rvq", True), ("vae", False), ("kl", False)])
def test_a_label_of_another_bottleneck(label: str, is_told: bool) -> None:
    text = whole(f'{{"bottleneck": {{"type": "{label}"}}, {TIME}, {SPECTRAL}}}')
    assert (
        found(text=text)
        == [
            f"warning /training/loss_configs/bottleneck/type: '{label}' is the tag of "
            "RVQBottleneck, but the bottleneck is VAEBottleneck; nothing reads this label"
        ]
        * is_told
    )


def test_a_schedule_of_no_use() -> None:
    text = f'{{"bottleneck": {{"weights": {{"mmd": {LINEAR}}}}}}}'
    assert found("--bottleneck", "vae", text=text) == [
        "warning /bottleneck/weights/mmd: bottleneck.weights.mmd is a schedule, but VAEBottleneck "
        "has no use for this weight; it uses 'bottleneck.weights.kl'"
    ]


def test_github_gets_no_file_name_that_cant_be_printed(folder: Path) -> None:
    (folder / "a\x9b\u202e\u200b.json").write_text("[]")
    done = typed("check", "--format", "github", "a\x9b\u202e\u200b.json")
    place = r"file=a\x9b\u202e\u200b.json,line=1,col=1"
    assert done == Done(1, f"::error {place}::expected an object, not an array\n")


def test_github_has_nothing_to_say_about_a_good_file() -> None:
    assert typed("check", "--format", "github", "-", stdin=GOOD) == Done(0, "")


# The bottleneck

MMD = '{"bottleneck": {"weights": {"mmd": 3, "kl": 1}}, "time": {"weights": {}}, ' + SPECTRAL + "}"
NO_USE = (
    "warning /training/loss_configs/bottleneck/weights/{}: bottleneck.weights.{} is {}, but {} has "
    "no use for this weight; it {}"
)


def test_a_weight_that_the_models_bottleneck_does_not_read() -> None:
    uses = "uses 'bottleneck.weights.kl'"
    assert found(text=whole(MMD)) == [NO_USE.format("mmd", "mmd", "3.0", "VAEBottleneck", uses)]


def test_a_bottleneck_without_losses() -> None:
    assert found(text=whole(MMD, '{"type": "tanh"}')) == [
        NO_USE.format("mmd", "mmd", "3.0", "TanhBottleneck", "has no losses"),
        NO_USE.format("kl", "kl", "1.0", "TanhBottleneck", "has no losses"),
    ]


def test_the_option_says_it_instead_of_the_model() -> None:
    uses = "uses 'bottleneck.weights.mmd'"
    for bottleneck in ('{"type": "vae"}', '{"type": "my own"}', "null"):
        assert found("--bottleneck", "wasserstein", text=whole(MMD, bottleneck)) == [
            NO_USE.format("kl", "kl", "1.0", "WassersteinBottleneck", uses)
        ]


def test_a_bare_config_has_no_bottleneck_unless_it_is_said() -> None:
    assert found(text=MMD) == []
    assert found("--bottleneck", "VAEBottleneck", text=MMD) == [
        "warning /bottleneck/weights/mmd: bottleneck.weights.mmd is 3.0, but VAEBottleneck has no "
        "use for this weight; it uses 'bottleneck.weights.kl'"
    ]


def test_an_unknown_bottleneck() -> None:
    assert found(text=whole(MMD, '{"type": "my_vae"}')) == [
        "error /model/bottleneck/type: unknown bottleneck type 'my_vae'; did you mean 'vae'? "
        "Or say with --bottleneck which of these it trains like"
    ]


UNNAMED = "no type says which losses apply, so that weights of no use go unnoticed"
BROKEN_BOTTLENECKS = {
    "{}": f"warning /model/bottleneck: {UNNAMED}",
    '{"config": {"type": "vae"}}': f"warning /model/bottleneck: {UNNAMED}",
    '{"type": null}': f"warning /model/bottleneck/type: {UNNAMED}",
    '{"typ": "vae"}': "error /model/bottleneck/typ: unknown key 'typ'; did you mean 'type'?",
    '{"type": 1}': "error /model/bottleneck/type: expected a bottleneck type, not 1",
    '{"type": ["vae"]}': "error /model/bottleneck/type: expected a bottleneck type, not an array",
    '"vae"': 'error /model/bottleneck: expected an object or null, not the string "vae"',
}


@pytest.mark.parametrize(("bottleneck", "finding"), BROKEN_BOTTLENECKS.items())
def test_a_bottleneck_that_is_not_named(bottleneck: str, finding: str) -> None:
    assert found(text=whole(MMD, bottleneck)) == [finding]


def test_a_bottleneck_that_is_named_twice() -> None:
    text = whole(GOOD, '{"type": "vae", "type": "vae"}')
    assert found(text=text) == [
        "error /model/bottleneck/type: duplicate key; the first one stands in line 1"
    ]


def test_a_bottleneck_that_a_trainer_does_not_build() -> None:
    """It is in the model, which a bare object or --bottleneck says nothing about."""
    text = whole(GOOD, '{"type": "softnorm"}')
    told = (
        f'warning /model/bottleneck/type: {OLD} can\'t use the string "softnorm" here: there is no '
        "such bottleneck"
    )
    assert told in found(text=text)
    assert told not in found("--trainer", NEW, text=text)
    assert told not in found("--bottleneck", "softnorm", text=GOOD)


def test_a_class_in_place_of_its_tag() -> None:
    assert found(text=whole(GOOD, '{"type": "VAEBottleneck"}')) == [
        "error /model/bottleneck/type: unknown bottleneck type 'VAEBottleneck'; did you mean "
        "'vae'? Or say with --bottleneck which of these it trains like"
    ]


def test_a_model_that_is_no_object() -> None:
    assert found(text='{"model": "vae", "training": {}}') == [
        'error /model: expected an object or null, not the string "vae"'
    ]


def test_a_weight_that_no_float_can_hold() -> None:
    """Beside another file: one can't keep the others from being checked."""
    number = "1" + "0" * 400
    text = f'{{"bottleneck": {{"weights": {{"mmd": {number}}}}}}}'
    assert found("--bottleneck", "vae", text=text) == [
        "error /bottleneck/weights/mmd: expected a number that fits into a float or null, not an "
        "integer of about 400 digits"
    ]


STRAYED = {
    '{"loss_configs": {}, "loss_config": {}}': (
        "loss_config",
        "nothing reads 'loss_config' beside 'loss_configs'",
    ),
    '{"loss_configs": {}, "LOSS_CONFIGS": {}}': (
        "LOSS_CONFIGS",
        "nothing reads 'LOSS_CONFIGS' beside 'loss_configs'",
    ),
    '{"losses": {"bottleneck": {}, "time": {}}}': (
        "losses",
        "'losses' is like a loss config, which belongs at /training/loss_configs",
    ),
}


@pytest.mark.parametrize(("training", "finding"), STRAYED.items())
def test_another_loss_config(training: str, finding: tuple[str, str]) -> None:
    path, message = finding
    told = found(text=f'{{"model": {{}}, "training": {training}}}')
    assert f"warning /training/{path}: {message}" in told


@pytest.mark.parametrize(
    "text",
    [
        '{"pretraining": {}, "training": {"loss_configs": {}, "eval_loss_configs": {}}}',
        '{"model_type": "diffusion_cond", "training": {"loss_configs": {}, "clap": {}}, "time": 1}',
    ],
)
def test_what_is_around_and_somebody_elses(text: str) -> None:
    assert [each for each in found(text=text) if "nothing reads" in each] == []


def test_an_autoencoder_without_a_loss_config() -> None:
    text = '{"model_type": "autoencoder", "model": {}, "training": {}}'
    assert found(text=text) == [
        "warning /training: has no 'loss_configs', so that the trainer's defaults apply"
    ]
    assert found(text=text.replace("autoencoder", "diffusion_cond")) == []


def test_a_teacher_has_a_loss_config_of_its_own() -> None:
    teacher = f'{{"model": {{}}, "training": {{"loss_configs": {MMD}}}}}'
    text = f'{{"model": {{}}, "training": {{"teacher_model": {teacher}}}}}'
    assert found(text=text) == []


def test_a_section_that_the_trainer_reads_itself_is_there() -> None:
    text = f"{{{TIME}, {SPECTRAL}}}"
    assert found("--foreign-section", "time", "--trainer", NEW, text=text) == []


def test_a_trainer_by_the_last_word_of_its_name() -> None:
    text = f'{{{TIME}, {SPECTRAL}, "clap": {{"weights": {{"clap": 1}}}}}}'
    for names in (("0.0.19",), (OLD,), ("0.0.19", OLD)):
        arguments = [part for name in names for part in ("--trainer", name)]
        assert found(*arguments, text=text) == [
            f"warning /clap: 'clap' is not read by {OLD}; {NEW} reads it"
        ]


@pytest.mark.parametrize("model", ["{}", '{"bottleneck": null}'])
def test_a_model_without_a_bottleneck(model: str) -> None:
    text = f'{{"model": {model}, "training": {{"loss_configs": {MMD}}}}}'
    assert found(text=text) == [
        "warning /training/loss_configs/bottleneck: nothing reads 'bottleneck': the model has no "
        "bottleneck"
    ]


# Whole model configs


def test_comments_among_keyword_arguments() -> None:
    """Trainers pass a config on with them; where nothing reads it, it is fine."""
    spectral = '{"config": {"//": "as in the paper"}, "weights": {"mrstft": 1, "_comment": ""}}'
    hil = '{"type": "hil", "config": {"$comment": ""}, "weights": {"adversarial": 1}}'  # takes any
    time = '{"config": {"_comment": ""}, "weights": {"l1": 1}}'
    text = whole(f'{{"spectral": {spectral}, "time": {time}, "discriminator": {hil}}}')
    assert [each for each in found("--trainer", NEW, text=text) if "argument" in each] == [
        f"warning /training/loss_configs/spectral/config/~1~1: {NEW} can't take '//' here: a "
        "comment is an argument, too"
    ]


def test_no_layer_of_a_pretrained_model() -> None:
    """Its loss is a sum of nothing, divided by as many."""
    hubert = '"hubert": {"config": {"feature_ids": []}, "weights": {"hubert": 1}}'
    assert (
        f"warning /training/loss_configs/hubert/config/feature_ids: {NEW} can't use an empty "
        in (found("--trainer", NEW, text=whole(f"{{{hubert}}}"))[-1])
    )


def test_a_wrong_choice_that_is_no_slip_has_no_hint() -> None:
    """`lsgan` and `rpgan` are half the same, and quite different losses."""
    told = [
        found("--trainer", NEW, text=whole(f'{{"adversarial": {{"weight": 1, "type": "{each}"}}}}'))
        for each in ("wgan", "Lsgan")
    ]
    assert [any("did you mean" in each for each in messages) for messages in told] == [False, True]


def test_what_stands_under_a_wrong_name_is_not_judged_by_its_default() -> None:
    """A window of 2048 is too long for an FFT of 1024, and no weight is missing."""
    lists = '"n_ffts": [2048], "hop_sizes": [512], "win_lengths": [2048]'
    spectral = f'{{"config": {{{lists}}}, "weights": {{"mrstft": 1}}}}'
    weights = '{"adv": 1, "fm": 1}'
    discriminator = f'{{"type": "oobleck", "config": {{}}, "weights": {weights}}}'
    sections = (
        f'"spectral": {spectral}, "discriminator": {discriminator}, "time": {{"weights": {{}}}}'
    )
    told = found("--trainer", OLD, text=whole(f"{{{sections}}}"))
    assert [each.partition(" ")[0] for each in told] == ["error"] * 3, told


def test_a_model_type_that_is_a_slip() -> None:
    text = whole("{}").replace('"training"', '"model_type": "Autoencoder", "training"', 1)
    assert found("--trainer", NEW, text=text)[-1].endswith("; did you mean 'autoencoder'?")


def test_null_for_what_has_to_be_there() -> None:
    """Nobody is told to leave out what a config can't do without."""
    config = '{"n_mels": [80], "window_lengths": [64], "pow": 1, "log_weight": 1, "mag_weight": 0}'
    mrmel = f'"mrmel": {{"config": {config}, "weights": {{"mrmel": null}}}}'
    [told] = [
        each for each in found("--trainer", NEW, text=whole(f"{{{mrmel}}}")) if "null" in each
    ]
    assert told.endswith("can't use null here; it needs a value")


def test_numbers_that_no_float_can_hold_in_lists_that_are_compared() -> None:
    config = f'{{"fft_sizes": [1{400 * "0"}], "hop_sizes": [1{401 * "0"}], "win_lengths": [64]}}'
    spectral = f'"spectral": {{"config": {config}, "weights": {{"mrstft": 1}}}}'
    told = found("--trainer", NEW, text=whole(f"{{{TIME}, {spectral}}}"))
    assert [each for each in told if "a hop is at most half of its FFT size" in each] != []


def test_a_comment_hides_nothing() -> None:
    config = '{"_comment": "", "fft_sizes": [64], "hop_sizes": [16, 8], "win_lengths": [64]}'
    spectral = f'{{"config": {config}, "weights": {{"mrstft": 1}}}}'
    told = found("--trainer", NEW, text=whole(f'{{{TIME}, "spectral": {spectral}}}'))
    assert [each for each in told if "lists of several lengths" in each] != []


def test_sections_around_loss_configs() -> None:
    training = f'{{"time": {{}}, "loss_configs": {GOOD}}}'
    text = f'{{"model": {{}}, "bottleneck": {{}}, "training": {training}}}'
    assert found(text=text) == [
        "warning /bottleneck: nothing reads 'bottleneck' here; it belongs at "
        "/training/loss_configs/bottleneck",
        "warning /training/time: nothing reads 'time' here; it belongs at "
        "/training/loss_configs/time",
    ]


@pytest.mark.parametrize(
    ("training", "expected"),
    [
        (
            '{"loss_config": {}}',
            [
                "error /training/loss_config: unknown key 'loss_config'; did you mean "
                "'loss_configs'?"
            ],
        ),
        ('{"losses": {"bottleneck": {}}}', []),
        ("{}", []),
        ('{"loss_configs": null}', []),
        ('{"eval_loss_configs": {"pesq": {}}}', []),
        (
            '{"bottleneck": {"weights": {"kl": 1}}}',
            [
                "error /training/bottleneck: 'bottleneck' belongs at "
                "/training/loss_configs/bottleneck"
            ],
        ),
        (
            '{"loss_configs": []}',
            ["error /training/loss_configs: expected an object or null, not an array"],
        ),
    ],
)
def test_a_training_that_may_have_meant_loss_configs(training: str, expected: list[str]) -> None:
    assert found(text=f'{{"model": {{}}, "training": {training}}}') == expected


def test_a_clap_model_has_a_loss_config_of_its_own() -> None:
    text = '{"model_type": "clap", "model": {}, "training": {"loss_config": {"contrastive": 1}}}'
    assert found("--strict", text=text) == []


def test_what_is_broken_elsewhere_is_somebody_elses() -> None:
    text = f'{{"model": {{"x": NaN, "x": 1e999}}, "training": {{"loss_configs": {GOOD}}}}}'
    assert found(text=text) == []


# Trainers


def test_sections_that_trainers_need() -> None:
    at = "warning /training/loss_configs"
    assert found(text=whole("{}")) == [
        f"{at}: 'spectral' is missing, and {OLD} can't do without it",
        f"{at}: 'time' is missing, and {BOTH} can't do without it",
    ]
    assert found("--trainer", NEW, text=whole("{}")) == [
        f"{at}: 'time' is missing, and {NEW} can't do without it"
    ]
    assert found(text="{}") == []
    assert found("--trainer", OLD, "--strict", text="{}") == [
        f"error : 'spectral' is missing, and {OLD} can't do without it",
        f"error : 'time' is missing, and {OLD} can't do without it",
    ]


def test_a_section_that_is_misspelled_is_told_once() -> None:
    problems = found(text=whole(f'{{"tme": {{"weights": {{}}}}, {SPECTRAL}}}'))
    assert len(problems) == 1
    assert problems[0].startswith(
        "error /training/loss_configs/tme: unknown section 'tme'; did you mean 'time'?"
    )


TRAINERS = {
    "null sections": (
        f'{{{TIME}, {SPECTRAL}, "mrmel": null, "clap": null}}',
        [
            f"/mrmel: {BOTH} can't use null here; leave 'mrmel' out",
            f"/clap: {NEW} can't use null here; leave 'clap' out",
        ],
    ),
    "no weights": (
        '{"time": {}, "spectral": {}}',
        [
            f"/time: 'time.weights' is missing, and {BOTH} can't do without it",
            f"/spectral: 'spectral.config' is missing, and {BOTH} can't do without it",
            f"/spectral: 'spectral.weights.mrstft' is missing, and {BOTH} can't do without it",
        ],
    ),
    "arguments of the STFT loss": (
        '{"time": {"weights": {}}, "spectral": {"weights": {"mrstft": 1}, "config": '
        '{"fft_sizes": [4, 2], "hop_sizes": [1], "win_lengths": [4, 2], "w_cep": 1, '
        '"output": "full"}}}',
        [
            "/spectral/config/win_lengths: 'fft_sizes', 'hop_sizes', 'win_lengths' have 2, 1 and 2 "
            f"entries, and {BOTH} can't use lists of several lengths",
            f"/spectral/config/w_cep: {OLD} can't take 'w_cep' here",
            f'/spectral/config/output: {BOTH} can\'t use the string "full" here',
        ],
    ),
    "decay beside a schedule": (
        f'{{"time": {{"weights": {{"l1": {LINEAR}, "l2": 1}}, "decay": 0.5}}, {SPECTRAL}}}',
        [
            f"/time/decay: {BOTH} can't use 0.5 here, since time.weights.l1 is a schedule; "
            "expected 1"
        ],
    ),
    "a discriminator of the new one": (
        f'{{{TIME}, {SPECTRAL}, "discriminator": {{"type": "hil", "config": {{"filters": 4}}, '
        '"weights": {"adversarial": 1, "feature_matching": 1}}}',
        [f'/discriminator/type: {OLD} can\'t use the string "hil" here'],
    ),
    "a discriminator without weights": (
        f'{{{TIME}, {SPECTRAL}, "discriminator": {{"type": "oobleck", "config": {{}}, '
        '"weights": {"adversarial": null}}}',
        [
            "/discriminator/weights: 'discriminator.weights.feature_matching' is missing, and "
            f"{BOTH} can't do without it",
            f"/discriminator/weights/adversarial: {BOTH} can't use null here; it needs a value",
        ],
    ),
    "a section of nobody": (
        f'{{{TIME}, {SPECTRAL}, "reconstruction": {{}}}}',
        [f"/reconstruction: 'reconstruction' is not read by {BOTH}; loss-factory reads it"],
    ),
    "a section of the new one": (
        f'{{{TIME}, {SPECTRAL}, "clap": {{"weights": {{"clap": 1}}}}}}',
        [],
    ),
}


@pytest.mark.parametrize(("loss_configs", "expected"), TRAINERS.values(), ids=TRAINERS)
def test_what_trainers_make_of_a_config(loss_configs: str, expected: list[str]) -> None:
    problems = found(text=whole(loss_configs))
    assert problems == [f"warning /training/loss_configs{each}" for each in expected]


def test_a_section_of_the_new_one_is_read_by_no_old_one() -> None:
    text = f'{{{TIME}, {SPECTRAL}, "clap": {{"weights": {{"clap": 1}}}}}}'
    assert found("--trainer", OLD, text=text) == [
        f"warning /clap: 'clap' is not read by {OLD}; {NEW} reads it"
    ]


DISTILLATION = f'{TIME}, {SPECTRAL}, "latent_distillation": {{"weights": {{"l2": 0.5}}}}'


def test_distillation_without_a_teacher() -> None:
    text = whole(f"{{{DISTILLATION}}}")
    warning = "warning /training/loss_configs/latent_distillation: 'latent_distillation' {}"
    does_nothing = f"does nothing in {NEW} without a teacher ('training.teacher_model')"
    assert found(text=text) == [warning.format(does_nothing)]
    assert found("--trainer", OLD, text=text) == [
        warning.format(f"is not read by {OLD}; {NEW} and loss-factory read it")
    ]
    taught = text.replace('"training": {', '"training": {"teacher_model": {}, ')
    assert found(text=taught) == []
    assert found("--trainer", NEW, text=f"{{{DISTILLATION}}}") == []  # nothing says it


def test_a_discriminator_that_nothing_comes_of() -> None:
    arguments = '"type": "dac", "config": {}'
    weights = '{"adversarial": 0, "feature_matching": 0.0}'
    section = f'"discriminator": {{{arguments}, "weights": {weights}}}'
    text = whole(f"{{{TIME}, {SPECTRAL}, {section}}}")
    assert found(text=text) == [
        "warning /training/loss_configs/discriminator/weights: all weights of what the "
        f"discriminator says are 0, so that {BOTH} would train it in vain"
    ]
    assert found(text=text.replace("0.0", "0.1")) == []
    ours = ("--trainer", "loss-factory")
    alone = '{"adversarial": {"weight": 0}}'
    assert found(*ours, text=alone) == [
        "warning /adversarial/weight: all weights of what the discriminator says are 0, so that "
        "loss-factory would train it in vain"
    ]
    assert found(*ours, text='{"adversarial": {"feature_matching": 0}}') == []


MODEL_TYPE = '{{"model_type": "{}", "model": {}, "training": {{"loss_configs": {}}}}}'
VAE = '{"bottleneck": {"type": "vae"}}'


def test_model_types_that_read_no_loss_config() -> None:
    """That is one warning: what trainers make of it, or the bottleneck, is beside the point."""
    at = f"warning /training/loss_configs: {BOTH} read no loss_configs in a training of model_type"
    kl = '{"bottleneck": {"type": "rvq", "weights": {"kl": 1e-4, "mmd": 3}}}'
    text = MODEL_TYPE.format("diffusion_cond", "{}", "{}")
    assert found(text=text) == [f"{at} 'diffusion_cond'"]
    assert found(text=MODEL_TYPE.format("diffusion_cond", "{}", "null")) == []
    text = MODEL_TYPE.format("diffusion_autoencoder", VAE, kl)
    holds = "the defaults hold: bottleneck.weights.kl stays 1e-06"
    assert found(text=text) == [f"{at} 'diffusion_autoencoder'; {holds}"]
    [warning] = found("--trainer", "loss-factory", text=text.replace('"rvq"', '"vae"'))
    assert "bottleneck.weights.mmd is 3.0" in warning  # our own reads it, whatever the model
    assert len(found(text=MODEL_TYPE.format("autoencoder", VAE, "{}"))) == 2


def test_a_list_under_a_wrong_name_is_told_once() -> None:
    sizes = '"fft_sizes": [2048, 512], "win_lengths": [512, 512], "{}": [16, 8]'
    section = f'"spectral": {{"weights": {{"mrstft": 1}}, "config": {{{sizes}}}}}'
    text = f"{{{TIME}, {section}}}"
    [error] = found("--trainer", NEW, text=text.replace("{}", "hop_lengths"))
    assert error.startswith("error /spectral/config/hop_lengths: unknown key 'hop_lengths'")
    [warning] = found("--trainer", NEW, text=text.replace(', "{}": [16, 8]', ""))
    assert "have 2, 3 and 2 entries ('hop_sizes' by default), and" in warning


def test_a_training_object() -> None:
    text = '{"learning_rate": 1e-4, "loss_configs": {"botleneck": {}}, "demo": {}}'
    for arguments in ((), ("--trainer", NEW), ("--bottleneck", "vae")):
        [error] = found(*arguments, text=text)
        assert error.startswith("error /loss_configs: this is the training object; give the whole")


def test_a_foreign_section_is_skipped() -> None:
    text = f'{{{TIME}, {SPECTRAL}, "sisdr": {{"w": NaN}}, "mel2": 1}}'
    names = ("--foreign-section", "sisdr", "--foreign-section", "mel2")
    assert found(*names, text=whole(text)) == []
    assert len(found(*names[:2], text=whole(text))) == 1


def many(times: int) -> str:
    """A config with so many unknown keys, in front of which there is a warning."""
    keys = ", ".join(f'"x{number}": 1' for number in range(times))
    return f'{{"bottleneck": {{"weights": {{"mmd": 3}}, {keys}}}}}'


@pytest.mark.parametrize(
    ("strict", "last"),
    [((), "c.json: 1102 errors, 1 warning"), (("--strict",), "c.json: 1103 errors")],
)
def test_what_is_not_told_is_counted(folder: Path, strict: tuple[str, ...], last: str) -> None:
    (folder / "c.json").write_text(many(1102))
    done = typed("check", "--bottleneck", "vae", *strict, "c.json")
    assert done.code == 1
    assert done.out.splitlines()[-2:] == ["c.json: and 1,003 more", last]


def test_programs_are_told_how_many_more_there_are(folder: Path) -> None:
    for name in ("c.json", "d.json"):
        (folder / name).write_text(many(120))
    done = typed("check", "--format", "json", "--bottleneck", "vae", "c.json", "d.json")
    said = json.loads(done.out)
    assert (done.code, len(said["problems"]), said["more"]) == (1, 200, 42)


def test_annotations_say_how_many_more_there_are(folder: Path) -> None:
    (folder / "c.json").write_text(many(120))
    done = typed("check", "--format", "github", "--bottleneck", "vae", "c.json")
    lines = done.out.splitlines()
    assert len(lines) == 101
    assert lines[0].startswith("::warning file=c.json,line=1,")
    assert lines[-1] == "::error file=c.json::and 21 more"
