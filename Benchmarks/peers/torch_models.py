"""World Models' V and M in PyTorch, as a user would write them."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class Vision(nn.Module):
    """The autoencoder of World Models; images are `[batch, channel, height, width]`, 0...1."""

    def __init__(self, width=32, latent=32, free_bits=0.5):
        super().__init__()
        channels = [3, width, 2 * width, 4 * width, 8 * width]
        self.encoder = nn.ModuleList(nn.Conv2d(a, b, 4, 2) for a, b in zip(channels, channels[1:]))
        self.mean = nn.Linear(32 * width, latent)
        self.log_variance = nn.Linear(32 * width, latent)
        self.expand = nn.Linear(latent, 32 * width)
        channels = [32 * width, 4 * width, 2 * width, width, 3]
        self.decoder = nn.ModuleList(
            nn.ConvTranspose2d(a, b, k, 2) for a, b, k in zip(channels, channels[1:], (5, 5, 6, 6)))
        self.width, self.latent, self.free_bits = width, latent, free_bits

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
        """Sum of squares plus KL, from which some nats a latent number are free; means over the batch."""
        features = self.encode(images)
        mean, log_variance = self.mean(features), self.log_variance(features).clamp(-12, 6)
        decoded = self.decode(mean + torch.exp(0.5 * log_variance) * noise)
        divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(1)
        floored = divergence.clamp_min(self.free_bits * self.latent)
        return (decoded - images).square().sum((1, 2, 3)).mean() + floored.mean()

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


class DenseVision(nn.Module):
    """The autoencoder of "Importance Weighted Autoencoders" for 28×28 binary pictures: 200-200 tanh, 50 latents."""

    def __init__(self, pixels=784, hidden=200, latent=50):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(pixels, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh())
        self.mean, self.log_variance = nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh(),
            nn.Linear(hidden, pixels))
        self.latent = latent

    def encode(self, pictures):
        """Mean and log variance of the latents."""
        features = self.encoder(pictures)
        return self.mean(features), self.log_variance(features).clamp(-12, 6)

    def negative_log(self, latents, pictures):
        """−log p(picture | latent), summed over pixels; pictures are broadcast over leading axes."""
        logits = self.decoder(latents)
        return F.binary_cross_entropy_with_logits(
            logits, pictures.expand_as(logits), reduction="none").sum(-1)

    def loss(self, pictures, noise):
        """The negative evidence lower bound, a mean over the batch."""
        mean, log_variance = self.encode(pictures)
        negative = self.negative_log(mean + torch.exp(0.5 * log_variance) * noise, pictures)
        divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(1)
        return (negative + divergence).mean()

    def bound(self, pictures, noise):
        """The importance-weighted bound of each picture; noise is `[samples, picture, latent]`."""
        mean, log_variance = self.encode(pictures)
        latents = mean + torch.exp(0.5 * log_variance) * noise
        excess = 0.5 * (latents.square() - noise.square() - log_variance).sum(-1)
        logs = -self.negative_log(latents, pictures) - excess
        return torch.logsumexp(logs, 0) - math.log(len(noise))


class Memory(nn.Module):
    """The MDN-RNN of World Models: an LSTM whose output is a mixture of Gaussians for every latent number."""

    def __init__(self, latent=32, actions=3, hidden=256, mixtures=5):
        super().__init__()
        self.recurrent = nn.LSTM(latent + actions, hidden, batch_first=True)
        self.output = nn.Linear(hidden, 3 * mixtures * latent)
        self.latent, self.actions, self.mixtures = latent, actions, mixtures

    def mixture(self, hidden):
        """Logits, means and log sigmas, each `[…, latent, mixtures]`."""
        numbers = self.output(hidden)
        return numbers.view(*numbers.shape[:-1], self.latent, 3, self.mixtures).unbind(-2)

    def inputs(self, latents, actions):
        """Latents beside one-hot actions."""
        return torch.cat([latents, F.one_hot(actions, self.actions).to(latents.dtype)], -1)

    def loss(self, latents, actions):
        """Nats a number of the next latents, the mean over all steps."""
        hidden, _ = self.recurrent(self.inputs(latents[:, :-1], actions))
        logits, means, log_sigmas = self.mixture(hidden)
        distance = (latents[:, 1:, :, None] - means) * torch.exp(-log_sigmas)
        densities = torch.log_softmax(logits, -1) - 0.5 * distance.square() - log_sigmas - 0.9189385332046727
        return -torch.logsumexp(densities, -1).mean()

    def initial_state(self, count, lean):
        """Zeros as `lean_step` or `usual_step` takes them."""
        shape = (count, self.recurrent.hidden_size)
        shape = shape if lean else (1, *shape)
        return torch.zeros(shape), torch.zeros(shape)

    def usual_step(self, latents, actions, state):
        """A step of the dream with nn.LSTM and torch.distributions, as most code has it."""
        hidden, state = self.recurrent(self.inputs(latents, actions)[:, None], state)
        logits, means, log_sigmas = self.mixture(hidden[:, 0])
        chosen = torch.distributions.Categorical(logits=logits).sample()[..., None]
        mean, sigma = means.gather(-1, chosen), log_sigmas.gather(-1, chosen).exp()
        return torch.distributions.Normal(mean, sigma).sample()[..., 0], state

    def lean_step(self):
        """A step of the dream with LSTMCell and the Gumbel trick: the least that PyTorch has to call."""
        cell = nn.LSTMCell(self.recurrent.input_size, self.recurrent.hidden_size)
        cell.load_state_dict({name[:-3]: value for name, value in self.recurrent.state_dict().items()})

        def step(latents, actions, state):
            state = cell(self.inputs(latents, actions), state)
            logits, means, log_sigmas = self.mixture(state[0])
            noise = torch.empty_like(logits).exponential_().log_()
            chosen = (logits - noise).argmax(-1, keepdim=True)
            spread = log_sigmas.gather(-1, chosen)[..., 0].exp_()
            return torch.addcmul(means.gather(-1, chosen)[..., 0], spread, torch.randn_like(spread)), state

        return step

    def load(self, weights):
        """Takes the arrays of `inputs.memory_weights`."""
        parts = (3, self.mixtures, self.latent)
        arrays = {name: torch.from_numpy(value) for name, value in weights.items()}
        self.load_state_dict({
            "recurrent.weight_ih_l0": arrays["input_weight"].T,
            "recurrent.weight_hh_l0": arrays["recurrent_weight"].T,
            "recurrent.bias_ih_l0": arrays["bias"],
            "recurrent.bias_hh_l0": torch.zeros_like(arrays["bias"]),
            "output.weight": arrays["output.weight"].T.reshape(*parts, -1).permute(2, 0, 1, 3).flatten(0, 2),
            "output.bias": arrays["output.bias"].view(parts).permute(2, 0, 1).flatten(),
        })
        return self
