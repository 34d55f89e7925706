//===- Planes.cpp - Planes of one tensor of a program ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Planes.h"
#include "ElementType.h"

#include <algorithm>

using namespace aligned;

int64_t Planes::length() const {
  return stored.empty() ? 0 : *std::max_element(stored.begin(), stored.end());
}

PlanesView Planes::view() const {
  return {pages.as<uint8_t>(), pageBytes(), layout.pageBytes(), pageTable(),
          pagesOfSequence};
}

Error Planes::check(const char *what, const PlanesKernel &kernel,
                    const HostRows &rows) const {
  if (kernel.layout.role != layout.role ||
      kernel.layout.headDim != layout.headDim ||
      kernel.layout.encoding != layout.encoding)
    return makeError(ALIGNED_INVALID_ARGUMENT, what, ": kernel '", kernel.name,
                     "' is for planes of another role or head size");
  if (rows.sizes[0] != numSequences || rows.sizes[1] != numKvHeads ||
      rows.sizes[3] != layout.headDim)
    return makeError(ALIGNED_INVALID_ARGUMENT, what, ": kernel '", kernel.name,
                     "': rows of ", rows.sizes[0], " sequences, ",
                     rows.sizes[1], " kv heads and ", rows.sizes[3],
                     " channels, for planes of ", numSequences, ", ",
                     numKvHeads, " and ", layout.headDim);
  return nullptr;
}

Error Planes::grow(int64_t tokens) {
  int64_t needed = (tokens + kPageTokens - 1) / kPageTokens;
  if (needed <= pagesOfSequence && pagesOfSequence != 0)
    return nullptr;
  // One more than asked for, so that a prefill is not copied by the first step
  // behind it, then twice what there was.
  int64_t count = std::max(needed + 1, 2 * pagesOfSequence);
  auto bytes = static_cast<size_t>(count * pageBytes());
  ScratchPool::Loan newPages, newState;
  ALIGNED_TRY(pool.borrow(bytes * static_cast<size_t>(numSequences), newPages));
  for (int64_t s = 0; s < numSequences && length() != 0; ++s)
    ALIGNED_TRY(pool.device->copyAsync(
        newPages.as<char>() + s * count * pageBytes(),
        pages.as<char>() + s * pagesOfSequence * pageBytes(),
        static_cast<size_t>(pagesOfSequence * pageBytes()),
        /*stream=*/nullptr));
  std::vector<int32_t> values;
  for (int64_t s = 0; s < numSequences; ++s)
    values.push_back(static_cast<int32_t>(s)); // slots
  values.insert(values.end(), stored.begin(), stored.end());
  for (int64_t value : {count * kPageTokens, int64_t(0)}) // capacities, status
    values.insert(values.end(), static_cast<size_t>(numSequences),
                  static_cast<int32_t>(value));
  for (int64_t page = 0; page < numSequences * count; ++page)
    values.push_back(static_cast<int32_t>(page));
  size_t stateBytes = values.size() * sizeof(int32_t);
  ALIGNED_TRY(pool.borrow(stateBytes, newState));
  ALIGNED_TRY(pool.device->uploadAsync(newState.as<void>(), values.data(),
                                       stateBytes, /*stream=*/nullptr));
  pages = std::move(newPages);
  state = std::move(newState);
  pagesOfSequence = count;
  return nullptr;
}

Error Planes::uploadLengths() {
  std::vector<int32_t> values(stored.begin(), stored.end());
  return pool.device->uploadAsync(lengths(), values.data(),
                                  values.size() * sizeof(int32_t),
                                  /*stream=*/nullptr);
}

Error Planes::append(const PlanesKernel &kernel, const HostRows &rows,
                     const int64_t *positions, int64_t stride) {
  ALIGNED_TRY(check("append", kernel, rows));
  std::vector<int64_t> begin = stored;
  for (int64_t s = 0; s < numSequences && positions; ++s) {
    int64_t position = positions[s * stride];
    if (position < 0 || position > length(s))
      return makeError(ALIGNED_INVALID_ARGUMENT, "append: kernel '",
                       kernel.name, "': position ", position, " is beyond the ",
                       length(s), " that the planes have");
    begin[static_cast<size_t>(s)] = position;
  }
  int64_t tokens = rows.sizes[2], end = 0;
  for (int64_t position : begin)
    end = std::max(end, position + tokens);
  if (end > INT32_MAX)
    return makeError(ALIGNED_OUT_OF_CAPACITY, "append: ", end,
                     " positions are more than planes can have");
  ALIGNED_TRY(grow(end));
  if (begin != stored) {
    stored = begin;
    ALIGNED_TRY(uploadLengths());
  }
  if (tokens == 0)
    return nullptr;
  Staged<4> staged = {};
  std::copy_n(rows.sizes, 4, staged.sizes.begin());
  std::copy_n(rows.strides, 4, staged.hostStrides.begin());
  staged.elementBytes = elementBytes(kernel.type);
  ALIGNED_TRY(staged.upload(pool, rows.data));
  AppendParams params = {};
  params.rows = staged.device;
  std::copy_n(staged.strides.begin(), 4, params.rowStride);
  params.planes = view();
  params.slots = slots();
  params.lengths = lengths();
  params.capacity = capacities();
  // Rows with a NaN are stored as such, and what attends to them is NaN, as in
  // the source: nobody has to ask the status.
  params.status = reinterpret_cast<uint32_t *>(status());
  params.sequences = static_cast<int32_t>(numSequences);
  params.kvHeads = static_cast<int32_t>(numKvHeads);
  params.tokens = static_cast<int32_t>(tokens);
  ALIGNED_TRY(pool.device->launch(kernel.function, &params,
                                  {1, numKvHeads, numSequences},
                                  /*stream=*/nullptr));
  for (int64_t &length : stored)
    length += tokens;
  return uploadLengths();
}

Error Planes::unpack(const PlanesKernel &kernel, const HostRows &rows) {
  ALIGNED_TRY(check("unpack", kernel, rows));
  int64_t tokens = length();
  if (rows.sizes[2] != tokens)
    return makeError(ALIGNED_INVALID_ARGUMENT, "unpack: kernel '", kernel.name,
                     "': the planes have ", tokens,
                     " positions, the tensor has ", rows.sizes[2]);
  if (tokens == 0)
    return nullptr;
  Staged<4> staged = {};
  std::copy_n(rows.sizes, 4, staged.sizes.begin());
  std::copy_n(rows.strides, 4, staged.hostStrides.begin());
  staged.elementBytes = elementBytes(kernel.type);
  // Behind the end of shorter sequences the kernel writes nothing.
  bool isRagged = std::any_of(stored.begin(), stored.end(),
                              [&](int64_t length) { return length != tokens; });
  if (isRagged)
    ALIGNED_TRY(staged.upload(pool, rows.data));
  else
    ALIGNED_TRY(staged.prepare(pool, rows.data));
  UnpackParams params = {};
  params.rows = staged.device;
  std::copy_n(staged.strides.begin(), 4, params.rowStride);
  params.planes = view();
  params.slots = slots();
  params.lengths = lengths();
  params.sequences = static_cast<int32_t>(numSequences);
  params.kvHeads = static_cast<int32_t>(numKvHeads);
  int64_t count = (tokens + kPageTokens - 1) / kPageTokens;
  ALIGNED_TRY(pool.device->launch(kernel.function, &params,
                                  {count, numKvHeads, numSequences},
                                  /*stream=*/nullptr));
  return staged.download(pool, rows.data);
}
