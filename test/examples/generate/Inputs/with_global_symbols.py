# Part of the Aligned project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""with_global_symbols.py SCRIPT ..: runs a script so that kernels which the tests' own driver loads find what they call
in the libraries of this process."""

import os
import runpy
import sys

sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL)
del sys.argv[0]
sys.path[0] = os.path.dirname(sys.argv[0])
runpy.run_path(sys.argv[0], run_name="__main__")
