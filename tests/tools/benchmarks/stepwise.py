"""A training under a real Lightning Trainer that makes a step when it is asked to."""

from __future__ import annotations

import threading
from queue import Queue
from time import perf_counter
from types import TracebackType
from typing import Any

import pytorch_lightning as pl

from support.stable_audio.training import fit


class _Enough(Exception):
    """No more steps are wanted."""


class Stepwise(pl.Callback):
    """Runs `fit` in a thread of its own; inside a `with`, `step()` makes the next step.

    Two of them can take turns so: each step of one is measured beside a step of the other.
    """

    def __init__(self, wrapper: Any, batch: Any, most_steps: int) -> None:
        self._asked: Queue[bool] = Queue()
        self._done: Queue[float | BaseException] = Queue()
        self._thread = threading.Thread(target=self._train, args=(wrapper, [batch] * most_steps))
        self._start = 0.0

    def step(self) -> float:
        """Make a step, and say how many seconds it took."""
        self._asked.put(True)
        done = self._done.get()
        if isinstance(done, BaseException):
            raise done
        return done

    def __enter__(self) -> Stepwise:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._asked.put(False)
        self._thread.join()

    def on_train_batch_start(self, *_: object) -> None:
        if not self._asked.get():
            raise _Enough
        self._start = perf_counter()

    def on_train_batch_end(self, *_: object) -> None:
        self._done.put(perf_counter() - self._start)

    def _train(self, wrapper: Any, batches: list[Any]) -> None:
        try:
            fit(wrapper, batches, callbacks=[self])
        except _Enough:
            pass
        except BaseException as error:
            self._done.put(error)
