//===- Package.cpp - Packages, from files and from IR ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned.h"

#include "aligned-c/Jit.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <dlfcn.h>
#include <optional>

using namespace aligned::python;

#ifndef ALIGNED_JIT_LIBRARY
#define ALIGNED_JIT_LIBRARY "libaligned-jit.so"
#define ALIGNED_JIT_DIRECTORY ""
#endif

namespace {
struct Jit {
  decltype(&alignedJitCompile) compile;
  decltype(&alignedJitGetRemarks) getRemarks;
};
} // namespace

/// LLVM is a quarter of a gigabyte: it is loaded when there is something to
/// compile, and a program that has packages runs without it.
static const Jit &loadJit() {
  static const Jit jit = [] {
    const std::string besideRuntime =
        ALIGNED_JIT_DIRECTORY "/" ALIGNED_JIT_LIBRARY;
    void *library = dlopen(besideRuntime.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
      library = dlopen(ALIGNED_JIT_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    Jit found = {};
    if (library) {
      found.compile = reinterpret_cast<decltype(found.compile)>(
          dlsym(library, "alignedJitCompile"));
      found.getRemarks = reinterpret_cast<decltype(found.getRemarks)>(
          dlsym(library, "alignedJitGetRemarks"));
    }
    if (!found.compile || !found.getRemarks) {
      const char *why = dlerror();
      throw LibraryError(std::string("compiling MLIR takes the JIT library: ") +
                         (why ? why : ALIGNED_JIT_LIBRARY) +
                         "; install it, or compile elsewhere with "
                         "aligned-compile and load the package");
    }
    return found;
  }();
  return jit;
}

static const char *orNull(const std::optional<std::string> &text) {
  return text ? text->c_str() : nullptr;
}

static std::shared_ptr<Package>
compile(const std::string &ir, const std::optional<std::string> &targets,
        const std::optional<std::string> &precision,
        const std::optional<std::string> &cacheDirectory) {
  AlignedJitOptions options = {};
  options.targets = orNull(targets);
  options.precision = orNull(precision);
  options.cacheDirectory = orNull(cacheDirectory);
  const Jit &jit = loadJit();
  AlignedPackage package = nullptr;
  AlignedError error;
  {
    nb::gil_scoped_release release;
    error = jit.compile(ir.data(), ir.size(), &options, &package, nullptr);
  }
  check(error);
  auto owned = std::make_shared<Package>(package);
  if (alignedPackageGetNumDecodes(package) == 0)
    throw std::invalid_argument(
        std::string("the IR has no attention that became a decode:\n") +
        jit.getRemarks());
  return owned;
}

void aligned::python::bindPackage(nb::module_ &module) {
  nb::class_<Package>(module, "Package", "Compiled kernels and their manifest.")
      .def_static(
          "load",
          [](const std::string &path) {
            AlignedPackage package = nullptr;
            check(alignedPackageLoad(path.c_str(), &package));
            return std::make_shared<Package>(package);
          },
          nb::arg("path"), "Reads a file that aligned-compile wrote.")
      .def_prop_ro("num_decodes",
                   [](const Package &package) {
                     return alignedPackageGetNumDecodes(package.handle);
                   })
      .def_prop_ro(
          "manifest",
          [](const Package &package) {
            return alignedPackageGetManifest(package.handle);
          },
          "JSON text.");

  module.def("compile", &compile, nb::arg("ir"),
             nb::arg("targets") = nb::none(), nb::arg("precision") = nb::none(),
             nb::arg("cache_directory") = nb::none(),
             "Compiles MLIR text or bytecode that holds attention. `targets`: "
             "'cpu', 'cpu,nvptx:sm_90a'; `precision`: 'budget<12>', 'full', "
             "'certified<1e-2>', 'paper'; "
             "`cache_directory`: packages are kept there, keyed by the IR.");
}
