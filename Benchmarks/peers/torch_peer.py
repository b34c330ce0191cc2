"""PyTorch doing the work of `umwelt bench`, in every way a user might pick.

Layouts NCHW and channels-last, one and two threads, the usual and the leanest dream step,
`torch.compile` where a compiler is at hand. The best figure of a name counts.
"""
import itertools
import math
import shutil
import sys

import torch

import inputs
from measuring import arguments, measure, report, selected
from torch_models import DenseVision, Memory, Vision

BATCH, LENGTH, ACTIONS = 100, 100, 3
options = arguments(__doc__.splitlines()[0])
thread_counts = [options.threads] if options.threads else [1, 2]


def run(name, unit, items, threads, variant, make):
    """Makes and measures one variant of one name, where it is asked for."""
    label = f"{variant}, {threads} thread{'s' * (threads > 1)}"
    if not selected(name, options.names) or (options.variant and label not in options.variant):
        return
    torch.set_num_threads(threads)
    try:
        rates = measure(make(), options.seconds)
    except Exception as error:  # one variant that fails must not keep the others from being measured
        print(f"torch: {name}, {label}: {error}", file=sys.stderr)
        return
    report("PyTorch " + torch.__version__, label, name, unit, items, threads, rates)


def vision(layout):
    """V with its weights in a layout."""
    model = Vision().load(inputs.vision_weights())
    return model.to(memory_format=torch.channels_last) if layout == "channels-last" else model


def images(frames, layout):
    """uint8 frames to images of 0...1, as a training loop does at every step."""
    pictures = frames.permute(0, 3, 1, 2)
    if layout == "NCHW":
        pictures = pictures.contiguous()
    return pictures.float().div_(255)


def vision_training(layout, compiled=False):
    model, frames = vision(layout), torch.from_numpy(inputs.frames(BATCH))
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-4)
    loss_of = torch.compile(model.loss) if compiled else model.loss

    def step():
        optimiser.zero_grad()
        loss = loss_of(images(frames, layout), torch.randn(BATCH, model.latent))
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


def vision_encoding(layout, count, compiled=False):
    model, frames = vision(layout).eval(), torch.from_numpy(inputs.frames(count))
    encode = lambda pictures: model.mean(model.encode(pictures))
    encode = torch.compile(encode) if compiled else encode

    @torch.inference_mode()
    def step():
        return encode(images(frames, layout)).numpy()

    return step


def digits(count):
    """Grey levels 0...255 of `count` pictures of 784 pixels, one in five lit."""
    return torch.from_numpy(inputs.digits(count))


def dense_training(count, samples, compiled=False):
    model, levels = DenseVision(), digits(count)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    if samples == 1:
        loss_of = lambda pictures: model.loss(pictures, torch.randn(count, model.latent))
    else:
        loss_of = lambda pictures: -model.bound(
            pictures, torch.randn(samples, count, model.latent)).mean()
    loss_of = torch.compile(loss_of) if compiled else loss_of

    def step():
        optimiser.zero_grad()
        loss = loss_of(torch.bernoulli(levels.float().div_(255)))
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


def dense_bound(samples, at_once, compiled=False):
    """log p of one picture by many samples, as many at once as go best."""
    model, picture = DenseVision().eval(), digits(1).float().div_(255).round_()
    bound = torch.compile(model.bound) if compiled else model.bound

    @torch.inference_mode()
    def step():
        parts = [bound(picture, torch.randn(at_once, 1, model.latent)) for _ in range(samples // at_once)]
        return torch.logsumexp(torch.stack(parts), 0).item()

    return step


def memory_training():
    model = Memory()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    latents, actions = torch.randn(BATCH, LENGTH + 1, 32), torch.randint(0, ACTIONS, (BATCH, LENGTH))

    def step():
        optimiser.zero_grad()
        loss = model.loss(latents, actions)
        loss.backward()
        torch.nn.utils.clip_grad_value_(model.parameters(), 1.0)
        optimiser.step()
        return loss.item()

    return step


def dream(kind, count):
    model = Memory().eval()
    step_once = model.lean_step() if kind == "lean" else model.usual_step
    latents, actions = torch.randn(count, 32), torch.randint(0, ACTIONS, (count,))
    state = model.initial_state(count, kind == "lean")

    @torch.inference_mode()
    def step():
        nonlocal latents, state
        latents, state = step_once(latents, actions, state)
        return latents.numpy()

    return step


def policy_update(compiled=False):
    """One update of proximal policy optimisation: 4 epochs of minibatches of 256 rows, two networks 64-64."""
    rows, choices, size = 2_048, 7, 256

    def network(outputs):
        tanh, linear = torch.nn.Tanh, torch.nn.Linear
        return torch.nn.Sequential(linear(148, 64), tanh(), linear(64, 64), tanh(), linear(64, outputs))

    actor, critic = network(choices), network(1)
    parameters = [*actor.parameters(), *critic.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=1e-3, eps=1e-5)
    seen, chosen = torch.randn(rows, 148), torch.randint(0, choices, (rows,))
    old, gains, returns = torch.full((rows,), -math.log(choices)), torch.randn(rows), torch.randn(rows)

    def loss(seen, chosen, old, gains, returns):
        log_p = torch.log_softmax(actor(seen), 1)
        ratio = (log_p.gather(1, chosen[:, None])[:, 0] - old).exp()
        gains = (gains - gains.mean()) / (gains.std() + 1e-8)
        policy = -torch.min(ratio * gains, ratio.clamp(0.8, 1.2) * gains).mean()
        entropy = -(log_p.exp() * log_p).sum(1).mean()
        return policy - 0.01 * entropy + 0.5 * (critic(seen)[:, 0] - returns).square().mean()

    loss_of = torch.compile(loss) if compiled else loss

    def step():
        for _ in range(4):
            for some in torch.randperm(rows).split(size):
                optimiser.zero_grad()
                value = loss_of(seen[some], chosen[some], old[some], gains[some], returns[some])
                value.backward()
                torch.nn.utils.clip_grad_norm_(parameters, 0.5)
                optimiser.step()
        return value.item()

    return step


has_compiler = shutil.which("g++") or shutil.which("clang++") or shutil.which("c++")
for threads, layout in itertools.product(thread_counts, ("NCHW", "channels-last")):
    # Compiling takes long and gains nothing on fewer threads than there are.
    compiling = [False, True] if has_compiler and threads == thread_counts[-1] else [False]
    for compiled in compiling:
        variant = layout + (", compiled" if compiled else "")
        run("vision.train", "frames/s", BATCH, threads, variant, lambda: vision_training(layout, compiled))
        for count in (1, 16, 64):
            run(f"vision.encode.{count}", "frames/s", count, threads, variant,
                lambda: vision_encoding(layout, count, compiled))
for threads in thread_counts:
    for compiled in [False, True] if has_compiler and threads == thread_counts[-1] else [False]:
        variant = "compiled" if compiled else "usual"
        run("autoencoder.mlp", "frames/s", 128, threads, variant, lambda: dense_training(128, 1, compiled))
        run("autoencoder.iwae", "frames/s", 20, threads, variant, lambda: dense_training(20, 50, compiled))
        for at_once in (500, 5_000):
            run("autoencoder.bound", "samples/s", 5_000, threads, f"{variant}, {at_once} at once",
                lambda: dense_bound(5_000, at_once, compiled))
for threads in thread_counts:
    for compiled in [False, True] if has_compiler and threads == thread_counts[-1] else [False]:
        run("ppo.update", "rows/s", 4 * 2_048, threads, "compiled" if compiled else "usual",
            lambda: policy_update(compiled))
for threads in thread_counts:
    run("memory.train", "tokens/s", BATCH * LENGTH, threads, "nn.LSTM", memory_training)
    for kind, count in itertools.product(("usual", "lean"), (1, 64, 256)):
        run(f"dream.step.{count}", "steps/s", count, threads, kind, lambda: dream(kind, count))
