"""`loss-factory new-bottleneck`: what it writes, how, and when it doesn't."""

from __future__ import annotations

import difflib
import json
import os
import subprocess
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from loss_compiler.cli import main
from loss_compiler.compile import compile_schema
from loss_compiler.edit.files import named_after
from loss_compiler.edit.new_bottleneck import NewBottleneck, parsed_loss, with_bottleneck
from loss_compiler.overlay.layers import CheckedSchema, whole_schema
from loss_compiler.source.files import parsed, read_source
from loss_compiler.target.package import package_of_overlays
from support.git import need_git
from support.readme import OVERLAYS, blocks
from support.schemas import CANONICAL, ROOT, TINY, document, run

GROUPED = ROOT / "tests" / "examples" / "overlays" / "grouped_vae.overlay.json"
SPHERE = (
    *("SphereBottleneck", "--tag", "sphere", "--loss", "sphere/pull:sphere_loss:sphere=0.5"),
    *("--loss", "kl", "--loss", "vq/entropy"),
)


def new_bottleneck(*arguments: str | Path, cwd: Path) -> Result:
    """Run the command in this process."""
    with chdir(cwd):
        return CliRunner().invoke(main, ["new-bottleneck", *map(str, arguments)])


def checked(schema: Path) -> CheckedSchema:
    """A schema without problems."""
    return whole_schema(read_source(schema))


def planned(file: Path, *below: Path, bottleneck: str) -> list[tuple[str, str, str, float]]:
    """Key, name, config path and default weight of a bottleneck's losses."""
    if "x-extends" in json.loads(file.read_bytes()):
        overlays = [*below, file]
        schema = compile_schema(CANONICAL, overlays, package_of_overlays("mine", overlays)).schema
    else:
        schema = compile_schema(file).schema
    [losses] = [each.losses for each in schema.bottlenecks if each.class_name == bottleneck]
    return [(each.key, each.name, each.weight.path, each.default_weight) for each in losses]


def applied(diff: str, file: Path) -> str:
    """The text of `file` after git has applied `diff` to it."""
    need_git()
    command = ["git", "apply", "--unsafe-paths", "-"]
    subprocess.run(command, input=diff.encode(), cwd=file.parent, check=True)
    return file.read_bytes().decode()


SPHERE_LOSSES = [
    ("sphere/pull", "sphere_loss", "bottleneck.weights.sphere", 0.5),
    ("kl", "kl_loss", "bottleneck.weights.kl", 1e-6),
    ("vq/entropy", "entropy_loss", "bottleneck.weights.entropy", 1.0),
]


# What it writes


def test_the_entries_in_a_whole_schema(tmp_path: Path) -> None:
    file = tmp_path / "losses.schema.json"
    file.write_bytes(CANONICAL.read_bytes())
    command = ("-m", "loss_compiler", "new-bottleneck", *SPHERE, "--into", file.name)
    done = run(*command, cwd=tmp_path)  # a real process, this once
    assert (done.returncode, done.stderr) == (0, "")
    expected = document(CANONICAL)
    definitions = expected["$defs"]
    weight = {"$ref": "#/$defs/Weight"}
    definitions["BottleneckWeights"]["properties"] |= {
        "sphere": {**weight, "default": 0.5, "description": "Weight of `sphere_loss`."},
        "entropy": {**weight, "default": 1.0, "description": "Weight of `entropy_loss`."},
    }
    definitions["BottleneckType"]["oneOf"].append(
        {
            "const": "SphereBottleneck",
            "title": "SPHERE",
            "x-config-type": "sphere",
            "description": "Leaves `sphere/pull`, `kl`, `vq/entropy` in `info`.",
        }
    )
    for name, key in (("Sphere", "sphere/pull"), ("Entropy", "vq/entropy")):
        definitions[f"{name}Loss"] = {
            "description": f"What SphereBottleneck leaves in `info` under `{key}`.",
            "allOf": [{"$ref": "#/$defs/ValueLossConfig"}],
            "properties": {
                "key": {"const": key},
                "name": {"const": f"{name.lower()}_loss"},
                "weight": {"$ref": f"#/$defs/BottleneckWeights/properties/{name.lower()}"},
            },
        }
    names = ("SphereLoss", "KLLoss", "EntropyLoss")
    definitions["LossMapping"]["properties"]["SphereBottleneck"] = {
        "type": "array",
        "prefixItems": [{"$ref": f"#/$defs/{name}"} for name in names],
        "items": False,
        "minItems": 3,
    }
    assert json.loads(file.read_bytes()) == expected
    assert planned(file, bottleneck="SphereBottleneck") == SPHERE_LOSSES


def test_it_shows_what_it_did_as_a_patch(tmp_path: Path) -> None:
    for folder in (tmp_path / "mine", tmp_path / "theirs"):
        folder.mkdir()
        (folder / "lab.overlay.json").write_bytes(GROUPED.read_bytes())
    done = new_bottleneck(*SPHERE, "--into", "lab.overlay.json", cwd=tmp_path / "mine")
    patched = applied(done.stdout, tmp_path / "theirs" / "lab.overlay.json")
    assert patched == (tmp_path / "mine" / "lab.overlay.json").read_bytes().decode()


def test_a_new_overlay(tmp_path: Path) -> None:
    done = new_bottleneck("MineBottleneck", "--tag", "mine", "--into", "My lab.json", cwd=tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    text = """\
{
  "x-extends": { "x-name": "loss-factory", "x-version": "0.1.0" },
  "x-name": "my-lab",
  "x-version": "0.1.0",
  "$defs": {
    "BottleneckType": {
      "oneOf": {
        "MineBottleneck": {
          "title": "MINE",
          "x-config-type": "mine",
          "description": "Has no losses."
        }
      }
    },
    "LossMapping": { "properties": { "MineBottleneck": {} } }
  }
}
"""
    assert (tmp_path / "My lab.json").read_text("utf-8") == text
    added = "".join(f"+{line}\n" for line in text.splitlines())
    assert done.stdout == f"--- /dev/null\n+++ b/My lab.json\n@@ -0,0 +1,17 @@\n{added}"
    assert planned(tmp_path / "My lab.json", bottleneck="MineBottleneck") == []


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("lab.overlay.json", "lab"),
        ("2-a_B.x.json", "a_b"),
        ("The Lab-.json", "the-lab"),
        ("lab-2.json", "lab-2"),
        ("007.json", "my-lab"),
        ("Ö-ß.json", "my-lab"),
    ],
)
def test_a_new_overlay_has_a_name_whatever_its_file_is_called(file: str, name: str) -> None:
    assert named_after(Path("Some folder", file)) == name


def test_a_new_overlay_that_is_called_like_what_it_extends(tmp_path: Path) -> None:
    file = "loss-factory.json"
    done = new_bottleneck("MineBottleneck", "--tag", "mine", "--into", file, cwd=tmp_path)
    assert (done.exit_code, done.stderr.splitlines()) == (
        1,
        [
            f"{file}:3:13: /x-name: 'loss-factory' is what this overlay extends; expected its own "
            "name",
            f"{file}: nothing was written; the lines are those of the new text",
        ],
    )
    assert os.listdir(tmp_path) == []


def test_an_overlay_of_an_overlay(tmp_path: Path) -> None:
    file = tmp_path / "project.overlay.json"
    arguments = ("--loss", "kl_spatial", "--loss", "new::kl_w", "--extends", GROUPED)
    done = new_bottleneck("B", "--tag", "b", *arguments, "--into", file, cwd=tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    extended = {"x-name": "grouped-vae", "x-version": "1.0.0"}
    written = json.loads(file.read_bytes())
    assert (written["x-extends"], written["x-name"]) == (extended, "project")
    assert planned(file, GROUPED, bottleneck="B") == [
        ("kl_spatial", "kl_spatial_loss", "bottleneck.weights.kl_spatial", 1e-4),
        ("new", "new_loss", "bottleneck.weights.kl_w", 1e-6),
    ]


def test_what_an_option_may_leave_out(tmp_path: Path) -> None:
    options = {
        "pull": ("pull_loss", "pull", 1.0),
        "push_loss": ("push_loss", "push", 1.0),
        "vq/draw_loss": ("draw_loss", "draw", 1.0),
        "a:Draw-Back": ("Draw-Back", "draw_back", 1.0),
        "b::mine": ("b_loss", "mine", 1.0),
        "c::yours=3": ("c_loss", "yours", 3),
        "d::": ("d_loss", "d", 1.0),
        "e::=2.5": ("e_loss", "e", 2.5),
        "f:my_loss:kl": ("my_loss", "kl", 1e-6),
        "g:our_loss:mmd=100": ("our_loss", "mmd", 100),
    }
    losses = [part for option in options for part in ("--loss", option)]
    new_bottleneck("B", "--tag", "b", *losses, "--into", "b.json", cwd=tmp_path)
    assert planned(tmp_path / "b.json", bottleneck="B") == [
        (option.partition(":")[0], name, f"bottleneck.weights.{weight}", default)
        for option, (name, weight, default) in options.items()
    ]


def test_the_entries_of_each_loss_in_an_overlay() -> None:
    """Of one that says its key only, of one that is known, and of two that share a weight."""
    losses = map(parsed_loss, ("vq/draw-back_loss", "kl", "x:Y:w=3", "y::w"))
    frame = '{\n  "x-extends": { "x-name": "loss-factory" },\n  "x-name": "lab"\n}\n'
    new = NewBottleneck("MineBottleneck", "mine", tuple(losses))
    assert (
        with_bottleneck(parsed("lab.json", frame), checked(CANONICAL), new).text
        == """\
{
  "x-extends": { "x-name": "loss-factory" },
  "x-name": "lab",
  "$defs": {
    "BottleneckWeights": {
      "properties": {
        "draw_back": { "default": 1.0, "description": "Weight of `draw-back_loss`." },
        "w": { "default": 3, "description": "Weight of `Y`." }
      }
    },
    "BottleneckType": {
      "oneOf": {
        "MineBottleneck": {
          "title": "MINE",
          "x-config-type": "mine",
          "description": "Leaves `vq/draw-back_loss`, `kl`, `x`, `y` in `info`."
        }
      }
    },
    "DrawBackLoss": {
      "description": "What MineBottleneck leaves in `info` under `vq/draw-back_loss`.",
      "properties": {
        "key": { "const": "vq/draw-back_loss" },
        "name": { "const": "draw-back_loss" },
        "weight": { "$ref": "#/$defs/BottleneckWeights/properties/draw_back" }
      }
    },
    "YLoss": {
      "description": "What MineBottleneck leaves in `info` under `x`.",
      "properties": {
        "key": { "const": "x" },
        "name": { "const": "Y" },
        "weight": { "$ref": "#/$defs/BottleneckWeights/properties/w" }
      }
    },
    "MineYLoss": {
      "description": "What MineBottleneck leaves in `info` under `y`.",
      "properties": {
        "key": { "const": "y" },
        "name": { "const": "y_loss" },
        "weight": { "$ref": "#/$defs/BottleneckWeights/properties/w" }
      }
    },
    "LossMapping": {
      "properties": {
        "MineBottleneck": {
          "prefixItems": [
            { "$ref": "#/$defs/DrawBackLoss" },
            { "$ref": "#/$defs/KLLoss" },
            { "$ref": "#/$defs/YLoss" },
            { "$ref": "#/$defs/MineYLoss" }
          ]
        }
      }
    }
  }
}
"""
    )


def test_a_bottleneck_without_losses_says_so() -> None:
    new = NewBottleneck("MineBottleneck", "mine", ())
    after = with_bottleneck(parsed("lab.json", "{}"), checked(CANONICAL), new)
    assert after.json.value["$defs"] == {
        "BottleneckType": {
            "oneOf": {
                "MineBottleneck": {
                    "title": "MINE",
                    "x-config-type": "mine",
                    "description": "Has no losses.",
                }
            }
        },
        "LossMapping": {"properties": {"MineBottleneck": {}}},
    }


def test_the_lines_that_a_whole_schema_gets() -> None:
    new = NewBottleneck("B", "b", (parsed_loss("x::w=2"), parsed_loss("kl")))
    before = TINY.read_text(encoding="utf-8")
    after = with_bottleneck(parsed("s.json", before), checked(TINY), new).text
    lines = difflib.ndiff(before.split("\n"), after.split("\n"))
    assert (
        "\n".join(line for line in lines if not line.startswith(" "))
        == """\
+         },
+         "w": {
+           "type": ["number", "null"],
+           "minimum": 0,
+           "maximum": 3.4028234663852886e38,
+           "default": 2,
+           "description": "Weight of `x_loss`."
+         },
+         {
+           "const": "B",
+           "title": "B",
+           "x-config-type": "b",
+           "description": "Leaves `x`, `kl` in `info`."
+     "XLoss": {
+       "description": "What B leaves in `info` under `x`.",
+       "allOf": [{ "$ref": "#/$defs/ValueLossConfig" }],
+       "properties": {
+         "key": { "const": "x" },
+         "name": { "const": "x_loss" },
+         "weight": { "$ref": "#/$defs/BottleneckWeights/properties/w" }
+       }
+     },
+         },
+         "B": {
+           "type": "array",
+           "prefixItems": [{ "$ref": "#/$defs/XLoss" }, { "$ref": "#/$defs/KLLoss" }],
+           "items": false,
+           "minItems": 2"""
    )


def test_new_losses_stand_behind_the_others() -> None:
    text = '{\n  "$defs": {\n    "OldLoss": {},\n    "LossMapping": {}\n  }\n}\n'
    new = NewBottleneck("B", "b", (parsed_loss("x"), parsed_loss("y")))
    after = with_bottleneck(parsed("lab.json", text), checked(CANONICAL), new)
    assert list(after.json.value["$defs"]) == [
        *("OldLoss", "XLoss", "YLoss", "LossMapping", "BottleneckWeights", "BottleneckType")
    ]


@pytest.mark.parametrize("option", ["", ":x", "a:b:c:d", "a:b:c=1:d", "a=1", "a:b=1"])
def test_what_is_no_loss(option: str, tmp_path: Path) -> None:
    done = new_bottleneck("B", "--tag", "b", "--loss", option, "--into", "b.json", cwd=tmp_path)
    expected = f"--loss {option}: expected KEY[:NAME[:WEIGHT_KEY[=DEFAULT]]]\n"
    assert (done.exit_code, done.stderr) == (1, expected)
    assert os.listdir(tmp_path) == []


def test_a_class_name_that_is_taken_gets_the_bottlenecks_before_it(tmp_path: Path) -> None:
    """Another constant KL_LOSS, or a SoftnormLoss beside the SoftNormLoss, is one too many."""
    losses = ("--loss", "x:kl__loss", "--loss", "y:softnorm__loss")
    new_bottleneck(*("B", "--tag", "b", *losses, "--into", "b.json"), cwd=tmp_path)
    definitions = json.loads((tmp_path / "b.json").read_bytes())["$defs"]
    assert {"BKlLoss", "BSoftnormLoss"} <= definitions.keys()


def test_a_weight_of_two_new_losses_has_one_default(tmp_path: Path) -> None:
    losses = ("--loss", "a::w=3", "--loss", "b::w")
    new_bottleneck("B", "--tag", "b", *losses, "--into", "b.json", cwd=tmp_path)
    assert planned(tmp_path / "b.json", bottleneck="B") == [
        ("a", "a_loss", "bottleneck.weights.w", 3),
        ("b", "b_loss", "bottleneck.weights.w", 3),
    ]


def test_a_known_loss_keeps_its_weight_wherever_that_stands(tmp_path: Path) -> None:
    below = GROUPED.with_name("top_level_scalar.overlay.json")
    arguments = ("--loss", "kl", "--extends", below, "--into", "b.json")
    new_bottleneck("B", "--tag", "b", *arguments, cwd=tmp_path)
    assert planned(tmp_path / "b.json", below, bottleneck="B") == [
        ("kl", "kl_loss", "kl_weight", 1e-6)
    ]


@pytest.mark.long
def test_names_of_definitions_never_meet(tmp_path: Path) -> None:
    for arguments in (
        ("BarBottleneck", "--tag", "bar", "--loss", "other:foo_kl:w"),
        ("FooBottleneck", "--tag", "foo", "--loss", "own:kl:w"),
    ):
        done = new_bottleneck(*arguments, "--into", "a.json", cwd=tmp_path)
        assert done.exit_code == 0
    assert planned(tmp_path / "a.json", bottleneck="FooBottleneck") == [
        ("own", "kl", "bottleneck.weights.w", 1.0)
    ]


def test_an_overlay_that_says_nothing_yet(tmp_path: Path) -> None:
    file = tmp_path / "lab.json"
    frame = json.loads(GROUPED.read_bytes())
    del frame["$defs"]
    file.write_text(json.dumps(frame, indent=2), encoding="utf-8")
    new_bottleneck(*SPHERE, "--into", file, cwd=tmp_path)
    assert planned(file, bottleneck="SphereBottleneck") == SPHERE_LOSSES


# How it is formatted


def _indented(indent: int | str) -> Callable[[Any], str]:
    return lambda overlay: json.dumps(overlay, indent=indent) + "\n"


def _in_one_line(overlay: Any) -> str:
    return json.dumps(overlay)


def _without_spaces(overlay: Any) -> str:
    return json.dumps(overlay, separators=(",", ":"))


@pytest.mark.long
@pytest.mark.parametrize("form", [_indented(4), _indented("\t"), _in_one_line, _without_spaces])
def test_what_a_library_wrote_stays_and_new_lines_are_indented_alike(
    form: Callable[[Any], str], tmp_path: Path
) -> None:
    file = tmp_path / "lab.overlay.json"
    before = form(json.loads(GROUPED.read_bytes()))
    file.write_text(before, encoding="utf-8")
    done = new_bottleneck(*SPHERE, "--into", file, cwd=tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    text = file.read_text("utf-8")
    rest = iter(text)
    assert all(each in rest for each in before)
    margins = {line[: len(line) - len(line.lstrip())] for line in before.split("\n")}
    step = next((each for each in sorted(margins, key=len) if each), "")
    for line in text.split("\n"):
        margin = line[: len(line) - len(line.lstrip())]
        assert margin == step * (len(margin) // max(1, len(step)))
    assert ("\n" in text.strip()) == ("\n" in before.strip())
    assert planned(file, bottleneck="SphereBottleneck") == SPHERE_LOSSES


def test_a_bottleneck_with_two_weights_is_at_most_40_lines(tmp_path: Path) -> None:
    """One line more gets a comma."""
    file = tmp_path / "losses.schema.json"
    file.write_bytes(CANONICAL.read_bytes())
    losses = ("--loss", "sphere/pull:sphere_loss:sphere=0.5", "--loss", "vq/entropy")
    done = new_bottleneck(*SPHERE[:3], *losses, "--into", file.name, cwd=tmp_path)
    lines = done.stdout.split("\n")[2:]
    gone = [line[1:] for line in lines if line.startswith("-")]
    come = [line[1:] for line in lines if line.startswith("+")]
    assert len(gone) == 1
    assert f"{gone[0]}," in come
    assert 0 < len(come) - len(gone) <= 40


def test_a_schema_without_a_definition_of_weights_gets_long_ones(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_bytes(TINY.read_bytes())
    done = new_bottleneck(*SPHERE, "--into", file.name, cwd=tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    weights = json.loads(file.read_bytes())["$defs"]["BottleneckWeights"]["properties"]
    kl = {key: weights["kl"][key] for key in ("type", "minimum", "maximum")}
    new = {"default": 0.5, "description": "Weight of `sphere_loss`."}
    assert list(weights["sphere"].items()) == [*kl.items(), *new.items()]
    assert planned(file, bottleneck="SphereBottleneck") == SPHERE_LOSSES


def test_what_an_overlay_removes_is_not_there_to_be_added_to(tmp_path: Path) -> None:
    overlay = json.loads(GROUPED.read_bytes())
    overlay["$defs"] = {
        "BottleneckType": {"oneOf": {"VAEBottleneck": None}},
        "LossMapping": {"properties": {"VAEBottleneck": None}},
    }
    file = tmp_path / "lab.json"
    file.write_text(json.dumps(overlay, indent=2), encoding="utf-8")
    before = file.read_bytes()
    arguments = ("VAEBottleneck", "--tag", "ours", "--loss", "kl", "--into", file.name)
    done = new_bottleneck(*arguments, cwd=tmp_path)
    said = "null removes it here, so nothing can be added to it; delete this entry first"
    assert [line.split(": ", 1)[1] for line in done.stderr.splitlines()] == [
        f"/$defs/BottleneckType/oneOf/VAEBottleneck: {said}",
        f"/$defs/LossMapping/properties/VAEBottleneck: {said}",
        "nothing was written; the lines are those of the new text",
    ]
    assert (done.exit_code, done.stdout, file.read_bytes()) == (1, "", before)


@pytest.mark.parametrize(
    "before",
    [CANONICAL.read_text("utf-8"), *blocks("json", OVERLAYS)[:2]],
    ids=["schema", "overlay", "sections"],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_lines_are_added_and_none_is_changed(before: str, ending: str, tmp_path: Path) -> None:
    """But for a comma after what was the last entry; and each line keeps its end."""
    file = tmp_path / "file.json"
    file.write_text(before, encoding="utf-8", newline=ending)
    new_bottleneck(*SPHERE, "--into", file, cwd=tmp_path)
    text = file.read_bytes().decode()
    assert text.count("\n") == text.count(ending)
    lines = iter(text.replace(",", "").split(ending))
    assert all(line in lines for line in before.replace(",", "").split("\n"))  # in this order
    assert text.count(ending) > before.count("\n") + 20


def test_what_is_there_stays_as_it_is_written(tmp_path: Path) -> None:
    """Also in a line that has to be opened: no number and no string is written anew."""
    file = tmp_path / "lab.json"
    kept = r'"mmd": { "default" : 0.00000300, "description": "\u00e4 \/ x" }'
    file.write_text(
        '{\n  "x-extends": { "x-name": "loss-factory", "x-version": "0.1.0" },\n'
        '  "x-name": "lab",\n  "x-version": "1.0.0",\n'
        f'  "$defs": {{ "BottleneckWeights": {{ "properties": {{ {kept} }} }} }}\n}}\n',
        encoding="utf-8",
    )
    done = new_bottleneck(*SPHERE, "--into", file, cwd=tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    assert kept in file.read_text("utf-8")
    assert planned(file, bottleneck="SphereBottleneck") == SPHERE_LOSSES


def test_a_line_separator_in_a_string_ends_no_line_of_the_diff(tmp_path: Path) -> None:
    file = tmp_path / "lab.json"
    text = GROUPED.read_text("utf-8").replace("along time", "along\u2028time")
    file.write_text(text, encoding="utf-8")
    done = new_bottleneck(*SPHERE, "--into", file, cwd=tmp_path)
    assert done.exit_code == 0
    assert "No newline" not in done.stdout


def test_mixed_line_ends_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "lab.json"
    content = GROUPED.read_bytes().replace(b"\n", b"\r\n", 3)
    file.write_bytes(content)
    done = new_bottleneck(*SPHERE, "--into", "lab.json", cwd=tmp_path)
    reason = "has both kinds of line ends, so nothing was changed; make them one kind"
    assert (done.exit_code, done.stderr) == (1, f"lab.json: {reason}\n")
    assert file.read_bytes() == content


def test_a_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    file, link = tmp_path / "real.json", tmp_path / "link.json"
    file.write_bytes(GROUPED.read_bytes())
    file.chmod(0o640)
    link.symlink_to(file)
    new_bottleneck(*SPHERE, "--into", link, cwd=tmp_path)
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert planned(file, bottleneck="SphereBottleneck") == SPHERE_LOSSES
    assert sorted(os.listdir(tmp_path)) == ["link.json", "real.json"]


# When it writes nothing

WRITTEN = "FILE: nothing was written; the lines are those of the new text"


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (
            ["GroupedVAEBottleneck", "--tag", "b"],
            ["GroupedVAEBottleneck: there is this bottleneck already", WRITTEN],
        ),
        (["B", "--tag", "vae"], ["--tag vae: VAEBottleneck has this tag already", WRITTEN]),
        (
            ["b", "--tag", "B"],
            [
                "FILE:PLACE: /$defs/BottleneckType/oneOf/b/const: expected a class name such as "
                "'VAEBottleneck', not the string \"b\"",
                "FILE:PLACE: /$defs/BottleneckType/oneOf/b/x-config-type: expected a config tag in "
                "lower case such as 'dac_rvq', not the string \"B\"",
                WRITTEN,
            ],
        ),
        (
            ["B", "--tag", "b", "--loss", "kl:my_loss"],
            [
                "--loss kl:my_loss: info['kl'] is KLLoss's already, which is logged as 'kl_loss' "
                "with the weight 'kl', by default 1e-06; write --loss kl",
                WRITTEN,
            ],
        ),
        (
            ["B", "--tag", "b", "--loss", "kl::mmd"],
            [
                "--loss kl::mmd: info['kl'] is KLLoss's already, which is logged as 'kl_loss' "
                "with the weight 'kl', by default 1e-06; write --loss kl",
                WRITTEN,
            ],
        ),
        (
            ["B", "--tag", "b", "--loss", "kl::=1"],
            [
                "--loss kl::=1: info['kl'] is KLLoss's already, which is logged as 'kl_loss' "
                "with the weight 'kl', by default 1e-06; write --loss kl",
                WRITTEN,
            ],
        ),
        (
            ["B", "--tag", "b", "--loss", "x:kl_loss"],
            [
                "--loss x:kl_loss: 'kl_loss' is the name of KLLoss, which is info['kl']; write "
                "--loss kl, or another NAME",
                WRITTEN,
            ],
        ),
        (
            ["B", "--tag", "b", "--loss", "x::kl=1"],
            ["--loss x::kl=1: the weight 'kl' has the default 1e-06 already", WRITTEN],
        ),
        (
            ["B", "--tag", "b", "--loss", "x::w=1", "--loss", "y::w=2"],
            ["--loss y::w=2: the weight 'w' has the default 1 already", WRITTEN],
        ),
        (
            ["B", "--tag", "b", "--loss", "x::y=much"],
            ["--loss x::y=much: expected a number as the default, not 'much'"],
        ),
        (
            ["B", "--tag", "b", "--loss", "x::y=1e999"],
            ["--loss x::y=1e999: expected a number as the default, not '1e999'"],
        ),
        (
            ["B", "--tag", "b", "--loss", "x::y=true"],
            ["--loss x::y=true: expected a number as the default, not 'true'"],
        ),
        (
            ["B", "--tag", "b", "--loss", "x::y=-1"],
            [
                "FILE:PLACE: /$defs/BottleneckWeights/properties/y/default: expected a number "
                "of at least 0, not -1",
                WRITTEN,
            ],
        ),
        (
            ["B", "--tag", "b", "--extends", GROUPED],
            [
                "FILE:PLACE: /x-extends/x-name: expected 'grouped-vae', which is what comes before "
                'this overlay, not the string "loss-factory"; name the overlays from the lowest '
                "to the highest",
                "FILE:PLACE: /x-name: 'grouped-vae' is what this overlay extends; expected its own "
                "name",
            ],
        ),
    ],
    ids=lambda value: " ".join(map(str, value)) if "--tag" in value else "",
)
def test_what_would_not_compile_is_not_written(
    arguments: list[str | Path], messages: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "lab.overlay.json"
    file.write_bytes(GROUPED.read_bytes())
    before = file.stat()
    done = new_bottleneck(*arguments, "--into", "lab.overlay.json", cwd=tmp_path)
    said = [_without_place(line) for line in done.stderr.splitlines()]
    assert (done.exit_code, done.stdout, said) == (1, "", messages)
    assert file.read_bytes() == GROUPED.read_bytes()
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert os.listdir(tmp_path) == ["lab.overlay.json"]


def _without_place(line: str) -> str:
    file, *place = line.split(": ")[0].split(":")
    return (
        line.replace(":".join([file, *place]), "FILE:PLACE" if place else "FILE", 1)
        if (file == "lab.overlay.json")
        else line
    )


def test_the_place_of_a_mistake_is_in_the_new_text(tmp_path: Path) -> None:
    arguments = ("B", "--tag", "Vae", "--loss", "x", "--into", "new.json")
    done = new_bottleneck(*arguments, cwd=tmp_path)
    assert done.stderr.startswith("new.json:11:47: /$defs/BottleneckType/oneOf/B/x-config-type: ")
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_broken_already(tmp_path: Path) -> None:
    file = tmp_path / "lab.json"
    file.write_text(GROUPED.read_text("utf-8").replace("1e-4", "-1"), encoding="utf-8")
    before = file.read_bytes()
    done = new_bottleneck(*SPHERE, "--into", "lab.json", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("lab.json:8:34: /$defs/BottleneckWeights/properties/kl_spatial/")
    assert file.read_bytes() == before


def test_a_whole_schema_extends_nothing(tmp_path: Path) -> None:
    file = tmp_path / "losses.json"
    file.write_bytes(CANONICAL.read_bytes())
    done = new_bottleneck(*SPHERE, "--into", "losses.json", "--extends", GROUPED, cwd=tmp_path)
    assert done.stderr == "losses.json: expected an overlay, since there is --extends\n"
    assert file.read_bytes() == CANONICAL.read_bytes()


def test_what_cannot_be_written(tmp_path: Path) -> None:
    done = new_bottleneck(*SPHERE, "--into", "nowhere/lab.json", cwd=tmp_path)
    reason = "can't be written: No such file or directory; nothing was changed"
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"nowhere/lab.json: {reason}\n"
    done = new_bottleneck(*SPHERE, "--into", ".", cwd=tmp_path)
    assert (done.exit_code, done.stderr) == (1, ".: can't be read: Is a directory\n")
