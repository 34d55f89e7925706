# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The binding against attention in float64."""

import contextlib
import io
import json
import pathlib
import re
import tempfile
import unittest

import numpy as np

import aligned

KV_HEADS, GROUP, HEAD_DIM = 2, 3, 64


def compile_decode(precision="full", cache_type="f16"):
    ir = aligned.attention_ir(kv_heads=KV_HEADS, group=GROUP, head_dim=HEAD_DIM, cache_type=cache_type)
    return aligned.compile(ir, precision=precision)


def make_batch(kernel, tokens=256, sequences=1):
    cache = aligned.Cache(kernel, layers=1, kv_heads=KV_HEADS, max_sequences=sequences + 1,
                          max_pages=-(-tokens // 128) * (sequences + 1), max_tokens=tokens)
    ids = [cache.create_sequence() for _ in range(sequences)]
    for sequence in ids:
        cache.reserve(sequence, tokens)
    return cache, ids, aligned.Batch(cache, ids)


def make_rows(tokens, seed=0):
    generator = np.random.default_rng(seed)
    return [generator.standard_normal((1, KV_HEADS, tokens, HEAD_DIM)).astype(np.float16) for _ in range(2)]


def make_query(kernel, sequences=1, seed=1):
    shape = (sequences, KV_HEADS, kernel.group, kernel.rows, HEAD_DIM)
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def attend(query, key, value):
    query, key, value = (rows.astype(np.float64) for rows in (query, key, value))
    scores = np.einsum("bhgrd,bhtd->bhgrt", query, key) * HEAD_DIM ** -0.5
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.einsum("bhgrt,bhtd->bhgrd", weights, value)


def error_of(output, exact):
    return np.linalg.norm(output - exact, axis=-1) / np.linalg.norm(exact, axis=-1)


class DecodeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kernel = aligned.Kernel(aligned.Device("cpu"), compile_decode())

    def test_full_is_attention(self):
        _, _, batch = make_batch(self.kernel)
        key, value = make_rows(200)
        batch.append(0, key[:, :, :199], value[:, :, :199])
        batch.append(0, key[:, :, 199:], value[:, :, 199:])
        query = make_query(self.kernel)
        output = np.empty_like(query)
        report = np.empty(query.shape[:-1], aligned.HEAD_REPORT)
        batch.decode(0, query, output, report)
        exact = attend(query, key, value)
        self.assertLess(error_of(output, exact).max(), 1e-3)
        self.assertTrue((report["visible"] == 200).all())
        self.assertTrue((report["key_rows"] == [0, 0, 200]).all())
        np.testing.assert_allclose(report["norm"], np.linalg.norm(output, axis=-1), rtol=1e-5)
        self.assertTrue((np.linalg.norm(output - exact, axis=-1) <= report["bound"]).all())
        # K and V of a kv head, 16 bits each.
        self.assertTrue((report["plane_bytes"] == 200 * 2 * HEAD_DIM * 2).all())

    def test_budget_reads_less(self):
        _, _, batch = make_batch(self.kernel)
        key, value = make_rows(200)
        batch.append(0, key, value)
        query = 4 * make_query(self.kernel)
        output = np.empty_like(query)
        report = np.empty(query.shape[:-1], aligned.HEAD_REPORT)
        batch.decode(0, query, output, report, budget=6)
        self.assertLess(report["plane_bytes"].max(), 200 * 2 * HEAD_DIM * 2)
        error = error_of(output, attend(query, key, value))
        self.assertLess(error.max(), 0.2)
        self.assertGreater(error.min(), 1e-4)

    def decode_on_a_device_of_its_own(self):
        device = aligned.Device("cpu")
        _, _, batch = make_batch(aligned.Kernel(device, compile_decode()))
        batch.append(0, *make_rows(200))
        query = make_query(self.kernel)
        report = np.empty(query.shape[:-1], aligned.HEAD_REPORT)
        batch.decode(0, query, np.empty_like(query), report)
        return device, batch, report

    def test_metrics_are_the_sums_of_the_reports(self):
        device, batch, report = self.decode_on_a_device_of_its_own()
        metrics = json.loads(device.metrics())
        self.assertEqual(metrics["bytes"], report["bytes"][:, :, 0, 0].sum())
        self.assertEqual(metrics["decode_seconds"]["count"], 1)
        self.assertIn('aligned_fraction{device="cpu', device.metrics("prometheus"))
        device.reset_metrics()
        self.assertEqual(json.loads(device.metrics())["bytes"], 0)
        with self.assertRaisesRegex(ValueError, "format is 'xml', expected 'json' or 'prometheus'"):
            device.metrics("xml")

    def test_record_changes_nothing_on_the_cpu(self):
        # A GPU's side is in host-arrays.test.
        device, batch, report = self.decode_on_a_device_of_its_own()
        before = device.metrics()
        batch.record(report, 1e-3)
        self.assertEqual(device.metrics(), before)

    def test_strides_are_those_of_the_array(self):
        key, value = make_rows(50)
        query = make_query(self.kernel)
        outputs = []
        for swap in (False, True):
            _, _, batch = make_batch(self.kernel)
            if swap:  # [.., tokens, heads, channels] in memory, seen as [.., heads, tokens, channels]
                key, value = (np.ascontiguousarray(rows.transpose(0, 2, 1, 3)).transpose(0, 2, 1, 3)
                              for rows in (key, value))
            batch.append(0, key, value)
            outputs.append(np.empty_like(query))
            batch.decode(0, query, outputs[-1])
        np.testing.assert_array_equal(outputs[0], outputs[1])

    def test_scale(self):
        _, _, batch = make_batch(self.kernel)
        key, value = make_rows(50)
        batch.append(0, key, value)
        query = make_query(self.kernel)
        output = np.empty_like(query)
        batch.decode(0, query, output, scale=2 * HEAD_DIM ** -0.5)
        self.assertLess(error_of(output, attend(2 * query, key, value)).max(), 1e-3)

    def test_bf16_rows_are_bits(self):
        kernel = aligned.Kernel(aligned.Device("cpu"), compile_decode(cache_type="bf16"))
        _, _, batch = make_batch(kernel)
        bits = [(rows.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16) for rows in make_rows(100)]
        batch.append(0, *bits)
        query = make_query(kernel)
        output = np.empty_like(query)
        batch.decode(0, query, output)
        rows = [(b.astype(np.uint32) << 16).view(np.float32) for b in bits]
        self.assertLess(error_of(output, attend(query, *rows)).max(), 1e-3)

    def test_sequences_of_a_batch_are_apart(self):
        _, _, batch = make_batch(self.kernel, sequences=2)
        key, value = (np.concatenate(pair) for pair in zip(make_rows(60, 2), make_rows(60, 3)))
        batch.append(0, key, value)
        query = make_query(self.kernel, sequences=2)
        output = np.empty_like(query)
        batch.decode(0, query, output)
        self.assertLess(error_of(output, attend(query, key, value)).max(), 1e-3)

    def test_fork_and_truncate(self):
        cache, (sequence,), batch = make_batch(self.kernel)
        key, value = make_rows(150)
        batch.append(0, key, value)
        fork = cache.fork(sequence, 100)
        cache.truncate(sequence, 30)
        self.assertEqual((cache.length(fork), cache.length(sequence)), (100, 30))
        query = make_query(self.kernel)
        output = np.empty_like(query)
        aligned.Batch(cache, [fork]).decode(0, query, output)
        self.assertLess(error_of(output, attend(query, key[:, :, :100], value[:, :, :100])).max(), 1e-3)

    def test_children_outlive_the_names_of_their_parents(self):
        def make():
            kernel = aligned.Kernel(aligned.Device("cpu"), compile_decode())
            return make_batch(kernel)[2]
        batch = make()
        key, value = make_rows(10)
        batch.append(0, key, value)
        query = make_query(self.kernel)
        output = np.empty_like(query)
        batch.decode(0, query, output)
        self.assertLess(error_of(output, attend(query, key, value)).max(), 1e-3)

    def test_manual(self):
        manual = pathlib.Path(__file__).parents[2] / "python" / "README.md"
        code = re.search(r"```python\n(.*?)```", manual.read_text(encoding="utf-8"), re.S)[1]
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, manual, "exec"), {})
        self.assertRegex(printed.getvalue(), r"e-0\d|0\.000\d")


class ErrorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kernel = aligned.Kernel(aligned.Device("cpu"), compile_decode())

    def setUp(self):
        self.cache, _, self.batch = make_batch(self.kernel, tokens=128)
        self.key, self.value = make_rows(10)
        self.query = make_query(self.kernel)

    def assert_refused(self, kind, message, function, *arguments, **named):
        with self.assertRaisesRegex(kind, message):
            function(*arguments, **named)

    def test_types(self):
        self.assert_refused(ValueError, "key: expected elements of type f16, got f32", self.batch.append, 0,
                            self.key.astype(np.float32), self.value)
        self.assert_refused(ValueError, "output: expected elements of type f32, got f64", self.batch.decode, 0,
                            self.query, self.query.astype(np.float64))

    def test_shapes(self):
        self.assert_refused(ValueError, r"key: expected shape \[1, 2, \?, 64\], got \[1, 1, 10, 64\]",
                            self.batch.append, 0, self.key[:, :1], self.value)
        self.assert_refused(ValueError, r"value: expected shape \[1, 2, 10, 64\], got \[1, 2, 9, 64\]",
                            self.batch.append, 0, self.key, self.value[:, :, :9])
        self.assert_refused(ValueError, "query: the channels of a row must lie side by side", self.batch.decode, 0,
                            np.repeat(self.query, 2, axis=-1)[..., ::2], np.empty_like(self.query))

    def test_report(self):
        self.assert_refused(ValueError, "report: expected 6 reports", self.batch.decode, 0, self.query,
                            np.empty_like(self.query), np.empty(5, aligned.HEAD_REPORT))
        self.assert_refused(ValueError, "report: expected 6 reports", self.batch.record,
                            np.empty(5, aligned.HEAD_REPORT))
        self.assert_refused(ValueError, "seconds: expected a duration, got -1", self.batch.record, seconds=-1)

    def test_rows_that_are_not_finite(self):
        self.key[0, 1, 3, 7] = np.nan
        self.assert_refused(ValueError, "row 3 of K, kv head 1.*channel 7; nothing was appended", self.batch.append, 0,
                            self.key, self.value)

    def test_more_rows_than_reserved(self):
        self.batch.append(0, *make_rows(128))
        self.assert_refused(aligned.AlignedError, "beyond the 128 reserved positions", self.batch.append, 0, self.key,
                            self.value)

    def test_names(self):
        self.assert_refused(ValueError, "no device is called 'tpu'", aligned.Device, "tpu")
        self.assert_refused(ValueError, "unknown precision 'some'", compile_decode, "some")
        self.assert_refused(ValueError, "there is no layer 1 of 1", self.batch.append, 1, self.key, self.value)

    def test_ir_without_attention(self):
        self.assert_refused(ValueError, "no attention that became a decode", aligned.compile,
                            "func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> }")

    def test_files(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"no package")
            file.flush()
            self.assert_refused(aligned.AlignedError, re.escape(file.name), aligned.Package.load, file.name)


if __name__ == "__main__":
    unittest.main()
