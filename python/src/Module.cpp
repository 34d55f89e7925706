//===- Module.cpp - The extension module ----------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned.h"

using namespace aligned::python;

void aligned::python::check(AlignedError error) {
  if (!error)
    return;
  const std::string message = alignedErrorGetMessage(error);
  AlignedErrorCode code = alignedErrorGetCode(error);
  alignedErrorDestroy(error);
  switch (code) {
  case ALIGNED_INVALID_ARGUMENT:
  case ALIGNED_NON_FINITE:
    throw std::invalid_argument(message); // ValueError
  default:
    throw LibraryError(message);
  }
}

NB_MODULE(_aligned, module) {
  nb::exception<LibraryError>(module, "AlignedError", PyExc_RuntimeError);
  module.attr("__version__") = alignedGetVersion();
  bindDevice(module);
  bindPackage(module);
  bindCache(module);
  bindBatch(module);
}
