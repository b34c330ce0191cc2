"""A run's networks as ONNX files, for programs that have neither this package nor Swift.

What is exported is World Models' own: V of convolutional layers with Gaussian latents, M, and a controller of CMA-ES.
Layouts and meanings are those of docs/checkpoints.md.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ._native import InvalidArgument
from .run import Run

OPSET = 17
IR_VERSION = 8
_MOST_HEADER = 100_000_000


def export(run, folder):
    """Writes `encoder`, `decoder`, and where there are such `memory` and `controller`, each as NAME.onnx.

    run: a `Run`, or its folder.
    folder: where they go; made where it is lacking.
    Returns their paths by name.
    """
    opened = Run.of(run)
    where = Path(opened.path)
    about = opened.about
    settings = about["settings"]
    vision = _tensors(where / "checkpoints" / "vision.safetensors")
    _check(settings, about, vision)
    graphs = {"encoder": _encoder(vision, settings, about), "decoder": _decoder(vision, about)}
    if settings["model.kind"] == "mixtureMemory":
        memory = _tensors(where / "checkpoints" / "memory.safetensors")
        graphs["memory"] = _memory(memory, settings, about)
    if about["hasAgent"] and settings["learner.kind"] == "evolution":
        graphs["controller"] = _controller(_tensors(where / "checkpoints" / "controller.safetensors"), settings, about)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, graph in graphs.items():
        model = graph.model(name, f"{name} of {about['world'] or 'frames'}, by umwelt")
        onnx.checker.check_model(model, full_check=True)
        paths[name] = folder / f"{name}.onnx"
        onnx.save(model, paths[name])
    return paths


class _Graph:
    """An ONNX graph in the making; names of results are given out by number."""

    def __init__(self):
        self.nodes, self.weights, self.inputs, self.outputs = [], [], [], []

    def take(self, name, kind, *shape):
        self.inputs.append(helper.make_tensor_value_info(name, kind, ["count", *shape]))
        return name

    def give(self, name, value, *shape, kind=TensorProto.FLOAT):
        self.nodes.append(helper.make_node("Identity", [value], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, kind, ["count", *shape]))

    def hold(self, array, dtype=np.float32):
        name = f"weight{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array, dtype), name))
        return name

    def do(self, operation, *inputs, **attributes):
        name = f"{operation.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def dense(self, x, weight, bias):
        """x · W + b, W as `[input, output]`."""
        return self.do("Gemm", x, self.hold(weight), self.hold(bias))

    def part(self, x, first, last):
        """Columns first..<last."""
        return self.do("Slice", x, *(self.hold([number], np.int64) for number in (first, last, 1)))

    def shaped(self, x, *shape):
        return self.do("Reshape", x, self.hold([-1, *shape], np.int64))

    def model(self, name, words):
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs, self.weights)
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="umwelt",
            doc_string=words)


def _encoder(v, settings, about):
    """uint8 frames `[count, height, width, channel]` to `mean` and `log_variance` `[count, latent]`."""
    graph = _Graph()
    x = graph.do("Cast", graph.take("frames", TensorProto.UINT8, *about["frameShape"]), to=TensorProto.FLOAT)
    x = graph.do("Transpose", graph.do("Div", x, graph.hold(255)), perm=[0, 3, 1, 2])
    for layer in range(_layers(v, "encoder")):
        # [row, column, in, out] to [out, in, row, column].
        weight, bias = (v[f"model.encoder.{layer}.{part}"] for part in ("weight", "bias"))
        x = graph.do("Conv", x, graph.hold(weight.transpose(3, 2, 0, 1)), graph.hold(bias), strides=[2, 2])
        x = graph.do("Relu", x)
    flat = graph.shaped(graph.do("Transpose", x, perm=[0, 2, 3, 1]), len(v["model.mean.weight"]))
    size = about["latentSize"]
    graph.give("mean", graph.dense(flat, v["model.mean.weight"], v["model.mean.bias"]), size)
    said = graph.dense(flat, v["model.log_variance.weight"], v["model.log_variance.bias"])
    low, high = (graph.hold(float(settings[f"model.logVariance{end}"])) for end in ("Low", "High"))
    graph.give("log_variance", graph.do("Clip", said, low, high), size)
    return graph


def _decoder(v, about):
    """`latents` `[count, latent]` to `pixels` `[count, height, width, channel]` in 0...1."""
    graph = _Graph()
    x = graph.dense(
        graph.take("latents", TensorProto.FLOAT, about["latentSize"]), v["model.expand.weight"], v["model.expand.bias"])
    layers = _layers(v, "decoder")
    height, width = (_first_side(side, layers) for side in about["frameShape"][:2])
    channels = v["model.decoder.0.weight"].shape[3]
    x = graph.do("Transpose", graph.shaped(x, height, width, channels), perm=[0, 3, 1, 2])
    for layer in range(layers):
        # [row, column, out, in] to [in, out, row, column].
        weight, bias = (v[f"model.decoder.{layer}.{part}"] for part in ("weight", "bias"))
        x = graph.do("ConvTranspose", x, graph.hold(weight.transpose(3, 2, 0, 1)), graph.hold(bias), strides=[2, 2])
        x = graph.do("Relu" if layer < layers - 1 else "Sigmoid", x)
    graph.give("pixels", graph.do("Transpose", x, perm=[0, 2, 3, 1]), *about["frameShape"])
    return graph


def _memory(m, settings, about):
    """A step of M: `latent`, `action` as it reads it, `hidden` and `cell` to the new ones and to what it says of what comes.

    `log_weights` `[count, K]`, or `[count, K, latent]`; `means` and `log_sigmas` `[count, K, latent]`; `reward` and
    `end_logit` `[count, 1]` where it foretells them. With takesRestart, `restart` `[count, 1]` is 1 at first steps.
    """
    graph = _Graph()
    latents, count = about["latentSize"], int(settings["model.memory.mixtures"])
    units = len(m["model.recurrent.recurrent_weight"])
    restarts = settings["model.memory.takesRestart"] == "true"
    numbers = len(m["model.recurrent.input_weight"]) - latents - restarts
    parts = [graph.take("latent", TensorProto.FLOAT, latents), graph.take("action", TensorProto.FLOAT, numbers)]
    if restarts:
        parts.append(graph.take("restart", TensorProto.FLOAT, 1))
    hidden, cell = (graph.take(name, TensorProto.FLOAT, units) for name in ("hidden", "cell"))
    seen = graph.dense(graph.do("Concat", *parts, axis=1), m["model.recurrent.input_weight"], m["model.recurrent.bias"])
    gates = graph.do("Add", seen, graph.do("MatMul", hidden, graph.hold(m["model.recurrent.recurrent_weight"])))
    i, f, g, o = (graph.part(gates, gate * units, (gate + 1) * units) for gate in range(4))
    kept = graph.do("Mul", graph.do("Sigmoid", f), cell)
    cell = graph.do("Add", kept, graph.do("Mul", graph.do("Sigmoid", i), graph.do("Tanh", g)))
    hidden = graph.do("Mul", graph.do("Sigmoid", o), graph.do("Tanh", cell))
    graph.give("hidden_next", hidden, units)
    graph.give("cell_next", cell, units)
    row = graph.dense(hidden, m["model.output.weight"], m["model.output.bias"])
    shares = settings["model.memory.sharesMixture"] == "true"
    logits, size = count if shares else count * latents, count * latents
    weights = graph.shaped(graph.part(row, 0, logits), *((count,) if shares else (count, latents)))
    graph.give("log_weights", graph.do("LogSoftmax", weights, axis=1), *((count,) if shares else (count, latents)))
    graph.give("means", graph.shaped(graph.part(row, logits, logits + size), count, latents), count, latents)
    low, high = (graph.hold(float(settings[f"model.memory.logSigma{end}"])) for end in ("Low", "High"))
    spread = graph.do("Clip", graph.part(row, logits + size, logits + 2 * size), low, high)
    graph.give("log_sigmas", graph.shaped(spread, count, latents), count, latents)
    place = logits + 2 * size
    if settings["model.memory.predictsReward"] == "true":
        scale = float(m.get("scale/reward", np.ones(1))[0])
        graph.give("reward", graph.do("Mul", graph.part(row, place, place + 1), graph.hold(scale)), 1)
        place += 1
    if settings["model.memory.predictsTermination"] == "true":
        graph.give("end_logit", graph.part(row, place, place + 1), 1)
    return graph


def _controller(c, settings, about):
    """`features` `[count, number]`, in the order of `learner.inputs` or `agent.input`, to `outputs`, and to `action` where
    these alone decide it: int64 `[count]`, or float `[count, component]`.
    """
    graph = _Graph()
    inputs, space, readout = len(c["scaling/mean"]), about["actions"], settings["learner.readout"]
    count = len(space.get("names") or space["bounds"])
    outputs = 1 if readout == "parts" else count
    x = graph.do("Sub", graph.take("features", TensorProto.FLOAT, inputs), graph.hold(c["scaling/mean"]))
    x, limit = graph.do("Mul", x, graph.hold(c["scaling/factor"])), float(c["scaling/limit"][0])
    if np.isfinite(limit):
        x = graph.do("Clip", x, graph.hold(-limit), graph.hold(limit))
    numbers, width = c["best/parameters"], inputs
    units = [hidden for hidden in (int(settings["learner.hiddenUnits"]),) if hidden] + [outputs]
    for number, rows in enumerate(units):
        weight, numbers = numbers[:rows * width].reshape(rows, width), numbers[rows * width:]
        bias = np.zeros(rows)
        if settings["learner.bias"] == "true":
            bias, numbers = numbers[:rows], numbers[rows:]
        x, width = graph.dense(x, weight.T, bias), rows
        x = graph.do("Tanh", x) if number < len(units) - 1 else x
    graph.give("outputs", x, outputs)
    if space["kind"] == "continuous":
        low, high = np.array(space["bounds"], np.float32).T
        half = graph.do("Mul", graph.do("Add", graph.do("Tanh", x), graph.hold(1)), graph.hold((high - low) / 2))
        graph.give("action", graph.do("Add", half, graph.hold(low)), count)
    elif readout == "parts":
        actions = json.loads(settings["learner.partActions"]) or list(range(count))
        share = graph.do("Mul", graph.do("Add", graph.do("Tanh", x), graph.hold(1)), graph.hold(len(actions) / 2))
        kept = graph.do("Clip", share, graph.hold(0), graph.hold(len(actions) - 1))
        place = graph.do("Cast", kept, to=TensorProto.INT64)
        chosen = graph.do("Gather", graph.hold(actions, np.int64), place)
        graph.give("action", graph.do("Reshape", chosen, graph.hold([-1], np.int64)), kind=TensorProto.INT64)
    elif readout == "greatest":
        graph.give("action", graph.do("ArgMax", x, axis=1, keepdims=0), kind=TensorProto.INT64)
    return graph


def _layers(v, part):
    return sum(name.startswith(f"model.{part}.") and name.endswith(".weight") for name in v)


def _first_side(side, layers):
    """The side of the map that the decoder begins with."""
    for _ in range(layers):
        side = (side - 3) // 2 if side % 2 else (side - 4) // 2
    return side


def _check(settings, about, vision):
    """Refuses networks of other kinds."""
    kind = settings["model.kind"]
    if kind not in ("autoencoder", "mixtureMemory") or about["frameKind"] != "pictures":
        raise InvalidArgument(f"onnx: the model is of kind '{kind}' on {about['frameKind']}; give an autoencoder of pictures")
    likelihood = settings["model.likelihood"]
    if about["latentKind"] != "gaussian" or likelihood == "categorical" or "model.encoder.0.weight" not in vision or (
            vision["model.encoder.0.weight"].ndim != 4 or settings.get("model.network", "convolutional") != "convolutional"):
        raise InvalidArgument(
            f"onnx: V has {about['latentKind']} latents, the likelihood {likelihood} and the network "
            f"{settings.get('model.network')}; what is exported are convolutional layers with Gaussian latents and pixels")


def _tensors(path):
    """All tensors of a safetensors file of numbers, by name."""
    try:
        data = path.read_bytes()
        length = int.from_bytes(data[:8], "little")
        if not 2 <= length <= min(_MOST_HEADER, len(data) - 8):
            raise ValueError("its header is longer than the file")
        header, body, kinds = json.loads(data[8:8 + length]), data[8 + length:], {"F32": "<f4", "F64": "<f8"}
        return {
            name: np.frombuffer(body[slice(*entry["data_offsets"])], kinds[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__" and entry["dtype"] in kinds}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidArgument(f"{path}: it cannot be read ({error}); put it back as it was written") from None
