"""Computes with NumPy alone what a run's checkpoints say, and compares it with what the run wrote.

    python3 reproduce.py RUN ROLLOUT

RUN is a finished run's folder. ROLLOUT is a folder of its world and controller, recorded as V sees it:

    umwelt rollout WORLD --policy RUN --episodes 4 --observation pixels64 --save ROLLOUT

`docs/checkpoints.md` explains the layouts. Prints a line per comparison; ends with 1 where one fails.

Both sides compute in single precision, in other orders: latents, errors and nats agree to about 1e-6, and
the limit of 1e-4 leaves room for wider layers. An action may differ where two outputs are all but equal.
"""

import json
import sys

import numpy as np


# --- reading -----------------------------------------------------------------------------------


def read_tensors(path):
    """All tensors of a safetensors file, by name."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    types = {"F32": "<f4", "F64": "<f8", "I64": "<i8"}
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] not in types:
            continue
        first, last = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[first:last], types[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def read_settings(path):
    """`config.yaml` as {"group.key": text}, groups within groups too; lists become lists of texts."""
    settings, groups, last = {}, [], ""
    for line in open(path, encoding="utf-8"):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("- "):
            settings[last] = (settings[last] or []) + [text[2:]]
            continue
        name, _, value = text.partition(":")
        depth = (len(line) - len(line.lstrip(" "))) // 2
        groups = groups[:depth] + [name]
        last = ".".join(groups)
        settings[last] = value.strip() if value.strip() not in ("", "[]") else []
    return settings


def read_shards(folder):
    """The arrays of a data set, shards joined, and (seed, first frame, first step, steps) an episode."""
    index = json.load(open(f"{folder}/index.json", encoding="utf-8"))
    names = ("frames", "actions", "rewards", "terminated")
    parts, episodes, frames, steps = {name: [] for name in names}, [], 0, 0
    for shard in index["shards"]:
        for name in names:
            parts[name].append(np.load(f"{folder}/{shard['name']}-{name}.npy"))
        done = 0
        for seed, first, count in np.load(f"{folder}/{shard['name']}-episodes.npy").tolist():
            episodes.append((seed, frames + first, steps + done, count))
            done += count
        frames, steps = frames + shard["frames"], steps + shard["steps"]
    return {name: np.concatenate(parts[name]) for name in names}, episodes


def stream(root, name):
    """The random stream of a root seed that is called `name`."""
    seeds = np.random.SeedSequence(root, spawn_key=tuple(name.encode()))
    return np.random.Generator(np.random.PCG64(seeds))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# --- V -----------------------------------------------------------------------------------------


# V encodes
def convolve(x, weight, bias, stride=2):
    size, outputs = weight.shape[0], weight.shape[3]
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nyxiab,abio->nyxo", windows, weight, optimize=True) + bias


def say(v, frames, *heads):
    """What the encoder's last layers say of frames [n, 64, 64, channels] of uint8, each [n, outputs]."""
    x = frames.astype(np.float32) / 255
    for layer in range(4):
        x = np.maximum(0, convolve(x, v[f"model.encoder.{layer}.weight"], v[f"model.encoder.{layer}.bias"]))
    x = x.reshape(len(x), -1)
    return [x @ v[f"model.{head}.weight"] + v[f"model.{head}.bias"] for head in heads]


def encode(v, frames, low=-12.0, high=6.0):
    """Frames -> means and log variances of Gaussian latents, each [n, latentSize]."""
    mean, log_variance = say(v, frames, "mean", "log_variance")
    return mean, np.clip(log_variance, low, high)


def encode_codes(v, frames, groups, share=0.01):
    """Frames -> latents of codes, [n, latentSize]: vectors of the book, or the chances of categories."""
    (numbers,) = say(v, frames, "vectors" if "model.book" in v else "logits")
    rows = numbers.reshape(len(frames), groups, -1)
    if "model.book" in v:
        distances = np.sum((rows[:, :, None] - v["model.book"]) ** 2, axis=3)
        return v["model.book"][np.argmin(distances, axis=2)].reshape(len(frames), -1)
    chances = np.exp(rows - rows.max(axis=2, keepdims=True))
    chances = (1 - share) * chances / chances.sum(axis=2, keepdims=True) + share / rows.shape[2]
    return chances.reshape(len(frames), -1)


def draw_codes(chances, groups, noise):
    """One category of each group, one hot, of the chances [latentSize] of a frame."""
    rows = chances.reshape(groups, -1)
    points = noise.random(groups).astype(np.float32)
    places = [np.argmax(np.append(np.cumsum(row[:-1]), np.inf) > point) for row, point in zip(rows, points)]
    return np.eye(rows.shape[1], dtype=np.float32)[places].reshape(-1)


# V decodes
def convolve_transposed(x, weight, bias, stride=2):
    count, height, width, _ = x.shape
    size, outputs = weight.shape[0], weight.shape[2]
    y = np.zeros((count, (height - 1) * stride + size, (width - 1) * stride + size, outputs), np.float32)
    for a in range(size):
        for b in range(size):
            y[:, a : a + stride * height : stride, b : b + stride * width : stride] += x @ weight[a, b].T
    return y + bias


def decode(v, latents):
    """Latents [n, latentSize] -> pixels [n, 64, 64, channels] in 0...1."""
    x = (latents @ v["model.expand.weight"] + v["model.expand.bias"])[:, None, None, :]
    for layer in range(4):
        x = convolve_transposed(x, v[f"model.decoder.{layer}.weight"], v[f"model.decoder.{layer}.bias"])
        x = np.maximum(0, x) if layer < 3 else sigmoid(x)
    return x


# V's prior
def prior_log_density(v, latents):
    """log p of latents [n, latentSize] in the fitted mixture, [n]; in double precision."""
    parts = []
    for weight, mean, spread in zip(*(v[f"prior/{n}"] for n in ("weights", "means", "covariances"))):
        factor = np.linalg.cholesky(spread if spread.ndim == 2 else np.diag(spread))
        turned = np.linalg.solve(factor, (latents - mean).T)
        peak = np.log(weight) - np.sum(np.log(np.diag(factor))) - 0.5 * len(mean) * np.log(2 * np.pi)
        parts.append(peak - 0.5 * np.sum(turned**2, axis=0))
    return np.logaddexp.reduce(parts)


def codes_log_density(v, codes):
    """log p of codes [n, groups] in the fitted mixture, [n]; in double precision."""
    parts = []
    for weight, shares in zip(v["prior/weights"], v["prior/shares"]):
        parts.append(np.log(weight) + sum(np.log(shares[g][codes[:, g]]) for g in range(codes.shape[1])))
    return np.logaddexp.reduce(parts)


# --- M -----------------------------------------------------------------------------------------


# M steps
def advance(m, x, hidden, cell):
    """One step of the LSTM: x is [latent, action] (and, with takesRestart, 1 at an episode's first step)."""
    gates = x @ m["model.recurrent.input_weight"] + hidden @ m["model.recurrent.recurrent_weight"]
    i, f, g, o = np.split(gates + m["model.recurrent.bias"], 4, axis=-1)
    cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(cell), cell


def read_out(m, hidden, latents, mixtures, shares, reward, termination, low=-7.0, high=7.0):
    """What M says of the next latent: log weights [K, latents], means, sigmas, reward, logit of the end."""
    row = hidden @ m["model.output.weight"] + m["model.output.bias"]
    logits, size = (mixtures if shares else mixtures * latents), mixtures * latents
    weights = row[:logits].reshape(mixtures, 1 if shares else latents)
    weights = weights - np.log(np.sum(np.exp(weights - weights.max(0)), axis=0)) - weights.max(0)
    means, log_sigmas = row[logits : logits + 2 * size].reshape(2, mixtures, latents)
    heads = list(row[logits + 2 * size :])
    reward = heads.pop(0) * m.get("scale/reward", [1])[0] if reward else None
    return weights, means, np.exp(np.clip(log_sigmas, low, high)), reward, heads[0] if termination else None


def nats(latent, weights, means, sigmas):
    """-log p of the latent that came, all dimensions together."""
    logs = -0.5 * ((latent - means) / sigmas) ** 2 - np.log(sigmas) - 0.5 * np.log(2 * np.pi)
    if weights.shape[1] == 1:
        logs, weights = logs.sum(1, keepdims=True), weights
    joint = weights + logs
    top = joint.max(0)
    return -np.sum(top + np.log(np.exp(joint - top).sum(0)))


def encode_action(action, count, encoding):
    """An action as M reads it: one-hot, or the middle of its part of -1...1; numbers as they are."""
    if np.ndim(action):
        return action
    if encoding == "parts":
        return np.array([(2 * action + 1 - count) / count], np.float32)
    return np.eye(count, dtype=np.float32)[action]


# --- C -----------------------------------------------------------------------------------------


# C acts
def outputs_of(c, observation, hidden_units, outputs, bias):
    """C's outputs for an observation: [z], [z, h] or [z, c, h]."""
    limit, p = c["scaling/limit"][0], c["best/parameters"].astype(np.float32)
    x = np.clip((observation - c["scaling/mean"]) * c["scaling/factor"], -limit, limit).astype(np.float32)
    for units in ([hidden_units, outputs] if hidden_units else [outputs]):
        weight, p = p[: units * len(x)].reshape(units, len(x)), p[units * len(x) :]
        offset, p = (p[:units], p[units:]) if bias else (0, p)
        x = weight @ x + offset
        x = np.tanh(x) if len(p) else x
    return x


def act(outputs, readout, part_actions, point, bounds=()):
    """The action that outputs stand for; `point` in 0..<1 cuts the probabilities of `sampled`."""
    if len(bounds):
        low, high = np.array(bounds, np.float32).T
        return low + (np.tanh(outputs) + 1) / 2 * (high - low)
    if readout == "parts":
        share = (np.tanh(outputs[0]) + 1) / 2 * len(part_actions)
        return part_actions[min(len(part_actions) - 1, max(0, int(share)))]
    if readout == "sampled":
        weights = np.exp(outputs.astype(np.float64) - outputs.max())
        return int(np.sum(np.cumsum(weights) <= point * weights.sum()))
    return int(np.argmax(outputs))


# --- comparing ---------------------------------------------------------------------------------


def compare(name, found, most):
    good = bool(found <= most)
    print(f"{'ok    ' if good else 'FAILED'} {name}: {found:.3g} (at most {most:g})")
    return good


class Run:
    """A run's checkpoints and settings."""

    def __init__(self, folder):
        self.folder = folder
        self.settings = read_settings(f"{folder}/config.yaml")
        self.v = read_tensors(f"{folder}/checkpoints/vision.safetensors")
        self.c = read_tensors(f"{folder}/checkpoints/controller.safetensors")
        self.has_memory = self.text("model.kind") == "mixtureMemory"
        if self.has_memory:
            self.m = read_tensors(f"{folder}/checkpoints/memory.safetensors")
        self.groups = int(self.number("model.latent.groups")) if "model.mean.bias" not in self.v else 0
        self.latents = len(self.v["model.expand.weight"])
        actions = json.load(open(f"{folder}/data/index.json", encoding="utf-8"))["actions"]
        self.bounds = actions.get("bounds", [])
        self.action_count = len(self.bounds or actions["names"])
        self.summary = json.load(open(f"{folder}/summary.json", encoding="utf-8"))

    def text(self, name):
        return self.settings[name]

    def is_on(self, name):
        return self.text(name) == "true"

    def number(self, name):
        return float(self.text(name))

    def fields(self):
        """What C reads, in order."""
        return self.text("learner.inputs") or self.text("agent.input")

    def encode(self, frames):
        if self.groups:
            share = self.number("model.latent.uniformShare")
            parts = [encode_codes(self.v, frames[i : i + 100], self.groups, share) for i in range(0, len(frames), 100)]
            return np.concatenate(parts), None
        bounds = self.number("model.logVarianceLow"), self.number("model.logVarianceHigh")
        parts = [encode(self.v, frames[i : i + 100], *bounds) for i in range(0, len(frames), 100)]
        return tuple(np.concatenate(p) for p in zip(*parts))

    def memory_input(self, latent, action, is_first):
        parts = [latent, encode_action(action, self.action_count, self.text("model.memory.actionEncoding"))]
        if self.is_on("model.memory.takesRestart"):
            parts.append(np.array([1.0 if is_first else 0.0]))
        return np.concatenate(parts).astype(np.float32)

    def start(self):
        if not self.has_memory:
            return None
        return (np.zeros(len(self.m["model.recurrent.recurrent_weight"]), np.float32),) * 2

    def check_vision(self):
        data, episodes = read_shards(f"{self.folder}/data")
        found, good = self.encode(data["frames"]), []
        if self.has_memory:  # what M learnt from is kept
            for name, mine in zip(("means", "log-variances"), found):
                its = np.load(f"{self.folder}/latents/latent-{name}.npy")
                good.append(compare(f"V's {name}, greatest difference", np.abs(mine - its).max(), 1e-4))
        every = int(self.number("collect.heldOutEvery"))
        rows = np.concatenate([np.arange(f, f + n + 1) for _, f, _, n in episodes[::every]])
        if len(rows) > 4000:
            rows = rows[np.arange(4000) * (len(rows) - 1) // 3999]
        if "prior/weights" in self.v:
            good.append(self.check_prior(found[0][rows], None if self.groups else found[1][rows]))
        error = 0.0
        for part in np.array_split(rows, max(1, len(rows) // 100)):
            shown = np.floor(decode(self.v, found[0][part]) * 255 + 0.5) / 255
            error += np.sum((shown - data["frames"][part] / 255.0) ** 2)
        said = self.summary["vision"]["reconstruction"]
        difference = abs(error / len(rows) / said - 1)
        return all(good + [compare("V's reconstruction error, relative difference", difference, 1e-4)])

    def draw(self, mean, log_variance, noise):
        """A latent of a frame; of codes `noise` gives a number for each group, else one for each number."""
        if "model.book" in self.v:
            return mean
        if self.groups:
            return draw_codes(mean, self.groups, noise)
        return (mean + np.exp(log_variance / 2) * noise.standard_normal(self.latents)).astype(np.float32)

    def check_codes(self, means):
        noise, rows = stream(int(self.number("seed")), "prior/heldOut"), []
        for mean in means:
            drawn = self.draw(mean, None, noise).reshape(self.groups, -1)
            if "model.book" in self.v:
                distances = np.sum((drawn[:, None] - self.v["model.book"]) ** 2, axis=2)
                rows.append(np.argmin(distances, axis=1))
            else:
                rows.append(np.argmax(drawn, axis=1))
        even = self.groups * np.log(self.number("model.latent.classes"))
        gain, said = np.mean(codes_log_density(self.v, np.array(rows))) + even, self.summary["vision"]["priorGain"]
        # A draw may fall on the other side of a chance's last digit: one code of thousands.
        return compare("the prior's gain, relative difference", abs(gain - said) / max(1, abs(said)), 1e-3)

    def check_prior(self, means, log_variances):
        if self.groups:
            return self.check_codes(means)
        noise = stream(int(self.number("seed")), "prior/heldOut").standard_normal(means.shape)
        drawn = (means + np.exp(log_variances / 2) * noise).astype(np.float64)
        standard = -0.5 * np.sum(drawn**2 + np.log(2 * np.pi), axis=1)
        gain, said = np.mean(prior_log_density(self.v, drawn) - standard), self.summary["vision"]["priorGain"]
        # Along its narrowest direction a component tells single precision's last digits apart.
        return compare("the prior's gain, relative difference", abs(gain - said) / max(1, abs(said)), 1e-3)

    def check_memory(self):
        data, episodes = read_shards(f"{self.folder}/data")
        folder = f"{self.folder}/latents"
        means, log_variances = np.load(f"{folder}/latent-means.npy"), np.load(f"{folder}/latent-log-variances.npy")
        root, total, steps = int(self.number("seed")), 0.0, 0

        def draw(frame):  # the run's own draw: the stream is named after the frame
            noise = stream(root, f"memory/sample/{frame}").standard_normal(self.latents)
            return (means[frame] + np.exp(log_variances[frame] / 2) * noise).astype(np.float32)

        sizes = [self.latents, int(self.number("model.memory.mixtures"))]
        sizes += [self.is_on(f"model.memory.{n}") for n in ("sharesMixture", "predictsReward", "predictsTermination")]
        sizes += [self.number(f"model.memory.{n}") for n in ("logSigmaLow", "logSigmaHigh")]
        for _, first, step, count in episodes[:: int(self.number("collect.heldOutEvery"))]:
            if steps >= 20_000:
                break
            hidden, cell = self.start()
            for t in range(count):
                x = self.memory_input(draw(first + t), data["actions"][step + t], t == 0)
                hidden, cell = advance(self.m, x, hidden, cell)
                weights, mu, sigma, _, _ = read_out(self.m, hidden, *sizes)
                total += nats(draw(first + t + 1), weights, mu, sigma)
            steps += count
        said = self.summary["memory"]["nats"]
        return compare("M's nats per dimension, difference", abs(total / steps / self.latents - said), 1e-4)

    def check_controller(self, rollout):
        data, episodes = read_shards(rollout)
        means, log_variances = self.encode(data["frames"])
        readout, parts = self.text("learner.readout"), [int(a) for a in self.text("learner.partActions")]
        hidden_units, bias = int(self.number("learner.hiddenUnits")), self.is_on("learner.bias")
        outputs, different = 1 if readout == "parts" else self.action_count, 0
        for seed, first, step, count in episodes:
            state, points, noise = self.start(), stream(seed, "policy/controller"), stream(seed, "latent/sample")
            for t in range(count):
                z = means[first + t]
                if self.text("model.reading") == "sampled":
                    z = self.draw(z, None if self.groups else log_variances[first + t], noise)
                hidden, cell = state if self.has_memory else (None, None)
                shown = {"latent": z, "cell": cell, "hidden": hidden}
                seen = np.concatenate([shown[name] for name in self.fields()])
                y = outputs_of(self.c, seen, hidden_units, outputs, bias)
                point = points.random() if readout == "sampled" else 0
                taken = data["actions"][step + t]
                chosen = act(y, readout, parts or list(range(self.action_count)), point, self.bounds)
                different += np.abs(chosen - taken).max() > 1e-4 if self.bounds else chosen != taken
                if self.has_memory:
                    state = advance(self.m, self.memory_input(z, taken, t == 0), *state)
        return compare("C's actions, share that differ", different / len(data["actions"]), 0.005)


def main():
    run = Run(sys.argv[1])
    good = [run.check_vision()]
    if run.has_memory:
        good.append(run.check_memory())
    good.append(run.check_controller(sys.argv[2]))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
