//===- Arrays.cpp - numpy and torch arrays as operands --------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arrays.h"

using namespace aligned::python;

static std::string typeName(nb::dlpack::dtype type) {
  const char *kind = "type ";
  switch (static_cast<nb::dlpack::dtype_code>(type.code)) {
  case nb::dlpack::dtype_code::Float:
    kind = "f";
    break;
  case nb::dlpack::dtype_code::Bfloat:
    kind = "bf";
    break;
  case nb::dlpack::dtype_code::Int:
    kind = "i";
    break;
  case nb::dlpack::dtype_code::UInt:
    kind = "u";
    break;
  case nb::dlpack::dtype_code::Bool:
    kind = "i1, bits ";
    break;
  default:
    break;
  }
  return kind + std::to_string(type.bits);
}

static std::string formatShape(const std::vector<int64_t> &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") +
            (shape[i] < 0 ? std::string("?") : std::to_string(shape[i]));
  return text + "]";
}

static std::vector<int64_t> shapeOf(const ReadOnlyArray &array) {
  return {array.shape_ptr(), array.shape_ptr() + array.ndim()};
}

static bool matches(const std::vector<int64_t> &shape,
                    const std::vector<int64_t> &expected) {
  if (shape.size() != expected.size())
    return false;
  for (size_t i = 0; i < shape.size(); ++i)
    if (expected[i] >= 0 && shape[i] != expected[i])
      return false;
  return true;
}

void aligned::python::checkArray(const ReadOnlyArray &array,
                                 const Expected &expected) {
  const std::string type = typeName(array.dtype()), wanted = expected.type;
  if (type != wanted && !(wanted == "bf16" && type == "u16"))
    throw std::invalid_argument(
        std::string(expected.name) + ": expected elements of type " + wanted +
        (wanted == "bf16" ? " (or their bits as uint16)" : "") + ", got " +
        type);
  std::vector<int64_t> shape = shapeOf(array);
  if (!matches(shape, expected.shape))
    throw std::invalid_argument(
        std::string(expected.name) + ": expected shape " +
        formatShape(expected.shape) + ", got " + formatShape(shape));
}

bool aligned::python::liesOnHost(const ReadOnlyArray &array,
                                 const Device &device, const char *name) {
  switch (array.device_type()) {
  case nb::device::cpu::value:
  case nb::device::cuda_host::value:
    return true;
  default:
    if (!device.isGpu())
      throw std::invalid_argument(
          std::string(name) + ": the array is not in host memory, and the " +
          "kernel runs on " + alignedDeviceGetDescription(device.handle));
    return false;
  }
}

bool aligned::python::isContiguous(const ReadOnlyArray &array) {
  int64_t step = 1;
  for (size_t i = array.ndim(); i-- > 0;) {
    if (array.shape(i) != 1 && array.stride(i) != step)
      return false;
    step *= static_cast<int64_t>(array.shape(i));
  }
  return true;
}

void *Staging::reserve(size_t bytes) {
  if (bytes > capacity) {
    void *larger = nullptr;
    check(alignedDeviceAllocate(device.handle, bytes, &larger));
    alignedDeviceFree(device.handle, memory);
    memory = larger;
    capacity = bytes;
  }
  return memory;
}

const void *Operand::read(const ReadOnlyArray &array, const char *name) {
  Device &device = staging.device;
  if (!liesOnHost(array, device, name) || !device.isGpu())
    return array.data();
  if (!isContiguous(array))
    throw std::invalid_argument(std::string(name) +
                                ": a host array for a GPU must be contiguous: "
                                "give numpy.ascontiguousarray(..) of it");
  copy = staging.reserve(array.nbytes());
  check(alignedDeviceUpload(device.handle, copy, array.data(), array.nbytes(),
                            stream));
  return copy;
}

void *Operand::write(void *data, size_t size, bool onHost) {
  if (!onHost || !staging.device.isGpu())
    return data;
  host = data;
  bytes = size;
  copy = staging.reserve(bytes);
  return copy;
}

void Operand::finish() {
  if (host)
    check(alignedDeviceDownload(staging.device.handle, host, copy, bytes,
                                stream));
}
