# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""variations ALIGNED_OPT [--seed=N] [--count=N]: writes attention in many spellings, and things with one defect that
keeps them from being attention, and holds recognition to raising all of the former and none of the latter.

Case I of a seed is the same whatever the count; two in three are attention. `--print=I` writes its module, in whose
comment is its descriptor. `--numerics=N` also runs N of the attentions as they are and as they were raised.
"""
import argparse
import collections
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import numerics  # noqa: E402
from descriptor import DEFECTS, draw  # noqa: E402
from tosa import TosaWriter  # noqa: E402
from writer import Writer  # noqa: E402

RAISE = "func.func(aligned-raise-attention)"


class Case:
    def __init__(self, seed, index):
        self.index, self.name = index, f"case_{index}"
        choices = random.Random(f"{seed}/{index}")
        names = list(DEFECTS)
        defect = names[(index // 3) % len(names)] if index % 3 == 2 else ""
        self.descriptor = draw(choices, defect)
        self.writer = (TosaWriter if self.descriptor.tosa else Writer)(self.name, self.descriptor, choices)
        self.text = self.writer.write()

    @property
    def expected(self):
        return 0 if self.descriptor.defect else 1


def raised_of(tool, cases, fuse):
    """For each case the number of attentions, and what remarks say; also the module that comes out."""
    pipeline = f"builtin.module({numerics.FUSE if fuse else ''}{RAISE})"
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cases.mlir")
        lines, owner = [], []
        for case in cases:
            lines.append(case.text)
            owner += [case.name] * case.text.count("\n")
        with open(path, "w") as file:
            file.write("".join(lines))
        done = subprocess.run([tool, path, f"--pass-pipeline={pipeline}", "--remarks-filter=aligned"], capture_output=True,
                              text=True)
    if done.returncode:
        sys.exit(f"aligned-opt failed on a module of {len(cases)} cases:\n{done.stderr[:4000]}")
    remarks = collections.defaultdict(list)
    for line, text in re.findall(r'cases\.mlir:(\d+):\d+: remark: \[Missed\].*?Reason="([^"]*)"', done.stderr):
        remarks[owner[int(line) - 1]].append(text)
    counts, name = collections.Counter(), None
    for line in done.stdout.splitlines():
        if match := re.match(r"\s*func\.func @(\w+)\(", line):
            name = match.group(1)
        counts[name] += line.count("aligned.attention {")
    return counts, remarks, done.stdout


def report(case, count, remarks):
    kind = f"broken ({case.descriptor.defect})" if case.descriptor.defect else "attention"
    print(f"FAIL case {case.index}: {kind}, raised {count} times; remarks: {remarks or 'none'}\n  {case.descriptor}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2400)
    parser.add_argument("--print", type=int, dest="index")
    parser.add_argument("--numerics", type=int, default=0)
    parser.add_argument("--llvm", default="", help="folder of mlir-opt and mlir-runner, for --numerics")
    options = parser.parse_args()
    if options.index is not None:
        case = Case(options.seed, options.index)
        print(f"// {case.descriptor}\n{case.text}")
        return
    begin = time.time()
    cases = [Case(options.seed, index) for index in range(options.count)]
    failed, outputs = [], {}
    for fuse in (False, True):
        group = [case for case in cases if case.descriptor.fuse == fuse]
        counts, remarks, outputs[fuse] = raised_of(options.tool, group, fuse)
        for case in group:
            if counts[case.name] != case.expected:
                failed.append(case)
                report(case, counts[case.name], remarks[case.name])
    valid = [case for case in cases if case.expected]
    broken = [case for case in cases if not case.expected]
    missed = sum(1 for case in failed if case.expected)
    print(f"seed {options.seed}: attention {len(valid)}, raised {len(valid) - missed}; "
          f"broken {len(broken)}, raised {len(failed) - missed}; {time.time() - begin:.1f} s")
    kinds = {"sinks": lambda d: d.sinks != "none", "log-sum-exp": lambda d: d.logsumexp, "TOSA": lambda d: d.tosa}
    print("of the attention: " + ", ".join(f"{sum(map(is_one, (c.descriptor for c in valid)))} {kind}"
                                           for kind, is_one in kinds.items()))
    wrong = numerics.check(options, [c for c in valid if c not in failed]) if options.numerics else 0
    sys.exit(bool(failed or wrong))


if __name__ == "__main__":
    main()
