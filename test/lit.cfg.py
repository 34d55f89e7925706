import os
import shutil

import lit.formats
from lit.llvm import llvm_config
config.name = "ALIGNED"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.aligned_obj_root, "test")
config.environment["FILECHECK_OPTS"] = "-enable-var-scope --allow-unused-prefixes=false"
llvm_config.use_default_substitutions()
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.add_tool_substitutions(["aligned-compile", "aligned-opt", "mlir-opt", "mlir-translate", "mlir-runner"], [os.path.join(config.aligned_obj_root, "bin"), config.llvm_tools_dir])
if shutil.which("ptxas"):
    config.available_features.add("ptxas")
