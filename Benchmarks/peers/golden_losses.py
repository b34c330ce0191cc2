"""Prints the losses that `umwelt bench` compares with, computed by PyTorch in double precision.

Usage: golden_losses.py [name…]. Weights, inputs and noise come from NumPy's streams, bit for bit those of the Swift program.
"""
import sys

import torch

import inputs
from torch_models import Memory, Vision

STEPS = 20


def vision(width, latent, batch, free_bits, rate):
    """V's loss before the first and after the twentieth step of Adam."""
    model = Vision(width, latent, free_bits).load(inputs.vision_weights(width, latent)).double()
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    images = torch.from_numpy(inputs.frames(batch)).permute(0, 3, 1, 2).double() / 255
    losses = []
    for step in range(STEPS + 1):
        noise = torch.from_numpy(inputs.vision_noise(step, batch, latent)).double()
        optimiser.zero_grad()
        loss = model.loss(images, noise)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses[0], losses[STEPS]


def memory(latent, hidden, mixtures, batch, length, rate):
    """M's loss before the first and after the twentieth step of Adam, gradients clipped by value."""
    model = Memory(latent, 3, hidden, mixtures).load(inputs.memory_weights(latent, 3, hidden, mixtures)).double()
    model.recurrent.bias_hh_l0.requires_grad_(False)  # one bias, as the program has
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.Adam(parameters, lr=rate)
    latents, actions = map(torch.from_numpy, inputs.sequences(batch, length, latent))
    losses = []
    for _ in range(STEPS + 1):
        optimiser.zero_grad()
        loss = model.loss(latents.double(), actions)
        loss.backward()
        torch.nn.utils.clip_grad_value_(parameters, 1.0)
        optimiser.step()
        losses.append(loss.item())
    return losses[0], losses[STEPS]


def show(name, losses):
    print(f"{name}: GoldenLoss(first: {losses[0]:.9f}, last: {losses[1]:.9f})", flush=True)


wanted = sys.argv[1:] or ["smallVision", "smallMemory", "memory", "vision"]
if "smallVision" in wanted:
    show("smallVision (width 4, 8 latents, batch 12, nothing free, rate 0.01)", vision(4, 8, 12, 0, 1e-2))
if "smallMemory" in wanted:
    show("smallMemory (4 latents, hidden 16, 3 mixtures, batch 8, length 12, rate 0.01)", memory(4, 16, 3, 8, 12, 1e-2))
if "memory" in wanted:
    show("memory (32 latents, hidden 256, 5 mixtures, batch 100, length 100, rate 0.001)", memory(32, 256, 5, 100, 100, 1e-3))
if "vision" in wanted:
    show("vision (width 32, 32 latents, batch 100, rate 0.0003)", vision(32, 32, 100, 0.5, 3e-4))
