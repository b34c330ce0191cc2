"""Weights, frames and noise from named random streams: the same bits as the Swift program draws.

Stream `a/b` of a root seed is NumPy's PCG64 on SeedSequence(root, spawn_key = the name's UTF-8 bytes).
"""
import numpy as np

SEED = 20
SIDE = 64


def stream(name, root=SEED):
    """The generator of a named stream."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(root, spawn_key=tuple(name.encode()))))


def frames(count, root=SEED):
    """`[count, 64, 64, 3]` uint8: rectangles of random colours on a dark ground."""
    rng = stream("benchmark/frames", root)
    draw = lambda low, high: int(rng.integers(low, high))
    pictures = np.zeros((count, SIDE, SIDE, 3), np.uint8)
    for picture in pictures:
        picture[:] = [draw(0, 64) for _ in range(3)]
        for _ in range(6):
            left, top = draw(0, 56), draw(0, 56)
            width, height = draw(4, 40), draw(4, 40)
            picture[top:top + height, left:left + width] = [draw(0, 256) for _ in range(3)]
    return pictures


def digits(count, root=SEED):
    """`[count, 784]` uint8: four of five pixels 0, the others of any grey."""
    rng = stream("benchmark/digits", root)
    levels = rng.integers(0, 256, (count, 784)).astype(np.uint8)
    return np.where(rng.random((count, 784)) < 0.2, levels, 0).astype(np.uint8)


def uniform(rng, shape, fan_in):
    """Fresh weights: uniform within ±1/√fan_in, drawn in double and rounded to single precision."""
    bound = float(np.float32(1) / np.sqrt(np.float32(max(1, fan_in))))
    return rng.uniform(-bound, bound, shape).astype(np.float32)


def vision_noise(step, count, latent, root=SEED):
    """The reparameterisation's noise of one training step, `[count, latent]`."""
    return stream(f"vision/noise/{step}", root).standard_normal((count, latent), dtype=np.float32)


def vision_weights(width=32, latent=32, root=SEED):
    """V's weights by name, in the program's layouts and in the order in which it draws them.

    Convolutions `[k, k, in, out]`, transposed ones `[k, k, out, in]`, dense ones `[in, out]`.
    """
    rng = stream("vision/weights", root)
    weights = {}

    def layer(name, shape, fan_in, outputs):
        weights[name + ".weight"] = uniform(rng, shape, fan_in)
        weights[name + ".bias"] = uniform(rng, (outputs,), fan_in)

    inputs = 3
    for index, factor in enumerate((1, 2, 4, 8)):
        outputs = width * factor
        layer(f"encoder.{index}", (4, 4, inputs, outputs), 16 * inputs, outputs)
        inputs = outputs
    for name in ("mean", "log_variance"):
        layer(name, (32 * width, latent), 32 * width, latent)
    layer("expand", (latent, 32 * width), latent, 32 * width)
    inputs = 32 * width
    for index, (kernel, outputs) in enumerate(((5, 4 * width), (5, 2 * width), (6, width), (6, 3))):
        layer(f"decoder.{index}", (kernel, kernel, outputs, inputs), kernel * kernel * outputs, outputs)
        inputs = outputs
    return weights


def sequences(count, length, latent=32, actions=3, root=SEED):
    """Latents that drift and the actions beside them: `[count, length + 1, latent]`, `[count, length]`."""
    noise = stream("benchmark/sequences", root).standard_normal((count, length + 1, latent), dtype=np.float32)
    latents = noise.copy()
    for time in range(1, length + 1):
        latents[:, time] = np.float32(0.9) * latents[:, time - 1] + np.float32(0.4) * noise[:, time]
    return latents, stream("benchmark/choices", root).integers(0, actions, (count, length))


def memory_weights(latent=32, actions=3, hidden=256, mixtures=5, root=SEED):
    """M's weights by name, in the program's layouts and in the order in which it draws them.

    Dense ones `[in, out]`; gates i, f, g, o; outputs logits, means, log sigmas, each `[mixtures][latent]`.
    """
    rng = stream("memory/weights", root)
    weights = {
        "input_weight": uniform(rng, (latent + actions, 4 * hidden), hidden),
        "recurrent_weight": uniform(rng, (hidden, 4 * hidden), hidden),
        "bias": uniform(rng, (4 * hidden,), hidden),
    }
    weights["bias"][hidden:2 * hidden] += np.float32(1)
    weights["output.weight"] = uniform(rng, (hidden, 3 * mixtures * latent), hidden)
    weights["output.bias"] = uniform(rng, (3 * mixtures * latent,), hidden)
    return weights
