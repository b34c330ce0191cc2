"""Prints the losses that `umwelt bench` compares with, computed by PyTorch in double precision.

Weights, inputs and noise come from NumPy's streams, bit for bit those of the Swift program.
"""
import torch

import inputs
from torch_models import Vision

STEPS = 20


def vision(width, latent, batch):
    """V's loss before the first and after the twentieth step of Adam."""
    model = Vision(width, latent).load(inputs.vision_weights(width, latent)).double()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-4)
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


def show(name, losses):
    print(f"{name}: GoldenLoss(first: {losses[0]:.9f}, last: {losses[1]:.9f})", flush=True)


show("smallVision (width 4, 8 latents, batch 12)", vision(4, 8, 12))
show("vision (width 32, 32 latents, batch 100)", vision(32, 32, 100))
