"""World Models' V and M in PyTorch, as a user would write them."""
import torch
from torch import nn
from torch.nn import functional as F


class Vision(nn.Module):
    """The autoencoder of World Models; images are `[batch, channel, height, width]`, 0...1."""

    def __init__(self, width=32, latent=32):
        super().__init__()
        channels = [3, width, 2 * width, 4 * width, 8 * width]
        self.encoder = nn.ModuleList(nn.Conv2d(a, b, 4, 2) for a, b in zip(channels, channels[1:]))
        self.mean = nn.Linear(32 * width, latent)
        self.log_variance = nn.Linear(32 * width, latent)
        self.expand = nn.Linear(latent, 32 * width)
        channels = [32 * width, 4 * width, 2 * width, width, 3]
        self.decoder = nn.ModuleList(
            nn.ConvTranspose2d(a, b, k, 2) for a, b, k in zip(channels, channels[1:], (5, 5, 6, 6)))
        self.width, self.latent = width, latent

    def encode(self, images):
        """The 2×2 map, one row an image."""
        for layer in self.encoder:
            images = F.relu(layer(images))
        return images.flatten(1)

    def decode(self, latents):
        """Images of latents."""
        images = self.expand(latents)[:, :, None, None]
        for layer in self.decoder[:-1]:
            images = F.relu(layer(images))
        return torch.sigmoid(self.decoder[-1](images))

    def loss(self, images, noise):
        """Sum of squares plus KL with half a nat free a latent number, means over the batch."""
        features = self.encode(images)
        mean, log_variance = self.mean(features), self.log_variance(features).clamp(-12, 6)
        decoded = self.decode(mean + torch.exp(0.5 * log_variance) * noise)
        divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(1)
        return (decoded - images).square().sum((1, 2, 3)).mean() + divergence.clamp_min(0.5 * self.latent).mean()

    def load(self, weights):
        """Takes the arrays of `inputs.vision_weights`; flat maps are `[y, x, channel]` there, `[channel, y, x]` here."""
        arrays = {name: torch.from_numpy(value) for name, value in weights.items()}
        maps = (2, 2, 8 * self.width)
        state = {}
        for name, value in arrays.items():
            if value.ndim == 4:
                value = value.permute(3, 2, 0, 1)
            elif name in ("mean.weight", "log_variance.weight"):
                value = value.view(*maps, self.latent).permute(3, 2, 0, 1).flatten(1)
            elif value.ndim == 2:
                value = value.T
            state[name] = value.contiguous()
        self.load_state_dict(state)
        return self
