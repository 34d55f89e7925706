#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_benchmark.py JSON TSV: what aligned-bench wrote for bench.test has its fields, and numbers that make sense.
check_benchmark.py --paper JSON: the same for the precision paper and its control.
check_benchmark.py --certified JSON: certified<1> and certified<1e-9> beside other precisions.
check_benchmark.py --jit JSON TARGET..: the same for compilation; the device runs these targets, and no others.
check_benchmark.py --launches JSON: the same for what calls cost over the tests' own driver, which runs them at once.
check_benchmark.py --skewed JSON: the same for sequences of different lengths beside equal ones."""
import csv
import json
import math
import sys

if sys.argv[1] == "--paper":
    results = {r["kernel"]: r for r in json.load(open(sys.argv[2]))["results"]}
    paper, full = results["paper"], results["full"]
    elements = 2 * 700 * 64  # of K, and of V
    parts = ("k8", "k12", "k16", "v8", "v12", "v16")
    for result in (paper, full):
        size = result["bytes"]
        # The leading plane of everything is read.
        assert size["k8"] == size["v8"] == elements
        planes = sum(size[part] for part in parts)
        assert math.isclose(planes + size["other"], size["total"]) and size["other"] > 0
        assert math.isclose(result["fraction"], planes / (4 * elements))
        assert all(size[part] <= elements / 2 for part in ("k12", "k16", "v12", "v16"))
    assert full["fraction"] == 1 and 0.5 < paper["fraction"] < 1
    assert full["error"]["mean"] < 1e-5 < paper["error"]["mean"] < 5e-2
    assert math.isclose(paper["speedup"]["over_full"], full["time_us"]["median"] / paper["time_us"]["median"])
    sys.exit()

if sys.argv[1] == "--certified":
    results = {r["kernel"]: r for r in json.load(open(sys.argv[2]))["results"]}
    loose, tight, full = (results.pop(name) for name in ("certified<1>", "certified<1e-9>", "full"))
    heads = loose["certified"]["met"] + loose["certified"]["read_everything"]
    rows = heads * full["tokens"]
    assert heads > 0 and loose["certified"] == {"met": heads, "read_everything": 0, "share": 1}
    assert tight["certified"] == {"met": 0, "read_everything": heads, "share": 0}
    # Of the last round the planes are counted apart; what it has read everything in comes on top of the others.
    assert tight["bytes"]["k4"] == tight["bytes"]["k8"] == rows * 32 and tight["bytes"]["k16"] == rows * 64
    assert tight["bytes"]["earlier_rounds"] > 0 and tight["fraction"] > 1
    for result in (loose, tight):
        size = result["bytes"]
        planes = sum(size[part] for part in ("k4", "k8", "k16", "v8", "v16", "earlier_rounds"))
        assert math.isclose(planes + size["other"], size["total"]) and size["other"] > 0
        assert math.isclose(result["fraction"], planes / (rows * 64 * 4))
        assert math.isclose(result["speedup"]["over_full"], full["time_us"]["median"] / result["time_us"]["median"])
    assert tight["error"]["mean"] <= loose["error"]["mean"] * 1.01
    assert loose["fraction"] > min(result["fraction"] for result in results.values() if "fraction" in result)
    for kernel, result in (*results.items(), ("full", full)):
        assert "certified" not in result and "earlier_rounds" not in result["bytes"], kernel
    sys.exit()

if sys.argv[1] == "--skewed":
    results = {(r["kernel"], r["shape"]): r for r in json.load(open(sys.argv[2]))["results"]}
    lengths, equal = (100, 700, 299), "6x4x2x64x367"  # 366 1/3
    skewed = "6x4x2x64x" + "+".join(map(str, lengths))
    kernels = ("budget<16>", "full", "blocked", "append")
    assert set(results) == {(k, s) for k in kernels for s in (skewed, equal)}
    for kernel in kernels[:-1]:
        result, other = results[kernel, skewed], results[kernel, equal]
        balance = result["balance"]
        assert "balance" not in other
        assert math.isclose(balance["time"], other["time_us"]["median"] / result["time_us"]["median"])
        assert math.isclose(balance["bandwidth"], result["bandwidth_gbs"] / other["bandwidth_gbs"])
        # Both sequences of each length have their own rows, and no others.
        assert result["error"]["max"] < (1e-5 if kernel == "blocked" else 1e-3)
        assert result["bytes"].get("k4", sum(lengths) * 2 * 2 * 32) == sum(lengths) * 2 * 2 * 32
        assert math.isclose(result["tokens"], sum(lengths) / 3)
    rows_16_bit = results["full", skewed]["kernel_16_bit"]["error"]
    assert 5e-4 < rows_16_bit["mean"] < rows_16_bit["p99"] < 5e-3
    assert "kernel_16_bit" not in results["blocked", skewed]
    sys.exit()

if sys.argv[1] == "--launches":
    for result in json.load(open(sys.argv[2]))["results"]:
        if result["kernel"] == "append":
            assert "launch" not in result
            continue
        host, replay, eager = (result["launch"][part] for part in ("host_us", "replay_us", "eager_us"))
        for times in (host, replay, eager):
            assert 0 < times["p10"] <= times["median"] <= times["p90"], times
        # Many calls one behind the other take what each of them takes, give or take what else the machine does.
        assert host["p10"] <= eager["p90"] and replay["p10"] <= eager["p90"]
    sys.exit()

if sys.argv[1] == "--jit":
    for result in json.load(open(sys.argv[2]))["results"]:
        assert result["first_ms"] > 0 and result["disk_cache_ms"]["median"] > 0
        loaded = result["target"] in sys.argv[3:]
        assert ("load_ms" in result) == ("first_load_ms" in result) == loaded, result
        assert not loaded or 0 < result["load_ms"]["least"] <= result["load_ms"]["median"]
    sys.exit()

benchmark = json.load(open(sys.argv[1]))
results = {(r["kernel"], r["shape"], r["data"]): r for r in benchmark["results"]}
shapes, data = ("1x4x2x64x700", "2x4x2x64x256"), ("spread 1", "recorded")
kernels = ("budget<4>", "budget<16>", "full", "blocked", "append")
assert set(results) == {(k, s, d) for k in kernels for s in shapes for d in data}
assert benchmark["peak_read_gbs"] > 0
for (kernel, shape, _), result in results.items():
    time, size = result["time_us"], result["bytes"]
    assert 0 < time["p10"] <= time["median"] <= time["p90"], time
    sequences, _, heads, channels, tokens = map(int, shape.split("x"))
    assert result["tokens"] == tokens
    rows = sequences * heads * tokens
    assert math.isclose(result["bandwidth_gbs"], size["total"] / time["median"] * 1e-3)
    assert math.isclose(result["share_of_peak"] * benchmark["peak_read_gbs"], result["bandwidth_gbs"])
    if kernel in ("blocked", "append"):
        continue
    # Plane 0 of K of every row is read, and the parts come to the whole.
    assert size["k4"] == rows * channels / 2
    assert math.isclose(sum(size[part] for part in ("k4", "k8", "k16", "v8", "v16", "other")), size["total"])
    planes = size["total"] - size["other"]
    assert math.isclose(result["fraction"], planes / (rows * channels * 4))
    assert size["other"] > 0
for shape in shapes:
    for of in data:
        loose, fine, full, blocked = (results[k, shape, of] for k in kernels[:4])
        assert full["fraction"] == 1 and loose["fraction"] < fine["fraction"] < 1
        assert full["error"]["mean"] <= fine["error"]["mean"] < loose["error"]["mean"]
        assert blocked["error"]["max"] < 1e-5 and fine["error"]["mean"] < 5e-3
        assert math.isclose(fine["speedup"]["over_full"], full["time_us"]["median"] / fine["time_us"]["median"])
        assert math.isclose(fine["speedup"]["over_best_16_bit"],
                            blocked["time_us"]["median"] / fine["time_us"]["median"])
        assert "fraction" not in blocked

rows = list(csv.DictReader(open(sys.argv[2]), delimiter="\t"))
assert len(rows) == len(results)
for row in rows:
    result = results[row["kernel"], row["shape"], row["data"]]
    assert abs(float(row["time_us"]) - result["time_us"]["median"]) <= 0.051
