//===- Elements.cpp - Numbers of every element type -----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

#include <cmath>
#include <cstring>

using namespace aligned;

static float bf16ToFloat(uint16_t bits) {
  uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float number;
  std::memcpy(&number, &wide, sizeof(number));
  return number;
}

/// Rounds once, to nearest even: going through f32 could round twice.
static uint16_t doubleToBf16(double number) {
  if (std::isnan(number))
    return 0x7fc0;
  float nearest = static_cast<float>(number);
  uint32_t bits;
  std::memcpy(&bits, &nearest, sizeof(bits));
  // Make the last bit of the float sticky ("round to odd").
  if (std::isfinite(nearest) && static_cast<double>(nearest) != number) {
    bool tooFar = std::fabs(static_cast<double>(nearest)) > std::fabs(number);
    bits = (tooFar ? bits - 1 : bits) | 1;
  }
  if ((bits & 0x7f800000u) != 0x7f800000u)
    bits += 0x7fff + ((bits >> 16) & 1);
  return static_cast<uint16_t>(bits >> 16);
}

template <typename T>
static void convert(const void *data, int64_t from, std::vector<double> &to) {
  const char *bytes = static_cast<const char *>(data) + from * sizeof(T);
  for (double &number : to) {
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    number = static_cast<double>(value);
    bytes += sizeof(T);
  }
}

bool aligned::toDoubles(const std::string &type, const void *data, int64_t from,
                        int64_t count, std::vector<double> &numbers) {
  numbers.resize(count);
  if (type == "f64")
    convert<double>(data, from, numbers);
  else if (type == "f32")
    convert<float>(data, from, numbers);
  else if (type == "f16")
    convert<_Float16>(data, from, numbers);
  else if (type == "i64")
    convert<int64_t>(data, from, numbers);
  else if (type == "i32")
    convert<int32_t>(data, from, numbers);
  else if (type == "i16")
    convert<int16_t>(data, from, numbers);
  else if (type == "i8")
    convert<int8_t>(data, from, numbers);
  else if (type == "i1")
    convert<uint8_t>(data, from, numbers);
  else if (type == "bf16") {
    const uint16_t *bits = static_cast<const uint16_t *>(data) + from;
    for (double &number : numbers)
      number = bf16ToFloat(*bits++);
  } else
    return false;
  return true;
}

uint16_t aligned::toBits16(const std::string &type, double number) {
  if (type == "bf16")
    return doubleToBf16(number);
  _Float16 half = static_cast<_Float16>(number);
  uint16_t bits;
  std::memcpy(&bits, &half, sizeof(bits));
  return bits;
}

double aligned::roundTo(const std::string &type, double number) {
  if (type == "f32")
    return static_cast<float>(number);
  if (type == "bf16")
    return bf16ToFloat(doubleToBf16(number));
  return static_cast<double>(static_cast<_Float16>(number));
}
