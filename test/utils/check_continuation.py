#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_continuation.py JSON RECORDED: what aligned-eval --continue=flat,peaked made of a recording."""
import json
import sys

continued, recorded = (json.load(open(path))["contexts"] for path in sys.argv[1:])
effective = {(c["attention"], c["tokens"]): c["effective_tokens"] for c in continued}
base = recorded[0]["effective_tokens"]
assert effective["flat", 4096] > 4 * base, effective
assert abs(effective["peaked", 4096] / base - 1) < 1e-3, (effective, base)
# Within the recording both are the recording.
assert effective["flat", 150] == effective["peaked", 150] < base
for context in continued:
    parts = context["stored_rows"]
    assert [p["from"] for p in parts[1:]] == [p["to"] for p in parts[:-1]]
    assert parts[0]["from"] == 0 and parts[-1]["to"] == context["tokens"]
    for part in parts:
        # Planes hold a row to 1 / 65536 of its scale; bf16 rounds what is handed back.
        assert part["max"] < 2**-8, part
        # Too few rows have no average to speak of.
        if context["tokens"] > 4000:
            assert part["mean"] < 1.5 * parts[0]["mean"], parts
