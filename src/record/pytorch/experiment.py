#!/usr/bin/env python3
"""One Normscape experiment in PyTorch: the same networks, minibatches, noise and probes as in the page.

    python3 experiment.py --data data/cifar-10 --out run.json
    torchrun --nproc_per_node=4 experiment.py --data data/cifar-10 --out run.json

It needs PyTorch 1.13 or later and NumPy, and runs on CUDA where there is one, else on the CPU. With several processes
the minibatch is cut among them (DistributedDataParallel); the statistics of a normalisation stay those of the whole
minibatch. The record, run.json, opens in the page.

--data names a folder that holds either the page's own files (manifest.json and shards), or cifar-10-batches-bin as its
authors publish it. Gaussian vectors and shapes are made here, from the seed.

Definitions: "How Does Batch Normalization Help Optimization?" (Santurkar et al., NeurIPS 2018), section 2 and appendix A.
Not repeated here: random directions, sharpness and the flatness around the end point.
"""

import argparse
import datetime
import gzip
import json
import math
import os
import time

import numpy as np
import torch
import torch.distributed as dist
import torch.distributed.nn.functional as differentiable
from torch import nn
from torch.nn import functional as F

EXPERIMENT = json.loads(r"""
{}
""")

EPSILON = 1e-5  # added to variances and norms
RUNNING_WEIGHT = 0.1  # of the newest minibatch in the running statistics
HISTOGRAM_BINS, HISTOGRAM_REACH = 64, 4

# --- Random numbers by address: threefry-2x32, 20 rounds (Salmon et al., SC 2011), the same bits as in the page ---------

PURPOSE = dict(kernel=1, shuffle=2, noiseUnit=3, noiseShift=4, noiseScale=5, data=6, direction=7)


def bits(seed, purpose, layer, step, index):
    """Two words [n] at the counters (step, index); either may be an array."""
    step, index = np.broadcast_arrays(np.asarray(step, np.uint32), np.asarray(index, np.uint32))
    key = [np.uint32(seed & 0xFFFFFFFF), np.uint32(PURPOSE[purpose] << 16 | layer)]
    key.append(np.uint32(0x1BD11BDA) ^ key[0] ^ key[1])
    with np.errstate(over="ignore"):
        a, b = step + key[0], index + key[1]
        for group in range(5):
            for turn in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
                a = a + b
                b = (b << np.uint32(turn) | b >> np.uint32(32 - turn)) ^ a
            a = a + key[(group + 1) % 3]
            b = b + key[(group + 2) % 3] + np.uint32(group + 1)
    return a, b


def uniform(word):
    """In [0, 1), 24 bits."""
    return (word >> np.uint32(8)) * 2.0**-24


def normals(first, second):
    """Two standard normal numbers for each pair of words (Box-Muller): [n, 2]."""
    radius = np.sqrt(-2 * np.log(uniform(first) + 2.0**-24))
    turn = 2 * np.pi * (uniform(second) - 0.5)
    return np.stack([radius * np.cos(turn), radius * np.sin(turn)], -1)


# --- Data: x [n, height, width, channels], y classes [n] or target vectors [n, width] -----------------------------------


def load_data(experiment, folder):
    """(train x, y), (test x, y), number of classes."""
    counts = experiment["trainExamples"], experiment["testExamples"]
    if experiment["dataset"] == "gaussian":
        return gaussian(experiment["seed"], int(experiment["network"].split("x")[1]), counts)
    if experiment["dataset"] == "shapes":
        splits = [shapes(experiment["seed"], 3 + i, count) for i, count in enumerate(counts)]
        return splits[0], splits[1], 10
    if not folder:
        raise SystemExit("This experiment needs --data: a folder with the data set's files.")
    found = page_files(folder, counts) if os.path.exists(f"{folder}/manifest.json") else cifar10(folder, counts)
    return *found, 10


def page_files(folder, counts):
    """The shards that the page itself loads: gzip, first all images, then all labels, one byte each."""
    with open(f"{folder}/manifest.json") as file:
        manifest = json.load(file)
    shape, splits = manifest["shape"], []
    size = math.prod(shape)
    for split, count in zip(("train", "test"), counts):
        images, labels = [np.zeros((0, *shape), np.uint8)], [np.zeros(0, np.uint8)]
        for shard in manifest[split]:
            if sum(map(len, labels)) >= count:
                break
            with gzip.open(f"{folder}/{shard['file']}") as file:
                held = np.frombuffer(file.read(), np.uint8)
            images.append(held[: shard["examples"] * size].reshape(-1, *shape))
            labels.append(held[shard["examples"] * size :])
        splits.append((np.concatenate(images)[:count], np.concatenate(labels)[:count].astype(np.int64)))
    mean, std = np.array(manifest["mean"]), np.array(manifest["std"])
    return [(((x / 255 - mean) / std).astype(np.float32), y) for x, y in splits]


def cifar10(folder, counts):
    """CIFAR-10, binary version: records of a label and 3 x 1,024 bytes."""
    names = [f"data_batch_{n}.bin" for n in range(1, 6)], ["test_batch.bin"]
    records = [np.concatenate([np.fromfile(f"{folder}/{n}", np.uint8).reshape(-1, 3073) for n in each]) for each in names]
    images = [each[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1) for each in records]
    levels = [np.bincount(images[0][..., c].ravel(), minlength=256) / images[0][..., c].size for c in range(3)]
    byte = np.arange(256) / 255
    mean = np.array([level @ byte for level in levels])
    std = np.sqrt([level @ (byte - m) ** 2 for level, m in zip(levels, mean)])
    return [
        (((x[:count] / 255 - mean) / std).astype(np.float32), each[:count, 0].astype(np.int64))
        for x, each, count in zip(images, records, counts)
    ]


def gaussian(seed, width, counts):
    """x ~ N(0, 1), y = Ax with one A ~ N(0, 1): section 3.1's deep linear network."""

    def rows(stream, count):
        pairs = (width + 1) // 2
        first, second = bits(seed, "data", stream, np.arange(count)[:, None], np.arange(pairs)[None])
        return normals(first, second).reshape(count, 2 * pairs)[:, :width].astype(np.float32)

    matrix = rows(0, width)
    inputs = [rows(stream, count) for stream, count in zip((1, 2), counts)]
    pairs = [(x, (x.astype(np.float64) @ matrix.T.astype(np.float64)).astype(np.float32)) for x in inputs]
    return *((x.reshape(-1, 1, 1, width), y) for x, y in pairs), 0


def shapes(seed, stream, count):
    """Shapes and textures as the page draws them: class 2s + t is shape s with texture t."""
    x, y = np.empty((count, 32, 32, 3), np.float32), np.empty(count, np.int64)
    row, column = np.mgrid[0:32, 0:32].astype(float)
    palette = SHAPE_PALETTE
    for index in range(count):
        d = uniform(np.stack(bits(seed, "data", stream, index, np.arange(16)), -1)).ravel()
        label = int(10 * d[0])
        dx, dy = column - (SHAPE["centre"] + SHAPE["spread"] * d[2]), row - (SHAPE["centre"] + SHAPE["spread"] * d[3])

        def turned(angle):
            return np.cos(angle) * dx + np.sin(angle) * dy, np.cos(angle) * dy - np.sin(angle) * dx

        def light(texture, at, period, phase):
            u, v = (np.sin(2 * np.pi * each / period + phase) for each in at)
            return u > 0 if texture == 0 else u * v > 0

        at, ground = turned(2 * np.pi * d[1]), turned(2 * np.pi * d[10])
        u, v = (each / (SHAPE["radius"] + SHAPE["radiusRange"] * d[4]) for each in at)
        inside = (
            lambda: u * u + v * v < 0.81,
            lambda: np.maximum(abs(u), abs(v)) < 0.8,
            lambda: (v > -0.5) & (1.7320508 * abs(u) + v < 1),
            lambda: (u * u + v * v < 1) & (u * u + v * v > 0.3),
            lambda: (np.minimum(abs(u), abs(v)) < 0.33) & (np.maximum(abs(u), abs(v)) < 1),
        )[label >> 1]()
        own = light(label & 1, at, SHAPE["period"] + 2 * d[5], 2 * np.pi * d[6])
        other = light(int(2 * d[8]), ground, 4 + 2 * d[9], 2 * np.pi * d[7])
        part = np.where(inside, np.where(own, 0, 1), np.where(other, 2, 3))
        colours = np.array([[palette[p][0] + palette[p][1] * d[11 + 3 * p + c] for c in range(3)] for p in range(4)])
        word = bits(seed, "data", stream, index, 16 + np.arange(1024))[0].reshape(32, 32, 1)
        noise = (word >> np.array([0, 8, 16], np.uint32) & np.uint32(255)) / 127.5 - 1
        image = np.clip(colours[part] + SHAPE["noise"] * noise, 0, 1)
        x[index], y[index] = (image.astype(np.float32) - 0.5) / 0.25, label
    return x, y


SHAPE = dict(centre=12, spread=7, radius=8, radiusRange=4, period=5, noise=0.2)
SHAPE_PALETTE = [(0.6, 0.4), (0, 0.4), (0.35, 0.3), (0.35, 0.3)]


class Minibatches:
    """Every epoch is a random order of all examples, cut into batches; a batch as large as the set is the set in order."""

    def __init__(self, count, size, seed):
        self.count, self.size, self.seed = count, size, seed
        self.epoch, self.order = -1, None

    def at(self, step):
        if self.size == self.count:
            return np.arange(self.count)
        epoch, place = divmod(step, self.count // self.size)
        if epoch != self.epoch:
            places = np.arange(self.count)
            draws = bits(self.seed, "shuffle", 0, epoch, places)[0]
            chosen = np.floor(draws / 2.0**32 * (places + 1)).astype(int)
            order = list(range(self.count))
            for i in range(self.count - 1, 0, -1):  # Fisher-Yates
                order[i], order[chosen[i]] = order[chosen[i]], order[i]
            self.epoch, self.order = epoch, np.array(order)
        return self.order[place * self.size : (place + 1) * self.size]


# --- Networks -----------------------------------------------------------------------------------------------------------


class Variant:
    """`batch`, `none@0.5`, `batch.last`, `l1.layer3.stopped`, `batch.frozen@0.2` ..."""

    def __init__(self, text, learning_rate):
        head, _, rate = text.partition("@")
        self.norm, *switches = head.split(".")
        self.stopped, self.frozen = "stopped" in switches, "frozen" in switches
        places = [switch.replace("layer", "") for switch in switches if switch not in ("stopped", "frozen")]
        self.place = places[-1] if places else None
        self.learning_rate = float(rate) if rate else learning_rate


class Layer(nn.Module):
    """Convolution (3x3, 'same') or dense layer; then normalisation, noise, ReLU and 2x2 max pooling, where they follow."""

    def __init__(self, index, kind, inputs, outputs, pooled, hidden, rectified, biased, variant, last):
        super().__init__()
        self.index, self.kind, self.pooled, self.rectified = index, kind, pooled, rectified
        here = variant.place in (None, str(index + 1)) or variant.place == "last" and index == last
        self.norm = variant.norm.replace("noisy-", "") if hidden and here else "none"
        self.stopped = variant.stopped
        self.noisy = hidden and (variant.norm == "noisy-none" or variant.norm == "noisy-batch" and self.norm != "none")
        self.kernel = nn.Parameter(torch.empty((3, 3, inputs, outputs) if kind == "convolution" else (inputs, outputs)))
        affine = self.norm != "none" and not variant.frozen
        self.gamma = nn.Parameter(torch.ones(outputs)) if affine else None
        self.beta = nn.Parameter(torch.zeros(outputs)) if affine else None
        self.bias = nn.Parameter(torch.zeros(outputs)) if biased else None
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("spread", torch.ones(outputs))
        self.newest = self.seen = None

    def draw_kernel(self, seed):
        """Glorot normal, gain 1."""
        *window, inputs, outputs = self.kernel.shape
        deviation = math.sqrt(2 / (math.prod(window) * (inputs + outputs)))
        count = self.kernel.numel()
        drawn = normals(*bits(seed, "kernel", self.index, 0, np.arange((count + 1) // 2))).ravel()[:count]
        values = torch.from_numpy((deviation * drawn).astype(np.float32))
        self.kernel.data.copy_(values.reshape(self.kernel.shape))

    def forward(self, z, noise, batch_size, evaluating):
        if self.kind == "convolution":
            z = F.conv2d(z, self.kernel.permute(3, 2, 0, 1), padding=1)
        else:
            z = (z.permute(0, 2, 3, 1).reshape(len(z), -1) if z.dim() == 4 else z) @ self.kernel
            z = z if self.bias is None else z + self.bias
        if self.norm != "none":
            z = self.normalise(z, batch_size, evaluating)
        if self.gamma is not None:
            z = per_channel(self.gamma, z) * z + per_channel(self.beta, z)
        if self.noisy and not evaluating:
            shift, scale = noise(self.index, z)
            z = scale * z + shift
        self.seen = z.detach()
        z = F.relu(z) if self.rectified else z
        return F.max_pool2d(z, 2, 2, ceil_mode=True) if self.pooled else z

    def normalise(self, z, batch_size, evaluating):
        if self.norm in ("layer", "group"):
            groups = 1 if self.norm == "layer" else groups_of(z.shape[1])
            parts = z.reshape(len(z), groups, -1)
            variance, mean = torch.var_mean(parts.detach() if self.stopped else parts, 2, unbiased=False, keepdim=True)
            return ((parts - mean) / torch.sqrt(variance + EPSILON)).reshape(z.shape)
        if evaluating:
            mean, spread = self.mean, self.spread
        else:
            mean, spread = statistics(self.norm, z.detach() if self.stopped else z, batch_size)
            self.newest = mean.detach(), spread.detach()
        divisor = spread + EPSILON if self.norm in ("l1", "linf") else torch.sqrt(spread + EPSILON)
        return (z - per_channel(mean, z)) / per_channel(divisor, z)


def per_channel(values, z):
    return values.reshape(1, -1, *[1] * (z.dim() - 2))


def groups_of(channels):
    groups = max(1, min(8, channels // 2))
    while channels % groups:
        groups -= 1
    return groups


def statistics(norm, y, batch_size):
    """Mean and spread [channels] over the whole minibatch, all processes' parts of it, and all pixels."""
    dims = [0, *range(2, y.dim())]
    count = batch_size * math.prod(y.shape[2:])

    def average(values):
        return summed(values.sum(dims)) / count

    mean = average(y)
    if norm == "batch":
        return mean, average((y - per_channel(mean, y)).square())
    if norm == "l1":
        return mean, average(y.abs())
    if norm == "l2":
        return mean, average(y.square())
    size = y.abs()
    largest = size.detach().amax(dims)
    if dist.is_initialized():
        dist.all_reduce(largest, op=dist.ReduceOp.MAX)
    equal = (size.detach() == per_channel(largest, y)).to(y.dtype)
    ties = equal.sum(dims)
    if dist.is_initialized():
        dist.all_reduce(ties)
    return mean, summed((equal * size).sum(dims)) / ties  # equal maxima share the gradient evenly


def summed(values):
    """Over all processes, and differentiable."""
    return differentiable.all_reduce(values) if dist.is_initialized() else values


class Network(nn.Module):
    """`vgg:8-M-16/32` or `dln:25x10` with one variant's normalisation."""

    def __init__(self, text, shape, classes, variant):
        super().__init__()
        family, _, rest = text.partition(":")
        self.squared = family == "dln"
        plain = []  # kind, inputs, outputs, pooled
        if self.squared:
            depth, width = map(int, rest.split("x"))
            plain = [("dense", width, width, False)] * depth
            plain_hidden = depth - 1
        else:
            blocks, _, hidden = rest.partition("/")
            height, width, channels = shape
            for block in blocks.split("-"):
                if block == "M":
                    plain[-1] = (*plain[-1][:3], True)
                    height, width = -(-height // 2), -(-width // 2)
                else:
                    plain.append(("convolution", channels, int(block), False))
                    channels = int(block)
            sizes = [height * width * channels, *map(int, filter(None, hidden.split("-"))), classes]
            plain += [("dense", inputs, outputs, False) for inputs, outputs in zip(sizes, sizes[1:])]
            plain_hidden = len(plain) - 1
        self.layers = nn.ModuleList(
            Layer(i, *each, i < plain_hidden, i < plain_hidden and not self.squared,
                  i == plain_hidden and not self.squared, variant, plain_hidden - 1)
            for i, each in enumerate(plain)
        )

    def forward(self, x, noise, batch_size, evaluating=False):
        """[n, height, width, channels] -> [n, outputs]"""
        z = x.permute(0, 3, 1, 2)
        for layer in self.layers:
            z = layer(z, noise, batch_size, evaluating)
        return z


class Noise:
    """Algorithm 1 (appendix A): s * a + m, a function of (seed, layer, step, position); evaluations of a step share it."""

    def __init__(self, experiment, seed, step, batch_size, mine):
        self.experiment, self.seed, self.step = experiment, seed, step
        self.batch_size, self.mine, self.drawn = batch_size, mine, {}

    def __call__(self, layer, z):
        if layer not in self.drawn:
            shift, scale = self.draw(layer, z.shape[1], math.prod(z.shape[2:]))
            self.drawn[layer] = [self.own(each, z) for each in (shift, scale)]
        return self.drawn[layer]

    def draw(self, layer, channels, pixels):
        """[batch * pixels, channels] twice; channels are drawn in pairs."""
        e, rows, pairs = self.experiment, self.batch_size * pixels, (channels + 1) // 2
        first, second = bits(self.seed, "noiseUnit", layer, self.step, np.arange(channels))
        mu, sigma = e["nMu"] * (2 * uniform(first) - 1), 1 + (e["nSigma"] - 1) * uniform(second)
        index = np.arange(rows * pairs)
        uniforms = uniform(np.stack(bits(self.seed, "noiseShift", layer, self.step, index), -1))
        gaussians = normals(*bits(self.seed, "noiseScale", layer, self.step, index))
        shift = mu + e["rMu"] * (2 * uniforms.reshape(rows, -1)[:, :channels] - 1)
        scale = sigma + e["rSigma"] * gaussians.reshape(rows, -1)[:, :channels]
        return shift.astype(np.float32), scale.astype(np.float32)

    def own(self, values, z):
        """Of this process's examples, as z is laid out."""
        values = torch.from_numpy(values).reshape(self.batch_size, *z.shape[2:], z.shape[1])[self.mine]
        return (values.permute(0, 3, 1, 2) if z.dim() == 4 else values).to(z)


# --- Training and measuring ---------------------------------------------------------------------------------------------


class Trainer:
    """One network of one seed; theta and gradients are flat vectors, layer by layer: kernel, gamma, beta, bias."""

    def __init__(self, experiment, text, seed, data, classes, place):
        self.experiment, self.seed, self.classes, self.place = experiment, seed, classes, place
        self.variant = Variant(text, experiment["learningRate"])
        self.train_set, self.test_set = data
        self.network = Network(experiment["network"], self.train_set[0].shape[1:], classes, self.variant)
        for layer in self.network.layers:
            layer.draw_kernel(seed)
        self.network.to(place.device, place.dtype)
        self.parameters, self.kernels, offset = [], [], 0
        for layer in self.network.layers:
            self.kernels.append((offset, layer.kernel.numel()))
            for each in (layer.kernel, layer.gamma, layer.beta, layer.bias):
                if each is not None:
                    self.parameters.append(each)
                    offset += each.numel()
        self.theta = torch.cat([each.detach().reshape(-1) for each in self.parameters])
        self.velocity = torch.zeros_like(self.theta)
        size = len(self.train_set[0]) if experiment["batchSize"] == "full" else experiment["batchSize"]
        self.minibatches = Minibatches(len(self.train_set[0]), size, seed)
        self.parallel = self.network
        if dist.is_initialized():
            devices = [place.device] if place.device.type == "cuda" else None
            self.parallel = nn.parallel.DistributedDataParallel(self.network, devices, broadcast_buffers=False)
        self.record = empty_variant(experiment, text, self.variant, seed)

    def load(self, theta):
        offset = 0
        for each in self.parameters:
            each.data.copy_(theta[offset : offset + each.numel()].reshape(each.shape))
            offset += each.numel()

    def loss(self, output, y, count):
        """This process's part of the loss, without the penalty, and its right answers."""
        if self.network.squared:
            return (output - y).square().sum() / 2, float("nan")
        return F.cross_entropy(output, y, reduction="sum") / count, (output.argmax(1) == y).sum().item()

    def penalty(self):
        return self.experiment["weightDecay"] / 2 * sum(layer.kernel.square().sum() for layer in self.network.layers)

    def evaluate(self, theta, batch):
        """Loss, accuracy and gradient on a minibatch (x, y, noise, size), with its own statistics."""
        x, y, noise, size = batch
        self.load(theta)
        self.network.zero_grad(set_to_none=True)
        part, right = self.loss(self.parallel(x, noise, size), y, size)
        penalty = self.penalty()
        (part * self.place.world + penalty).backward()  # DistributedDataParallel averages, the parts add up
        gradient = torch.cat([each.grad.reshape(-1) for each in self.parameters])
        loss, right = self.place.total([part.item(), right])
        return loss + float(penalty), right / size, gradient

    def batch(self, step):
        indices = self.minibatches.at(step)
        mine = np.arange(self.place.rank, len(indices), self.place.world)
        noise = Noise(self.experiment, self.seed, step, len(indices), mine)
        x, y = (torch.from_numpy(each[indices[mine]]).to(self.place.device) for each in self.train_set)
        return x.to(self.place.dtype), y if self.classes else y.to(self.place.dtype), noise, len(indices)

    def update_running(self):
        for layer in self.network.layers:
            if layer.newest is not None:
                for running, newest in zip((layer.mean, layer.spread), layer.newest):
                    running.lerp_(newest, RUNNING_WEIGHT)

    def step(self, step, last):
        """One step of the experiment: test, probe, update. False once the loss is not finite."""
        e, record = self.experiment, self.record
        if e["testExamples"] and (last or step % e["testEvery"] == 0):
            self.test(step)
        batch = self.batch(step)
        loss, accuracy, gradient = self.evaluate(self.theta, batch)
        activations = self.activations() if last or step % e["probeEvery"] == 0 else None
        if not last:
            self.update_running()
            self.velocity = e["momentum"] * self.velocity + gradient
        direction = self.velocity if not last else e["momentum"] * self.velocity + gradient
        following = self.theta - self.variant.learning_rate * direction
        if activations is not None:
            self.probe(step, batch, loss, gradient, following, activations)
        append(record["train"], step=step, loss=loss, accuracy=accuracy)
        if not math.isfinite(loss):
            record["status"], record["divergedAt"] = "diverged", step
            return False
        if not last:
            self.theta = following
        return True

    def probe(self, step, batch, loss, gradient, following, activations):
        landscape, size = self.record["landscape"], gradient.norm().item()
        append(landscape, step=step, loss=loss, gradientNorm=size)
        for grid in (landscape, landscape["fine"]):
            losses, differences = [], []
            for step_size in grid["stepSizes"]:
                there, _, other = self.evaluate(self.theta - step_size * gradient, batch)
                losses.append(there)
                differences.append((other - gradient).norm().item())
            ratios = [d / (s * size) if size else float("nan") for d, s in zip(differences, grid["stepSizes"])]
            append(grid, lossAt=losses, gradientDifferenceAt=differences, beta=max(ratios, default=float("nan")))
        self.covariate_shift(step, batch, gradient, following)
        norms = self.record["norms"]
        norms["step"].append(step)
        for layer, (offset, count) in zip(norms["layers"], self.kernels):
            own = slice(offset, offset + count)
            append(layer, weight=self.theta[own].norm().item(), gradient=gradient[own].norm().item())
        if activations:
            self.record["activations"]["step"].append(step)
            for layer, seen in zip(self.record["activations"]["layers"], activations):
                append(layer, **seen)

    def covariate_shift(self, step, batch, gradient, following):
        """Definition 2.1: only the layers before i stand where the update of all takes them."""
        ics = self.record["ics"]
        if ics["layers"]:
            ics["step"].append(step)
        for layer in ics["layers"]:
            offset, count = self.kernels[layer["layer"] - 1]
            mixed = torch.cat([following[:offset], self.theta[offset:]])
            own = slice(offset, offset + count)
            g, other = gradient[own], self.evaluate(mixed, batch)[2][own]
            cosine = (g @ other / (g.norm() * other.norm())).item()
            append(layer, l2=(g - other).norm().item(), cosine=cosine)

    def activations(self):
        """Of one example unit a layer, over the minibatch and all pixels, before the ReLU."""
        results = []
        for number in self.experiment["activationLayers"]:
            seen = self.network.layers[number - 1].seen
            draw = uniform(bits(self.seed, "direction", number - 1, 0, 0)[0])
            values = self.place.gathered(seen[:, int(draw * seen.shape[1])].reshape(-1).double().cpu().numpy())
            mean, variance = values.mean(), values.var()
            reach = HISTOGRAM_REACH * math.sqrt(variance)
            low, high = mean - reach, mean + reach
            places = np.floor((values - low) / ((high - low) or 1) * HISTOGRAM_BINS)
            counts = np.bincount(np.clip(places, 0, HISTOGRAM_BINS - 1).astype(int), minlength=HISTOGRAM_BINS)
            histogram = dict(low=low, high=high, counts=counts.tolist())
            results.append(dict(mean=mean, variance=variance, histogram=histogram))
        return results

    @torch.no_grad()
    def test(self, step):
        """The test set with running statistics and without noise."""
        self.load(self.theta)
        count, totals = len(self.test_set[0]), np.zeros(2)
        for first in range(self.place.rank * 500, count, self.place.world * 500):
            x, y = (torch.from_numpy(each[first : first + 500]).to(self.place.device) for each in self.test_set)
            output = self.network(x.to(self.place.dtype), None, len(x), evaluating=True)
            part, right = self.loss(output, y if self.classes else y.to(output), count)
            totals += part.item(), right
        loss, right = self.place.total(totals)
        append(self.record["test"], step=step, loss=loss + float(self.penalty()), accuracy=right / count)


def append(record, **values):
    for key, value in values.items():
        record[key].append(value)


def empty_variant(experiment, text, variant, seed):
    def grid(multiples):
        return dict(stepSizes=[m * variant.learning_rate for m in multiples], lossAt=[], gradientDifferenceAt=[], beta=[])

    def layers(key, **columns):
        return dict(step=[], layers=[dict(layer=n, **{c: [] for c in columns}) for n in experiment[key]])

    curve = dict(step=[], loss=[], accuracy=[])
    return dict(
        id=text, norm=variant.norm, learningRate=variant.learning_rate, seed=seed, status="running", divergedAt=None,
        train=json.loads(json.dumps(curve)), test=curve,
        landscape=dict(step=[], loss=[], gradientNorm=[], fine=grid(experiment["fineSteps"]), **grid(experiment["probeSteps"])),
        ics=layers("icsLayers", l2=0, cosine=0),
        activations=layers("activationLayers", mean=0, variance=0, histogram=0),
        norms=dict(step=[], layers=[]),
    )


class Place:
    """Where this process computes, and what it shares with the others."""

    def __init__(self, dtype, device):
        self.world, self.rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
        is_cuda = device == "cuda" or device == "auto" and torch.cuda.is_available()
        if self.world > 1:
            dist.init_process_group("nccl" if is_cuda else "gloo")
        self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if is_cuda else torch.device("cpu")
        if is_cuda:
            torch.cuda.set_device(self.device)
        self.dtype = getattr(torch, dtype)

    def total(self, values):
        """Sums over all processes."""
        if self.world == 1:
            return list(values)
        tensor = torch.tensor(list(values), dtype=torch.float64, device=self.device)
        dist.all_reduce(tensor)
        return tensor.tolist()

    def gathered(self, values):
        if self.world == 1:
            return values
        parts = [None] * self.world
        dist.all_gather_object(parts, values)
        return np.concatenate(parts)


def plain(value):
    """JSON has no NaN and no infinities: they travel as texts."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, (float, np.floating)):
        names = {math.inf: "Infinity", -math.inf: "-Infinity"}
        return "NaN" if math.isnan(value) else names.get(value, float(value))
    return value


def main():
    parser = argparse.ArgumentParser(description="Repeats one Normscape experiment.")
    parser.add_argument("--data", help="folder of the data set's files")
    parser.add_argument("--out", default="run.json", help="the record (default: run.json)")
    parser.add_argument("--dtype", default="float32", choices=["float32", "float64"])
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    options = parser.parse_args()
    place, experiment = Place(options.dtype, options.device), EXPERIMENT
    started, start = datetime.datetime.now(datetime.timezone.utc), time.monotonic()
    train, test, classes = load_data(experiment, options.data)
    trainers = []
    for seed in range(experiment["seed"], experiment["seed"] + experiment["seeds"]):
        for text in experiment["variants"]:
            trainer = Trainer(experiment, text, seed, (train, test), classes, place)
            trainer.record["norms"]["layers"] = [
                dict(layer=i + 1, weight=[], gradient=[]) for i in range(len(trainer.kernels))
            ]
            trainers.append(trainer)
    timing = dict(elapsedMs=0.0, step=[], atMs=[])
    active = list(trainers)
    for step in range(experiment["steps"] + 1):
        last = step == experiment["steps"]
        active = [trainer for trainer in active if trainer.step(step, last)]
        if last or step % experiment["probeEvery"] == 0:
            timing["elapsedMs"] = 1000 * (time.monotonic() - start)
            append(timing, step=step, atMs=timing["elapsedMs"])
            if place.rank == 0:
                losses = ", ".join(f"{t.record['id']} {t.record['train']['loss'][-1]:.4g}" for t in trainers)
                print(f"step {step} of {experiment['steps']}: {losses}", flush=True)
    for trainer in active:
        trainer.record["status"] = "finished"
    if place.rank == 0:
        on_cpu = place.device.type == "cpu"
        adapter = "CPU" if on_cpu else torch.cuda.get_device_name(place.device)
        processes = "1 process" if place.world == 1 else f"{place.world} processes"
        adapter = f"PyTorch {torch.__version__.split('+')[0]}, {adapter}, {processes}, {options.dtype}"
        environment = dict(backend="pytorch", adapter=adapter,
                           software=on_cpu, app=f"PyTorch {torch.__version__}", startedAt=started.isoformat())
        record = dict(format="normscape-run", version=1, experiment=experiment, environment=environment,
                      timing=timing, variants=[trainer.record for trainer in trainers])
        with open(options.out, "w") as file:
            json.dump(plain(record), file)
    if dist.is_initialized():
        dist.barrier()
        # Without taking the group apart: in PyTorch 1.13 a gloo group waits for its threads, which may wait for Python.
        os._exit(0)


if __name__ == "__main__":
    main()
