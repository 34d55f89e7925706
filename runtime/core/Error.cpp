//===- Error.cpp - Errors as values ---------------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Error.h"

AlignedErrorCode alignedErrorGetCode(AlignedError error) { return error->code; }

const char *alignedErrorGetMessage(AlignedError error) {
  return error->message.c_str();
}

void alignedErrorDestroy(AlignedError error) { delete error; }

AlignedError alignedErrorCreate(AlignedErrorCode code, const char *message) {
  return new AlignedErrorImpl{code, message ? message : ""};
}

const char *alignedGetVersion(void) { return ALIGNED_VERSION; }
