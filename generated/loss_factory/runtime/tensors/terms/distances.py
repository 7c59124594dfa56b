# Generated from templates/runtime/tensors/terms/distances.py.
# Do not edit; change it and run: python -m nox -s generate

"""stub"""

from torch import Tensor, nn
from torch.nn import functional as F


class L1(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return F.l1_loss(x, y, reduction="none").mean()


class MSE(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return F.mse_loss(x, y, reduction="none").mean()
