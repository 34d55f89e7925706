//===- Error.h - Errors as values ----------------------------- -*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inside the library an error is a unique_ptr, null when all went well. The C
// interface releases it to the caller, and lets no exception out.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_CORE_ERROR_H
#define ALIGNED_RUNTIME_CORE_ERROR_H

#include "aligned-c/Aligned.h"

#include <exception>
#include <memory>
#include <sstream>
#include <string>

struct AlignedErrorImpl {
  AlignedErrorCode code;
  std::string message;
};

namespace aligned {

using Error = std::unique_ptr<AlignedErrorImpl>;

/// An error whose message is all of `parts` in a row.
template <typename... Parts>
Error makeError(AlignedErrorCode code, const Parts &...parts) {
  std::ostringstream message;
  (message << ... << parts);
  return Error(new AlignedErrorImpl{code, message.str()});
}

/// Runs the body of a function of the C interface.
template <typename Body> AlignedError guarded(Body &&body) noexcept {
  try {
    return body().release();
  } catch (const std::bad_alloc &) {
    return makeError(ALIGNED_OUT_OF_CAPACITY, "out of host memory").release();
  } catch (const std::exception &exception) {
    return makeError(ALIGNED_INVALID_ARGUMENT, exception.what()).release();
  }
}

} // namespace aligned

/// Hands an error on.
#define ALIGNED_TRY(expression)                                                \
  do {                                                                         \
    if (::aligned::Error error_ = (expression))                                \
      return error_;                                                           \
  } while (false)

#endif // ALIGNED_RUNTIME_CORE_ERROR_H
