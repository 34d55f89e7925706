# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The C interface of libaligned through ctypes, as far as the benchmarks use it.

Structures follow include/aligned-c/Aligned.h, field by field."""

import ctypes as C

FULL = 1e30


class Problem(C.Structure):
    _fields_ = [("keyHeadDim", C.c_int64), ("valueHeadDim", C.c_int64), ("group", C.c_int64), ("rows", C.c_int64),
                ("queryType", C.c_char_p), ("cacheType", C.c_char_p), ("outputType", C.c_char_p),
                ("maskType", C.c_char_p), ("sinksType", C.c_char_p), ("scale", C.c_float), ("budget", C.c_float),
                ("certified", C.c_float), ("encoding", C.c_char_p)]


class CacheOptions(C.Structure):
    _fields_ = [(n, C.c_int64) for n in ("layers", "kvHeads", "maxSequences", "maxPages", "maxTokens")]


class Rows(C.Structure):
    _fields_ = [("data", C.c_void_p)] + [(n, C.c_int64) for n in
                ("sequenceStride", "headStride", "tokenStride", "channelStride")]


class HeadReport(C.Structure):
    _fields_ = [("logSumExp", C.c_float), ("norm", C.c_float), ("estimate", C.c_float), ("bound", C.c_float),
                ("visible", C.c_int32), ("keyRows", C.c_int32 * 3), ("valueRows", C.c_int32 * 3),
                ("certificate", C.c_int32), ("planeBytes", C.c_int64), ("bytes", C.c_int64)]


class DecodeArgs(C.Structure):
    _fields_ = ([("query", C.c_void_p)] + [(n, C.c_int64) for n in ("qs", "qh", "qg", "qr")] +
                [("output", C.c_void_p)] + [(n, C.c_int64) for n in ("os", "oh", "og", "or_")] +
                [("mask", C.c_void_p)] + [(n, C.c_int64) for n in ("ms", "mh", "mg", "mr", "mt")] +
                [("sinks", C.c_void_p)] + [(n, C.c_int64) for n in ("sh", "sg")] +
                [("logSumExp", C.c_void_p), ("report", C.c_void_p), ("scale", C.c_float), ("budget", C.c_float),
                 ("certified", C.c_float)])


class Runtime:
    """Functions of libaligned; an error becomes a RuntimeError with its text."""

    def __init__(self, library):
        self.lib = C.CDLL(library)
        self.lib.alignedErrorGetMessage.restype = C.c_char_p
        self.lib.alignedErrorGetMessage.argtypes = [C.c_void_p]
        self.lib.alignedErrorDestroy.argtypes = [C.c_void_p]
        self.lib.alignedCacheGetPageBytes.restype = C.c_int64
        self.lib.alignedCacheGetPageBytes.argtypes = [C.c_void_p]

    def call(self, name, *args):
        function = getattr(self.lib, name)
        function.restype = C.c_void_p
        error = function(*args)
        if error:
            text = self.lib.alignedErrorGetMessage(error).decode()
            self.lib.alignedErrorDestroy(error)
            raise RuntimeError(f"{name}: {text}")

    def make(self, name, *args):
        handle = C.c_void_p()
        self.call(name, *args, C.byref(handle))
        return handle


class Decoder:
    """A kernel on a device, with a cache of sequences that have room for `tokens` each: a number, or one for each."""

    def __init__(self, runtime, device, package, sequences, kv_heads, tokens):
        self.rt, self.sequences, self.kv_heads = runtime, sequences, kv_heads
        lengths = [tokens] * sequences if isinstance(tokens, int) else list(tokens)
        self.kernel = runtime.make("alignedKernelLoad", device, package, C.c_int64(0))
        self.problem = Problem()
        runtime.lib.alignedKernelGetProblem.restype = None
        runtime.lib.alignedKernelGetProblem(self.kernel, C.byref(self.problem))
        self.longest = max(lengths)
        pages = sum(-(-length // 128) for length in lengths)
        options = CacheOptions(1, kv_heads, sequences, pages, self.longest)
        self.cache = runtime.make("alignedCacheCreate", self.kernel, C.byref(options))
        self.ids = (C.c_int64 * sequences)()
        for i in range(sequences):
            one = C.c_int64()
            runtime.call("alignedSequenceCreate", self.cache, C.byref(one))
            runtime.call("alignedSequenceReserve", self.cache, one, C.c_int64(lengths[i]), None)
            self.ids[i] = one.value
        self.batch = self.create_batch(0, sequences)

    def create_batch(self, first, count):
        return self.rt.make("alignedBatchCreate", self.kernel, self.cache, C.byref(self.ids, first * 8),
                            C.c_int64(count), C.c_int64(self.longest))

    def append(self, key, value, stream=None, batch=None):
        """key, value: torch tensors [sequences, kv heads, tokens, channels]."""
        rows = [Rows(t.data_ptr(), *t.stride()) for t in (key, value)]
        self.rt.call("alignedAppend", batch or self.batch, C.c_int64(0), C.byref(rows[0]), C.byref(rows[1]),
                     C.c_int64(key.shape[2]), C.c_void_p(stream))

    def append_each(self, keys, values, synchronize):
        """keys, values: for each sequence a tensor [kv heads, tokens, channels]; they may differ in length.
        `synchronize()` waits for the device."""
        for i, rows in enumerate(zip(keys, values)):
            batch = self.create_batch(i, 1)
            self.append(*(t[None] for t in rows), batch=batch)
            synchronize()
            self.destroy_one("alignedBatchDestroy", batch)

    def decode(self, query, output, budget, report=None, stream=None):
        """query, output: [sequences, kv heads, group, rows, channels]; report: uint8 tensor or None."""
        args = DecodeArgs(query.data_ptr(), *query.stride()[:4], output.data_ptr(), *output.stride()[:4])
        args.report = report.data_ptr() if report is not None else None
        args.budget = budget
        self.rt.call("alignedDecode", self.batch, C.c_int64(0), C.byref(args), C.c_void_p(stream))

    def destroy(self):
        for name, handle in (("alignedBatchDestroy", self.batch), ("alignedCacheDestroy", self.cache),
                             ("alignedKernelDestroy", self.kernel)):
            self.destroy_one(name, handle)

    def destroy_one(self, name, handle):
        function = getattr(self.rt.lib, name)
        function.restype = None
        function(handle)
