//===- Axes.cpp - Tensor dimensions as products of axes
//-----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Axes.h"

using namespace mlir;
using namespace aligned::recognition;

static bool isDynamic(int64_t size) { return ShapedType::isDynamic(size); }

Digits Axes::create(int64_t size) {
  if (size == 1)
    return {};
  axes.push_back(std::make_unique<Axis>(Axis{size, {}, {}}));
  return {axes.back().get()};
}

Digits Axes::createSpan(const Span &span) {
  for (const std::unique_ptr<Axis> &axis : axes)
    if (axis->span && axis->span->begin == span.begin &&
        axis->span->length == span.length &&
        resolve(axis->span->positions) == resolve(span.positions))
      return {axis.get()};
  axes.push_back(
      std::make_unique<Axis>(Axis{countPositions(span.positions), {}, span}));
  return {axes.back().get()};
}

Digits Axes::resolve(ArrayRef<Axis *> digits) const {
  Digits resolved;
  for (Axis *axis : digits) {
    if (axis->parts.empty())
      resolved.push_back(axis);
    else
      llvm::append_range(resolved, resolve(axis->parts));
  }
  return resolved;
}

Indices Axes::resolveAll(ArrayRef<Digits> indices) const {
  Indices resolved;
  for (const Digits &digits : indices)
    resolved.push_back(resolve(digits));
  return resolved;
}

void Axes::split(Axis *axis, int64_t outer, int64_t inner) {
  Digits parts = create(outer);
  llvm::append_range(parts, create(inner));
  axis->parts = parts;
}

/// Takes digits that count `size` positions off the inner end.
std::optional<Digits> Axes::takeInner(Digits &digits, int64_t size) {
  Digits taken;
  while (size > 1) {
    if (digits.empty())
      return std::nullopt;
    Axis *axis = digits.pop_back_val();
    if (!isDynamic(axis->size) && size % axis->size == 0) {
      taken.insert(taken.begin(), axis);
      size /= axis->size;
      continue;
    }
    // An axis of unknown size has the inner factor for certain only if there
    // is no other digit that could have a part of it.
    if (isDynamic(axis->size) ? !digits.empty() : axis->size % size != 0)
      return std::nullopt;
    split(axis, isDynamic(axis->size) ? axis->size : axis->size / size, size);
    digits.push_back(axis->parts.front());
    taken.insert(taken.begin(), axis->parts.back());
    size = 1;
  }
  return taken;
}

/// Takes digits that count `size` positions off the outer end.
std::optional<Digits> Axes::takeOuter(Digits &digits, int64_t size) {
  Digits taken;
  while (size > 1) {
    if (digits.empty())
      return std::nullopt;
    Axis *axis = digits.front();
    digits.erase(digits.begin());
    if (!isDynamic(axis->size) && size % axis->size == 0) {
      taken.push_back(axis);
      size /= axis->size;
      continue;
    }
    if (isDynamic(axis->size) ? !digits.empty() : axis->size % size != 0)
      return std::nullopt;
    split(axis, size, isDynamic(axis->size) ? axis->size : axis->size / size);
    taken.push_back(axis->parts.front());
    digits.insert(digits.begin(), axis->parts.back());
    size = 1;
  }
  return taken;
}

std::optional<Indices> Axes::cut(ArrayRef<Axis *> digits,
                                 ArrayRef<int64_t> sizes) {
  Digits rest = resolve(digits);
  Indices indices(sizes.size());
  if (getSpan(rest)) { // no number to be cut
    const auto *whole =
        llvm::find_if(sizes, [](int64_t size) { return size != 1; });
    if (whole == sizes.end() ||
        llvm::count(sizes, 1) + 1 != static_cast<int64_t>(sizes.size()))
      return std::nullopt;
    indices[whole - sizes.begin()] = rest;
    return indices;
  }
  // One dimension of unknown size gets what the others leave.
  size_t first = 0, last = sizes.size();
  for (; last > first && !isDynamic(sizes[last - 1]); --last) {
    std::optional<Digits> taken = takeInner(rest, sizes[last - 1]);
    if (!taken)
      return std::nullopt;
    indices[last - 1] = *taken;
  }
  for (; first < last && !isDynamic(sizes[first]); ++first) {
    std::optional<Digits> taken = takeOuter(rest, sizes[first]);
    if (!taken)
      return std::nullopt;
    indices[first] = *taken;
  }
  if (last - first > 1 || (last == first && !rest.empty()))
    return std::nullopt;
  if (last > first)
    indices[first] = rest;
  return indices;
}

int64_t aligned::recognition::countPositions(ArrayRef<Axis *> digits) {
  int64_t count = 1;
  for (Axis *axis : digits) {
    if (isDynamic(axis->size))
      return ShapedType::kDynamic;
    count *= axis->size;
  }
  return count;
}
