"""Writes what PyTorch says of every likelihood and objective of the autoencoder: values and gradients in double precision.

Usage: autoencoder_parts.py FILE.safetensors. Densities and divergences are those of torch.distributions; all sums are nats of a frame.
Names are `case.input.NAME`, `case.output` (`[frames]`, or one number for terms of a batch) and `case.gradient.NAME`, of the outputs' sum.
"""
import sys

import torch
import torch.nn.functional as functional
from safetensors.numpy import save_file
from torch.distributions import Bernoulli, Categorical, Independent, MixtureSameFamily, Multinomial, Normal, kl_divergence

import inputs

FRAMES, SIZE, CLASSES, SAMPLES = 6, 4, 5, 3
rng = inputs.stream("peers/autoencoder-parts")
arrays = {}


def uniform(low, high, *shape):
    """Numbers that single precision holds exactly, so that both programs start from the same."""
    return torch.from_numpy(rng.uniform(low, high, shape).astype("float32")).double()


def normal(*shape):
    return torch.from_numpy(rng.standard_normal(shape).astype("float32")).double()


def record(case, function, differentiated, **given):
    """Keeps inputs, outputs and gradients of a case."""
    differentiated = {name: value.clone().requires_grad_() for name, value in differentiated.items()}
    output = function(**differentiated, **given)
    output.sum().backward()
    kept = {f"input.{name}": value for name, value in {**differentiated, **given}.items()}
    kept |= {f"gradient.{name}": value.grad for name, value in differentiated.items()}
    kept["output"] = output
    for name, value in kept.items():
        arrays[f"{case}.{name}"] = value.detach().float().numpy()


def likelihoods():
    data, means = uniform(0.1, 0.9, FRAMES, 7), uniform(0.1, 0.9, FRAMES, 7)
    binary = torch.from_numpy(rng.integers(0, 2, (FRAMES, 7))).double()
    record("bernoulli", lambda decoded, data: -Bernoulli(logits=decoded).log_prob(data).sum(1),
           {"decoded": uniform(-3, 3, FRAMES, 7)}, data=binary)
    record("gaussian", lambda decoded, data: -Normal(decoded, 0.3).log_prob(data).sum(1), {"decoded": means}, data=data)
    record("gaussianLearned",
           lambda decoded, parameter, data: -Normal(decoded, (functional.softplus(parameter + 6) - 6).exp()).log_prob(data).sum(1),
           {"decoded": means, "parameter": torch.tensor([-0.75]).double()}, data=data)
    # The density of all frames under the σ that is the best for them.
    best = lambda decoded, data: (decoded - data).square().mean().sqrt().detach()
    record("gaussianOptimal", lambda decoded, data: -Normal(decoded, best(decoded, data)).log_prob(data).sum(1),
           {"decoded": means}, data=data)
    cells = torch.from_numpy(rng.integers(0, CLASSES, (FRAMES, 7))).double()
    record("categorical.cells",
           lambda decoded, data: -Categorical(logits=decoded.reshape(FRAMES, 7, CLASSES)).log_prob(data).sum(1),
           {"decoded": uniform(-3, 3, FRAMES, 7 * CLASSES)}, data=cells)
    levels = torch.from_numpy(rng.integers(0, 256, (FRAMES, 2))).double()
    record("categorical.levels",
           lambda decoded, data: -Categorical(logits=decoded.reshape(FRAMES, 2, 256)).log_prob((data * 255).round()).sum(1),
           {"decoded": uniform(-2, 2, FRAMES, 2 * 256)}, data=(levels / 255).float().double())
    counts = torch.from_numpy(rng.integers(0, 6, (FRAMES, 7))).double()
    record("multinomial",
           lambda decoded, data: -torch.stack([
               Multinomial(int(row.sum()), logits=logits).log_prob(row) for logits, row in zip(decoded, data)]),
           {"decoded": uniform(-2, 2, FRAMES, 7)}, data=counts)


def deviation(log_variance):
    return (log_variance / 2).exp()


def divergences(mean, log_variance):
    """KL(q ‖ N(0, 1)) of each latent of each frame."""
    return kl_divergence(Normal(mean, deviation(log_variance)), Normal(0.0, 1.0))


def decomposition(mean, log_variance, noise):
    """Information, total correlation and the divergence of each latent alone, in the mixture of the batch."""
    latents = mean + deviation(log_variance) * noise
    even = lambda shape: Categorical(logits=torch.zeros(shape).double())
    own = Independent(Normal(mean, deviation(log_variance)), 1)
    joint = MixtureSameFamily(even(FRAMES), own).log_prob(latents)
    margin = MixtureSameFamily(even((SIZE, FRAMES)), Normal(mean.T, deviation(log_variance).T))
    margins = margin.log_prob(latents).sum(1)
    prior = Normal(0.0, 1.0).log_prob(latents).sum(1)
    return torch.stack([
        (own.log_prob(latents) - joint).mean(), (joint - margins).mean(), (margins - prior).mean()])


def mmd(mean, log_variance, noise, prior):
    """The unbiased squared discrepancy under the sum of inverse multiquadrics."""
    latents = mean + deviation(log_variance) * noise

    def kernel(a, b):
        squares = torch.cdist(a, b, compute_mode="donot_use_mm_for_euclid_dist").square()
        return sum(2 * SIZE * s / (2 * SIZE * s + squares) for s in (0.1, 0.2, 0.5, 1, 2, 5, 10))

    apart = ~torch.eye(FRAMES, dtype=torch.bool)
    return (kernel(latents, latents)[apart].mean() + kernel(prior, prior)[apart].mean()
            - 2 * kernel(latents, prior).mean()).reshape(1)


def bound(mean, log_variance, noise, data, weight):
    """The importance-weighted bound, negative, of a linear decoder with Gaussian noise of 0.5."""
    posterior = Normal(mean[:, None], deviation(log_variance)[:, None])
    latents = posterior.mean + posterior.stddev * noise.reshape(FRAMES, SAMPLES, SIZE)
    likelihood = Normal(latents @ weight, 0.5).log_prob(data[:, None]).sum(2)
    logs = likelihood + Normal(0.0, 1.0).log_prob(latents).sum(2) - posterior.log_prob(latents).sum(2)
    return -(torch.logsumexp(logs, 1) - torch.tensor(SAMPLES).double().log())


def objectives():
    posterior = {"mean": uniform(-1.5, 1.5, FRAMES, SIZE), "log_variance": uniform(-2, 0.5, FRAMES, SIZE)}
    noise = normal(FRAMES, SIZE)
    record("divergence", lambda mean, log_variance: divergences(mean, log_variance).sum(1), posterior)
    record("floor", lambda mean, log_variance: divergences(mean, log_variance).sum(1).clamp(min=3), posterior)
    record("group",
           lambda mean, log_variance: divergences(mean, log_variance).mean(0).reshape(SIZE // 2, 2).sum(1).clamp(min=1.2)
           .sum().reshape(1), posterior)
    record("capacity", lambda mean, log_variance: (divergences(mean, log_variance).sum(1).mean() - 7).abs().reshape(1), posterior)
    for index, name in enumerate(["information", "totalCorrelation", "dimensionKL"]):
        record(name, lambda mean, log_variance, noise: decomposition(mean, log_variance, noise)[index:index + 1], posterior,
               noise=noise)
    record("mmd", mmd, posterior, noise=noise, prior=normal(FRAMES, SIZE))
    record("bound", bound, posterior | {"weight": uniform(-1, 1, SIZE, 7)}, noise=normal(FRAMES * SAMPLES, SIZE),
           data=uniform(-1, 1, FRAMES, 7))


likelihoods()
objectives()
save_file(arrays, sys.argv[1], metadata={"torch": torch.__version__})
print(f"{sys.argv[1]}: {len(arrays)} arrays")
