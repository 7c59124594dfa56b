"""Two processes with DistributedDataParallel, as stable-audio-tools' own train.py starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
TESTS = Path(__file__).parents[2]

SCRIPT = """
import gc
import json
import os
import sys
from pathlib import Path

import torch
import torch.distributed.nn.functional  # before there is a group that it could hold on to

from real.objective.setups_here import QUIET
from support.stable_audio.setups import loss_config
from support.stable_audio.trainer import whole_trainer
from support.stable_audio.training import make_wrapper, train

torch.set_num_threads(1)
rank = int(os.environ["RANK"])
losses = loss_config(QUIET)
losses["time"] |= {"decay": 0.9}
found = []
with whole_trainer(QUIET.version).importable():
    from stable_audio_tools.training.autoencoders import AutoencoderTrainingWrapper
    from support.stable_audio.own_wrapper import Wrapper
    from support.under_test import generator_step

    class Told(Wrapper):
        def on_train_batch_start(self, *_):
            self.objective.set_step(generator_step(self.global_step, discriminator=self.use_disc))

    for wrapper in (AutoencoderTrainingWrapper, Told):
        steps = train(
            make_wrapper(wrapper, QUIET, losses=losses),
            QUIET,
            seed=rank,
            steps=4,
            devices=2,
            strategy="ddp_find_unused_parameters_true",
            use_distributed_sampler=False,
        )
        found.append([[each.tensors, each.logged] for each in steps])
Path(sys.argv[1], str(rank)).write_text(json.dumps(found), "utf-8")
gc.collect()
torch.distributed.destroy_process_group()
"""


def test_two_processes_have_the_bits_that_they_had(tmp_path: Path) -> None:
    """The discriminator is frozen in the generator's turn, and DDP finds it unused.

    One of the weights decays, and DDP leaves it alone.
    """
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    paths = os.pathsep.join((str(TESTS), os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        [*TORCHRUN, script, tmp_path],
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    ranks = [json.loads((tmp_path / str(rank)).read_text("utf-8")) for rank in (0, 1)]
    for theirs, ours in ranks:
        assert len(theirs) == 4
        assert theirs == ours
    tensors, logged = zip(*(step for steps, _ in ranks for step in [steps[-1]]), strict=True)
    assert tensors[0] == tensors[1]
    assert logged[0] != logged[1]
