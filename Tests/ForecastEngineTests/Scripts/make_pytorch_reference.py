#!/usr/bin/env python3
"""Makes Resources/pytorch_lstm.json: a small LSTM's weights, inputs, outputs and gradients as PyTorch computes them.

Run: pip install torch && python3 make_pytorch_reference.py
"""
import json
import pathlib

import torch

OUT = pathlib.Path(__file__).resolve().parent.parent / "Resources" / "pytorch_lstm.json"
INPUTS, HIDDEN, STEPS, HORIZON, LANES, QUANTILES = 3, 5, 20, 4, 16, (0.1, 0.5, 0.9)

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
lstm = torch.nn.LSTM(INPUTS, HIDDEN, batch_first=True)
head = torch.nn.Linear(HIDDEN, HORIZON * len(QUANTILES))
x = torch.randn(LANES, STEPS, INPUTS)
target = torch.randn(LANES, HORIZON)
_, (last, _) = lstm(x)
output = head(last[0])
error = target[:, :, None] - output.view(LANES, HORIZON, len(QUANTILES))
q = torch.tensor(QUANTILES)
loss = torch.maximum(q * error, (q - 1) * error).mean()
loss.backward()
# One bias where PyTorch has two; its derivative is that of either.
parameters = [lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0 + lstm.bias_hh_l0, head.weight, head.bias]
gradients = [lstm.weight_ih_l0.grad, lstm.weight_hh_l0.grad, lstm.bias_ih_l0.grad, head.weight.grad, head.bias.grad]


def flat(tensors):
    return [float(f"{v:.15g}") for t in tensors for v in t.detach().reshape(-1).tolist()]


OUT.write_text(json.dumps({
    "source": f"PyTorch {torch.__version__}, make_pytorch_reference.py",
    "inputs": INPUTS, "hidden": HIDDEN, "steps": STEPS, "horizon": HORIZON,
    "parameters": flat(parameters), "gradients": flat(gradients), "x": flat([x]), "target": flat([target]),
    "output": flat([output]), "loss": loss.item(),
}, separators=(",", ":")) + "\n")
