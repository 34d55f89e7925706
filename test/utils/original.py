# Part of the Aligned project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs linalg as it is written: nothing is recognised, and it is lowered by upstream's passes to loops."""
import os
import subprocess
import sys
import tempfile

LOWER = ("builtin.module(func.func(aligned-lower-tosa,aligned-decompose-aggregates),"
         "one-shot-bufferize{bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map},"
         "func.func(convert-linalg-to-loops),expand-strided-metadata,lower-affine,func.func(arith-expand{include-bf16}),"
         "convert-scf-to-cf,convert-cf-to-llvm,convert-math-to-llvm,convert-math-to-libm,convert-arith-to-llvm,"
         "finalize-memref-to-llvm,convert-func-to-llvm,convert-index-to-llvm,reconcile-unrealized-casts)")


# Libraries that modules call or take data from, besides MLIR's own.
LIBRARIES = []


def run(command, text):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed with {done.returncode}:\n{done.stderr[:4000]}")
    return done.stdout


def run_main(text, aligned_opt, llvm):
    """What `@main` of a module prints. `llvm` is the folder of mlir-runner."""
    lowered = run([aligned_opt, f"--pass-pipeline={LOWER}"], text)
    library = os.path.join(llvm, "..", "lib")
    libraries = [f"--shared-libs={library}/libmlir_{name}.so" for name in ("runner_utils", "c_runner_utils",
                                                                           "float16_utils")]
    libraries += [f"--shared-libs={library}" for library in LIBRARIES]
    with tempfile.NamedTemporaryFile("w", suffix=".mlir") as file:
        file.write(lowered)
        file.flush()
        return run([os.path.join(llvm, "mlir-runner"), file.name, "-e", "main", "--entry-point-result=void", "-O0",
                    *libraries], "")
