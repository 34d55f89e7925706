#!/usr/bin/env python3
# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_evaluation.py JSON LAYERS TOKENS: what aligned-eval wrote has its fields, and numbers that make sense."""
import json
import sys

evaluation = json.load(open(sys.argv[1]))
assert evaluation["layers"] == int(sys.argv[2])
fine, full = evaluation["results"]
assert (fine["precision"], full["precision"]) == ("budget<16>", "full")
for result in (fine, full):
    assert result["tokens"] == int(sys.argv[3])
    error = result["error"]
    # Random rows without a mean are the hardest: what is dropped is large beside the output.
    assert 0 < error["mean"] < 5e-3 and error["median"] <= error["p99"] <= error["max"], error
    assert result["error_rounded"]["mean"] > error["mean"]
    assert result["bound_violated"] == 0
    assert abs(result["fraction"] - (result["bits"]["k"] + result["bits"]["v"]) / 32) < 1e-9
    assert result["time_us"] > 0 and result["bytes"] > 0
assert full["bits"] == {"k": 16, "v": 16} and full["fraction"] == 1
assert fine["bits"]["k"] < 16 and fine["bits"]["v"] < 16 and fine["bytes"] < full["bytes"]
assert full["error"]["mean"] <= fine["error"]["mean"]
