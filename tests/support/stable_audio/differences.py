"""What is not as in stable-audio-tools, on purpose: the whole list.

test_parity has a test for each, `test_difference_<name>`, that shows what the real one does and
what ours does. COMING_FROM_STABLE_AUDIO_TOOLS.md tells users of each. fuzz/parity.py sorts what it
finds by those that a factory makes; whatever is not listed here is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """What the real one does, what ours does, and what of the page for users shows it."""

    then: str
    now: str
    why: str
    page: str


LATE = "people train for a week and find out later"
SILENT = "a loss that is silently gone is not trained"


def _row(config: str) -> str:
    return f"create(vae, {config})"


def _kl(weight: str) -> str:
    return _row(f'{{"bottleneck": {{"weights": {{"kl": {weight}}}}}}}')


#: What is refused before the config is looked at.
NO_BOTTLENECK: dict[str, Difference] = {
    "no_bottleneck": Difference("no losses", "an error", SILENT, "create(None, {})"),
    "whole_autoencoder": Difference("no losses", "an error", SILENT, "create(autoencoder, {})"),
    "unknown_class": Difference("no losses", "an error", SILENT, "create(other, {})"),
    "two_known_bases": Difference(
        "the losses of both",
        "an error: ambiguous",
        "the order of isinstance tests decided",
        "create(both, {})",
    ),
}

#: What is refused in a config.
MISTAKES: dict[str, Difference] = {
    "config_of_another_kind": Difference(
        "the default", "an error", LATE, _row('{"bottleneck": 1e-4}')
    ),
    "whole_model_config": Difference(
        "the default", "an error", LATE, _row('{"model_type": "autoencoder", "training": {}}')
    ),
    "null_section": Difference(
        "the default",
        "an error: a section is no null",
        "only a value can be left to its default",
        _row('{"bottleneck": None}'),
    ),
    "unknown_section": Difference(
        "ignored",
        "an error, or declared foreign",
        "`botleneck` is a section nobody reads",
        _row('{"sisdr": {"weight": 1.0}}'),
    ),
    "mistake_in_another_section": Difference(
        "not the factory's business", "an error", LATE, _row('{"reconstruction": {"type": "L1"}}')
    ),
    "mistyped_key": Difference(
        "the default",
        "an error that knows the spelling",
        LATE,
        _row('{"bottleneck": {"weights": {"k1": 1e-4}}}'),
    ),
    "label_of_another_kind": Difference(
        "ignored", "an error", LATE, _row('{"bottleneck": {"type": 1}}')
    ),
    "boolean_weight": Difference("1 or 0", "an error", LATE, _kl("True")),
    "string_weight": Difference(
        "fails at the first forward, or at once",
        "an error",
        LATE,
        f'MultiLoss({_kl(chr(34) + "1e-4" + chr(34))})({{"kl": 1.0}})[0]',
    ),
    "unresolved_interpolation": Difference(
        "the default",
        "an error",
        LATE,
        'create(vae, OmegaConf.create({"bottleneck": {"weights": {"kl": "${nowhere}"}}}))',
    ),
    "negative_weight": Difference("a reward instead of a loss", "an error", LATE, _kl("-1")),
    "nan_or_infinite_weight": Difference("taken", "an error", LATE, _kl('float("nan")')),
    "weight_beyond_float32": Difference(
        "infinity, or fails", "an error", "no float32 can hold it", _kl("1e39")
    ),
    "tensor_weight": Difference(
        "taken", "an error", "a config is what JSON can say", _kl("torch.tensor(0.5)")
    ),
    "weight_of_another_kind": Difference(
        "fails, or is taken", "an error", "a weight is a number", _kl("[1e-4]")
    ),
    "several_mistakes": Difference(
        "the default",
        "one error that names them all",
        LATE,
        "All mistakes of a config are in one error.",
    ),
}

#: Where other losses or weights are made.
MADE: dict[str, Difference] = {
    "softnorm_beside_0_0_19": Difference(
        "no loss", "the loss that 0.0.20 has", SILENT, "create(softnorm, {})"
    ),
    "same_name_class": Difference(
        "the losses of its real bases, if any",
        "the losses of that name",
        "forks copy the classes",
        "create(fork, {})",
    ),
    "compiled_bottleneck": Difference(
        "no loss", "unwrapped", SILENT, "create(torch.compile(vae), {})"
    ),
    "wrapped_bottleneck": Difference(
        "no loss", "unwrapped", SILENT, "create(torch.nn.DataParallel(vae), {})"
    ),
    "class_or_name": Difference(
        "no loss", "that bottleneck's losses", "configs have names only", 'create("vae", {})'
    ),
    "config_model": Difference(
        "the default",
        "used",
        "a config that is checked already is a config",
        "create(vae, AutoencoderLossConfig.model_validate("
        '{"bottleneck": {"weights": {"kl": 0.5}}}))',
    ),
    "null_weight": Difference(
        "fails", "the default", "null is how JSON leaves a value out", _kl("None")
    ),
    "huge_integer_weight": Difference(
        "fails at the first forward",
        "a weight like any other",
        "10**20 is a float32",
        f'MultiLoss({_kl("10**20")})({{"kl": 1.0}})[0]',
    ),
    "fixed_weights": Difference(
        "1, 1 and 0.25 whatever one says",
        "configurable",
        "forks were made for this",
        'create(rvq, {"bottleneck": {"weights": {"quantizer": 0.5}}})',
    ),
    "unused_weight": Difference(
        "ignored",
        "a warning",
        "it usually belongs to another run",
        'create(vae, {"bottleneck": {"weights": {"mmd": 10}}})',
    ),
}

#: What differs in the forward pass of the same losses.
FORWARD: dict[str, Difference] = {
    "missing_value": Difference(
        "0.0.19: KeyError, 0.0.20: dropped",
        'MissingLossValueError; dropped with missing="skip"',
        SILENT,
        "MultiLoss(create(wasserstein, {}))({})[1]",
    ),
    "value_with_dimensions": Difference(
        "multiplied",
        "an error",
        "a total with dimensions fails only in backward()",
        'MultiLoss(create(vae, {}))({"kl": torch.ones(2)})[0]',
    ),
    "no_losses": Difference(
        "the integer 0", "a tensor", "loss.backward() in a sum works", "MultiLoss([])({})[0]"
    ),
}

#: What differs in modules that are made by hand, or in what is done with modules.
MODULES: dict[str, Difference] = {
    "nameless_loss": Difference(
        "fails at the first forward", "refused", LATE, "MultiLoss([torch.nn.Identity()])(1.0)"
    ),
    "duplicate_names": Difference(
        "one overwrites the other",
        "an error",
        "the log shows one of two",
        'len(MultiLoss(2 * create(vae, {}))({"kl": 1.0})[1])',
    ),
    "decay": Difference(
        "changes the weight in each forward pass",
        "follows the generator's step",
        "validation changes nothing, and a training can go on",
        "`decay` multiplied the weight in each forward pass, also in validation.",
    ),
    "value_loss_weight": Difference(
        "any that float() takes", "a finite float32 number", LATE, 'ValueLoss("kl", "kl_loss", "1")'
    ),
    "misplaced_weight": Difference("taken for the name", "refused", LATE, 'ValueLoss("kl", 0.5)'),
    "state_dict": Difference(
        "one weight per loss, positional",
        "empty",
        "a reordered list can't swap weights",
        "list(MultiLoss(create(vae, {})).state_dict())",
    ),
    "half": Difference(
        "rounds the weights",
        "leaves them alone",
        "a weight is no parameter",
        'MultiLoss(create(vae, {})).half()({"kl": 1.0})[0]',
    ),
    "meta_device": Difference(
        "fails at the first forward",
        "works",
        "a weight is on no device",
        'MultiLoss(create(vae, {})).to("meta")({"kl": 1.0})[0]',
    ),
    "host_synchronisation": Difference(
        "one per loss",
        "none",
        "each stops the GPU's queue",
        "waits for the device in each forward pass",
    ),
    "full_graph": Difference(
        "breaks",
        "one graph",
        "compiled steps stay compiled",
        "torch.compile(MultiLoss(create(vae, {})), fullgraph=True)",
    ),
}

DIFFERENCES: dict[str, Difference] = {**NO_BOTTLENECK, **MISTAKES, **MADE, **FORWARD, **MODULES}
