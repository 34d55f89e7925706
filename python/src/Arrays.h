//===- Arrays.h - numpy and torch arrays as operands ------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_PYTHON_ARRAYS_H
#define ALIGNED_PYTHON_ARRAYS_H

#include "Aligned.h"

#include <nanobind/ndarray.h>

namespace aligned::python {

/// Any array that speaks DLPack or the buffer protocol.
using Array = nb::ndarray<>;
using ReadOnlyArray = nb::ndarray<nb::ro>;

/// What an operand must be. A negative size stands for any.
struct Expected {
  const char *name;
  const char *type; ///< "f32", "f16", "bf16", "u8"
  std::vector<int64_t> shape;
};

/// Throws a ValueError that names the operand unless `array` has the type and
/// shape. bf16 may come as uint16, for numpy has no bf16.
void checkArray(const ReadOnlyArray &array, const Expected &expected);

/// Device memory that grows and is used again.
class Staging {
public:
  explicit Staging(Device &device) : device(device) {}
  ~Staging() { alignedDeviceFree(device.handle, memory); }
  Staging(const Staging &) = delete;
  Staging &operator=(const Staging &) = delete;

  void *reserve(size_t bytes);

  Device &device;

private:
  void *memory = nullptr;
  size_t capacity = 0;
};

/// An operand of one call in memory of the device: the array's own where it
/// lies there, a copy in `staging` where a host array is given to a GPU.
class Operand {
public:
  Operand(Staging &staging, void *stream) : staging(staging), stream(stream) {}

  /// Reads of the device see what the array holds now.
  const void *read(const ReadOnlyArray &array, const char *name);
  /// Where the device may write as many bytes as the array has.
  void *write(void *data, size_t bytes, bool onHost);
  bool isCopy() const { return copy; }
  /// Brings what the device wrote to the array; nothing where it lies there.
  void finish();

private:
  Staging &staging;
  void *stream;
  void *copy = nullptr;
  void *host = nullptr;
  size_t bytes = 0;
};

/// Whether the array lies on the host; throws if it lies on a device that is
/// not `device`, naming the operand.
bool liesOnHost(const ReadOnlyArray &array, const Device &device,
                const char *name);

/// Whether rows lie one behind the other without gaps.
bool isContiguous(const ReadOnlyArray &array);

} // namespace aligned::python

#endif // ALIGNED_PYTHON_ARRAYS_H
