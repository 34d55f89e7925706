# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What must hold of an evaluation of any model: check_evaluation.py TEXT.json"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as stream:
    found = {result["method"]: result for result in json.load(stream)["results"]}
kl = {method: result["kl_mean"] for method, result in found.items()}
read = {method: result["fraction"] for method, result in found.items()}

assert kl["float32"] == 0 and found["float32"]["agreement"] == 1
assert 0 < kl["full"] < kl["budget<12>"] < kl["budget<4>"], kl
assert 0 < kl["f16"] < kl["truncate<8>"], kl
assert kl["full"] < 1e-5, kl
assert 0 < kl["paper"] < kl["truncate<8>"], kl
# All rounds count: more than everything where none of them suffices.
assert read["budget<4>"] < read["paper"] < 1 < read["certified<1e-9>"], read
assert kl["certified<1e-9>"] < kl["budget<12>"], kl
assert found["certified<1>"]["certified_share"] > 0.5 and found["certified<1e-9>"]["certified_share"] == 0, found
assert "certified_share" not in found["full"], found
assert read["budget<4>"] < read["budget<12>"] < read["full"] == 1, read
for result in found.values():
    assert 1 < result["perplexity"] < 1e4, result
    assert result["kl_mean"] <= result["kl_max"], result
