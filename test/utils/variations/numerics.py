# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs attentions as they were written and as they were raised, side by side in one JIT, and compares.

One module holds, for each case, the function, the function raised and decomposed again, and code that fills arguments
by a hash of the position, calls both, and finds the largest difference. Nothing of it is recognised: it is lowered by
upstream's passes alone.
"""
import re

from original import run, run_main
from tensor_ir import Function, Value

# What a difference may be, relative to max(1, |largest result|). The raised form has fewer roundings between operations;
# in f32 the others are those of scores of about 30 in the exponent.
TOLERANCE = {"f32": 5e-6, "f16": 4e-3, "bf16": 4e-2}

FUSE = "func.func(linalg-generalize-named-ops,linalg-fuse-elementwise-ops,canonicalize,cse),"

def functions(text):
    """The functions of a printed module, by name."""
    found = {}
    for part in re.split(r"(?m)^  (?=func\.func )", text)[1:]:
        body = part.rstrip()
        found[re.match(r"func\.func @(\w+)", part).group(1)] = body[:-1] if body.endswith("\n}") else body
    return found


class Comparison:
    """A function that calls a case in both forms and gives the largest difference and the largest result."""

    def __init__(self, case):
        self.case, self.d = case, case.descriptor
        source = case.writer.f
        self.f = Function(f"compare_{case.index}", dict(source.sizes))
        self.source = source

    def hashed(self, b, dims, seed):
        """A number of 15 bits from the position, and from nothing else."""
        position = b.op(f"arith.constant {seed * 7919 + 13} : i32")
        for axis in (dim for dim in dims if dim):
            factor = b.op("arith.constant 31 : i32")
            position = b.op(f"arith.muli {position}, {factor} : i32")
            position = b.op(f"arith.addi {position}, {b.index(axis)} : i32")
        for factor, shift in ((0x45D9F3B, 16), (0x2C1B3C6D, 13)):
            bits = b.op(f"arith.constant {shift} : i32")
            high = b.op(f"arith.shrui {position}, {bits} : i32")
            mixed = b.op(f"arith.xori {position}, {high} : i32")
            position = b.op(f"arith.muli {mixed}, {b.op(f'arith.constant {factor} : i32')} : i32")
        shift = b.op("arith.constant 17 : i32")
        return b.op(f"arith.shrui {position}, {shift} : i32")

    def fill(self, argument, seed):
        dtype = argument.dtype

        def body(b):
            bits = self.hashed(b, argument.dims, seed)
            if dtype == "i1":
                return self.kept(b, bits)
            if dtype == "i32":  # a length, or the last position that is seen
                most = b.op(f"arith.constant {self.f.sizes['n'] - 1} : i32")
                one = b.op("arith.constant 1 : i32")
                return b.op(f"arith.addi {b.op(f'arith.remui {bits}, {most} : i32')}, {one} : i32")
            number = b.op(f"arith.sitofp {bits} : i32 to f32")
            scale, middle = b.op("arith.constant 1.220703125e-4 : f32"), b.op("arith.constant 2.0 : f32")
            number = b.binary("subf", b.binary("mulf", number, scale, "f32"), middle, "f32")
            return b.cast(number, "f32", dtype)
        return self.f.elementwise([], argument.dims, dtype, body)

    def kept(self, b, bits):
        """A row sees its first token, so that it sees one."""
        two, zero = b.op("arith.constant 2 : i32"), b.op("arith.constant 0 : i32")
        half = b.op(f"arith.cmpi ne, {b.op(f'arith.remui {bits}, {two} : i32')}, {zero} : i32")
        first = b.op(f"arith.cmpi eq, {b.index('n')}, {zero} : i32")
        keep = b.op(f"arith.ori {half}, {first} : i1")
        true = b.op("arith.constant true")
        return keep if self.d.keep else b.op(f"arith.xori {keep}, {true} : i1")

    def call(self, name, arguments):
        """Its results, in f32."""
        types = [self.source.type_of(a) for a in self.source.args]
        values = []
        for value, wanted in zip(arguments, types):
            have = self.f.type_of(value)
            values.append(value.name if have == wanted
                          else self.f.op(f"tensor.cast {value.name} : {have} to {wanted}"))
        results = self.case.writer.results
        called, count = self.f.fresh(), len(results)
        self.f.emit(f"{called}:{count} = func.call @{name}({', '.join(values)}) : ({', '.join(types)}) -> "
                    f"({', '.join(map(self.source.type_of, results))})")
        return [self.f.cast(Value(f"{called}#{i}", result.dims, result.dtype), "f32")
                for i, result in enumerate(results)]

    def text(self):
        f = self.f
        arguments = [self.fill(a, i) for i, a in enumerate(self.source.args)]
        want, have = self.call(self.case.name, arguments), self.call(self.case.name + "_raised", arguments)

        def worst(b, w, h, difference, size):
            both = b.op(f"arith.andi {b.op(f'arith.cmpf uno, {w}, {w} : f32')}, "
                        f"{b.op(f'arith.cmpf uno, {h}, {h} : f32')} : i1")
            zero = b.op("arith.constant 0.0 : f32")
            apart = b.op(f"math.absf {b.binary('subf', h, w, 'f32')} : f32")
            apart = b.op(f"arith.select {both}, {zero}, {apart} : f32")
            return (b.binary("maximumf", apart, difference, "f32"),
                    b.binary("maxnumf", b.op(f"math.absf {w} : f32"), size, "f32"))
        outputs = [f.fill((), "0.0", "f32"), f.fill((), "0.0", "f32")]
        for one, other in zip(want, have):
            outputs = f.generic([one, other], outputs, [dim for dim in one.dims if dim], worst)
        # A NaN of one side alone stays one, and no comparison holds for it.
        return f.text(outputs)


def driver(cases):
    f = Function("main", {})
    table = f.op(f"tensor.empty() : tensor<{len(cases)}x2xf32>")
    for row, case in enumerate(cases):
        results = f.fresh()
        f.emit(f"{results}:2 = func.call @compare_{case.index}() : () -> (tensor<f32>, tensor<f32>)")
        for column in (0, 1):
            number = f.op(f"tensor.extract {results}#{column}[] : tensor<f32>")
            at = [f.op(f"arith.constant {i} : index") for i in (row, column)]
            table = f.op(f"tensor.insert {number} into {table}[{', '.join(at)}] : tensor<{len(cases)}x2xf32>")
    unranked = f.op(f"tensor.cast {table} : tensor<{len(cases)}x2xf32> to tensor<*xf32>")
    f.emit(f"func.call @printMemrefF32({unranked}) : (tensor<*xf32>) -> ()")
    lines = "\n".join("  " + line for line in f.lines)
    return ("func.func private @printMemrefF32(tensor<*xf32>) attributes {llvm.emit_c_interface}\n"
            f"func.func @main() {{\n{lines}\n  return\n}}\n")


def check(options, cases):
    """Compares a sample of the cases; the number of those that differ."""
    sample = cases[::max(1, len(cases) // options.numerics)][:options.numerics]
    text = "".join(case.text for case in sample)
    raised = {}
    for fuse in (False, True):
        passes = f"{FUSE if fuse else ''}func.func(aligned-raise-attention,aligned-decompose-attention)"
        group = "".join(case.text for case in sample if case.descriptor.fuse == fuse)
        raised |= functions(run([options.tool, f"--pass-pipeline=builtin.module({passes})", "--mlir-print-local-scope"],
                                group))
    parts = [text, *(raised[case.name].replace(f"@{case.name}(", f"@{case.name}_raised(", 1) for case in sample),
             *(Comparison(case).text() for case in sample), driver(sample)]
    printed = run_main("\n".join(parts), options.tool, options.llvm)
    numbers = [float(x) for x in re.findall(r"[-+]?(?:nan|inf|[0-9.]+(?:e[-+]?[0-9]+)?)", printed.split("data =")[1])]
    worst, failed = {}, 0
    for case, (difference, size) in zip(sample, zip(numbers[::2], numbers[1::2])):
        dtype = case.descriptor.dtype
        relative = difference / max(1.0, size)
        if not relative <= TOLERANCE[dtype]:
            failed += 1
            print(f"FAIL case {case.index}: raised differs by {difference:g} of {size:g}\n  {case.descriptor}")
        worst[dtype] = max(worst.get(dtype, 0), relative)
    print(f"numerics of {len(sample)}: {failed} differ; largest "
          + ", ".join(f"{dtype} {worst[dtype]:.1e}" for dtype in sorted(worst)))
    return failed
