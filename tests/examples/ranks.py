"""The processes that train together: one, or as many as torchrun starts."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist

# Its functions' default arguments hold the process group that they find; were it imported by DDP,
# after the group is there, gloo's threads would outlive the group and now and then abort the exit.
import torch.distributed.nn.functional
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True)
class Ranks:
    """This process among `count`."""

    rank: int
    count: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether this is the process that prints and writes."""
        return self.rank == 0

    def part_of(self, batch_size: int) -> slice:
        """This process's examples of the global batch."""
        size = batch_size // self.count
        return slice(self.rank * size, (self.rank + 1) * size)

    def parallel(self, module: nn.Module) -> nn.Module:
        """`module`, with gradients averaged over the processes."""
        return module if self.count == 1 else DistributedDataParallel(module)

    def mean(self, values: Tensor) -> Tensor:
        """The mean over the processes, in each of them."""
        if self.count > 1:
            dist.all_reduce(values)
        return values / self.count

    def any(self, flag: bool) -> bool:
        """Whether it is set in some process; all get the same answer."""
        return self.mean(torch.tensor(float(flag), device=self.device)).item() > 0


@contextmanager
def joined(device: str) -> Iterator[Ranks]:
    """This process's rank, for as long as the block lasts.

    Let go of what `parallel` returned before the block ends, or the group can't end either.

    Args:
        device: "auto", "cpu" or "cuda"; "auto" takes a GPU if there is one.
    """
    kind = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    count = int(os.environ.get("WORLD_SIZE", "1"))
    here = torch.device(kind, int(os.environ.get("LOCAL_RANK", "0"))) if kind == "cuda" else None
    if here is not None:
        torch.cuda.set_device(here)
    if count > 1:
        dist.init_process_group("gloo" if here is None else "nccl")
    try:
        yield Ranks(own_rank(), count, here or torch.device(kind))
    finally:
        if count > 1:
            gc.collect()
            dist.destroy_process_group()


def own_rank() -> int:
    """The number that torchrun gave this process; 0 without torchrun."""
    return int(os.environ.get("RANK", "0"))
