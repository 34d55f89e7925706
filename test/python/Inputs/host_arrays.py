# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Host arrays given to a GPU: run with a driver that runs CPU code as if it were a GPU's (the runtime tests have one).

host_arrays.py PACKAGE: a package for both (test/utils/fake_gpu_package.py) of one decode, full precision, 2 kv heads,
group 3, 64 channels."""

import json
import os
import sys

# Kernels that are loaded as a GPU's find here what they call.
sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL)

import numpy as np

import aligned


def check_metrics(device, batch, report):
    """The decode's own counters know nothing of reports on a GPU until they are recorded."""
    device.reset_metrics()
    batch.record(report)
    metrics = json.loads(device.metrics())
    assert metrics["bytes"] == report["bytes"][:, :, 0, 0].sum() > 0, metrics
    assert metrics["reported_decodes"] == 1 and metrics["decode_seconds"]["count"] == 0, metrics
    batch.record(seconds=1e-3)
    metrics = json.loads(device.metrics())
    assert metrics["reported_decodes"] == 1 and metrics["decode_seconds"]["count"] == 1, metrics
    print(device.description, "counts what is recorded")


def run(device, package, rows, queries):
    """Outputs and reports of a decode behind each of three appends."""
    kernel = aligned.Kernel(device, package)
    cache = aligned.Cache(kernel, layers=1, kv_heads=2, max_sequences=1, max_pages=2, max_tokens=256)
    sequence = cache.create_sequence()
    cache.reserve(sequence, 256)
    batch = aligned.Batch(cache, [sequence])
    results = []
    for query, begin, end in zip(queries, (0, 100, 101), (100, 101, 200)):
        batch.append(0, *(np.ascontiguousarray(part[:, :, begin:end]) for part in rows))
        output = np.full_like(query, np.nan)
        report = np.zeros(query.shape[:-1], aligned.HEAD_REPORT)
        batch.decode(0, query, output, report)
        results.append((output, report))
    if device.is_gpu:
        check_metrics(device, batch, report)
    try:
        batch.append(0, *(part[:, :, :1] for part in rows))
        print(device.description, "takes rows with gaps")
    except ValueError as error:
        print(device.description, "refuses:", error)
    return results


def main():
    package = aligned.Package.load(sys.argv[1])
    generator = np.random.default_rng(0)
    rows = [generator.standard_normal((1, 2, 200, 64)).astype(np.float16) for _ in range(2)]
    queries = [generator.standard_normal((1, 2, 3, 1, 64)).astype(np.float32) for _ in range(3)]
    cpu = run(aligned.Device("cpu"), package, rows, queries)
    gpu = run(aligned.Device("cuda"), package, rows, queries)
    for (output, report), (expected, expected_report) in zip(gpu, cpu):
        np.testing.assert_array_equal(output, expected)
        assert (report == expected_report).all()
        assert np.isfinite(output).all()
    print("the same on both")


if __name__ == "__main__":
    main()
