"""JAX doing the work of `umwelt bench`, in plain functions under jit.

Images are `[batch, height, width, channel]`, as JAX's documentation has them. The number of threads is JAX's
own choice: it takes all processors that the process may use.
"""
import os
import sys

from measuring import arguments, measure, report, selected

options = arguments(__doc__.splitlines()[0])
THREADS = options.threads or len(os.sched_getaffinity(0))
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])  # before JAX makes its pool

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import inputs

BATCH, LENGTH, LATENT, ACTIONS, HIDDEN, MIXTURES = 100, 100, 32, 3, 256, 5
DIMENSIONS = ("NHWC", "HWIO", "NHWC")


def encode(weights, images):
    """The mean and log variance of latents."""
    for index in range(4):
        images = lax.conv_general_dilated(
            images, weights[f"encoder.{index}.weight"], (2, 2), "VALID", dimension_numbers=DIMENSIONS)
        images = jax.nn.relu(images + weights[f"encoder.{index}.bias"])
    flat = images.reshape(images.shape[0], -1)
    dense = lambda name: flat @ weights[name + ".weight"] + weights[name + ".bias"]
    return dense("mean"), jnp.clip(dense("log_variance"), -12, 6)


def decode(weights, latents):
    """Images of latents."""
    images = (latents @ weights["expand.weight"] + weights["expand.bias"])[:, None, None, :]
    for index in range(4):
        images = lax.conv_transpose(
            images, weights[f"decoder.{index}.weight"], (2, 2), "VALID", dimension_numbers=DIMENSIONS,
            transpose_kernel=True) + weights[f"decoder.{index}.bias"]
        images = jax.nn.relu(images) if index < 3 else jax.nn.sigmoid(images)
    return images


def vision_loss(weights, frames, noise):
    """Sum of squares plus KL with half a nat free a latent number, means over the batch."""
    images = frames.astype(jnp.float32) / 255
    mean, log_variance = encode(weights, images)
    decoded = decode(weights, mean + jnp.exp(0.5 * log_variance) * noise)
    divergence = -0.5 * (1 + log_variance - mean**2 - jnp.exp(log_variance)).sum(1)
    return ((decoded - images)**2).sum((1, 2, 3)).mean() + jnp.maximum(divergence, 0.5 * LATENT).mean()


def cell(weights, state, x):
    """One step of the LSTM; `x` is the input's share of the gates."""
    hidden, memory = state
    i, f, g, o = jnp.split(x + hidden @ weights["recurrent_weight"], 4, -1)
    memory = jax.nn.sigmoid(f) * memory + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(memory), memory


def mixture(weights, hidden):
    """Logits, means and log sigmas, each `[…, mixtures, latent]`."""
    numbers = hidden @ weights["output.weight"] + weights["output.bias"]
    return jnp.moveaxis(numbers.reshape(*numbers.shape[:-1], 3, MIXTURES, LATENT), -3, 0)


def memory_inputs(weights, latents, actions):
    """The input's share of the gates."""
    joined = jnp.concatenate([latents, jax.nn.one_hot(actions, ACTIONS)], -1)
    return joined @ weights["input_weight"] + weights["bias"]


def memory_loss(weights, latents, actions):
    """Nats a number of the next latents; sequences are `[time, batch, …]`."""
    gates = memory_inputs(weights, latents[:-1], actions)
    start = (jnp.zeros((BATCH, HIDDEN)),) * 2

    def step(state, x):
        state = cell(weights, state, x)
        return state, state[0]

    _, hidden = lax.scan(step, start, gates)
    logits, means, log_sigmas = mixture(weights, hidden)
    distance = (latents[1:, :, None] - means) * jnp.exp(-log_sigmas)
    densities = jax.nn.log_softmax(logits, -2) - 0.5 * distance**2 - log_sigmas - 0.9189385332046727
    return -jax.nn.logsumexp(densities, -2).mean()


def adam(loss_of, rate, clip=None):
    """A jitted training step of Adam, gradients perhaps clipped by value."""

    def step(weights, first, second, count, *data):
        loss, gradients = jax.value_and_grad(loss_of)(weights, *data)
        if clip:
            gradients = jax.tree.map(lambda g: jnp.clip(g, -clip, clip), gradients)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        scale, root = rate / (1 - 0.9**count), jnp.sqrt(1 - 0.999**count)
        weights = jax.tree.map(
            lambda w, m, v: w - scale * m / (jnp.sqrt(v) / root + 1e-8), weights, first, second)
        return weights, first, second, count + 1, loss

    return jax.jit(step, donate_argnums=(0, 1, 2, 3))


def training(loss_of, weights, rate, data, clip=None):
    """A step that trains and waits for the loss."""
    take, zeros = adam(loss_of, rate, clip), lambda: jax.tree.map(jnp.zeros_like, weights)
    state = [weights, zeros(), zeros(), jnp.float32(1)]

    def step():
        *state[:], loss = take(*state, *data())
        return float(loss)

    return step


def arrays(weights):
    return {name: jnp.asarray(value) for name, value in weights.items()}


def vision_training():
    frames, rng = inputs.frames(BATCH), np.random.default_rng(0)
    noise = lambda: rng.standard_normal((BATCH, LATENT), dtype=np.float32)
    return training(vision_loss, arrays(inputs.vision_weights()), 1e-4, lambda: (frames, noise()))


def vision_encoding(count):
    weights, frames = arrays(inputs.vision_weights()), inputs.frames(count)
    encoded = jax.jit(lambda frames: encode(weights, frames.astype(jnp.float32) / 255)[0])
    return lambda: np.asarray(encoded(frames))


def memory_training():
    latents, actions = inputs.sequences(BATCH, LENGTH)
    data = jnp.asarray(latents.swapaxes(0, 1)), jnp.asarray(actions.T)
    return training(memory_loss, arrays(inputs.memory_weights()), 1e-3, lambda: data, clip=1.0)


def dream(count):
    weights = arrays(inputs.memory_weights())

    @jax.jit
    def advance(key, latents, actions, state):
        key, choosing, drawing = jax.random.split(key, 3)
        state = cell(weights, state, memory_inputs(weights, latents, actions))
        logits, means, log_sigmas = mixture(weights, state[0])
        chosen = jax.random.categorical(choosing, logits, axis=-2)[:, None]
        pick = lambda values: jnp.take_along_axis(values, chosen, -2)[:, 0]
        return key, pick(means) + jnp.exp(pick(log_sigmas)) * jax.random.normal(drawing, latents.shape), state

    actions = np.zeros(count, np.int32)
    now = [jax.random.key(0), jnp.zeros((count, LATENT)), (jnp.zeros((count, HIDDEN)),) * 2]

    def step():
        now[:] = advance(now[0], now[1], actions, now[2])
        return np.asarray(now[1])

    return step


def run(name, unit, items, make):
    """Makes and measures one name, where it is asked for."""
    if not selected(name, options.names):
        return
    try:
        rates = measure(make(), options.seconds)
    except Exception as error:  # what fails must not keep the others from being measured
        print(f"jax: {name}: {error}", file=sys.stderr)
        return
    report("JAX " + jax.__version__, f"jit, {THREADS} thread{'s' * (THREADS > 1)}", name, unit, items, THREADS, rates)


run("vision.train", "frames/s", BATCH, vision_training)
for count in (1, 16, 64):
    run(f"vision.encode.{count}", "frames/s", count, lambda: vision_encoding(count))
run("memory.train", "tokens/s", BATCH * LENGTH, memory_training)
for count in (1, 64, 256):
    run(f"dream.step.{count}", "steps/s", count, lambda: dream(count))
