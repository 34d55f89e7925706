//===- KernelMemory.h - Memory that kernels can be called on ---*- C++ -*--===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Caches and workspaces in host memory, laid out as KernelABI.h and
// PageLayout.h say.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_SUPPORT_KERNELMEMORY_H
#define ALIGNED_UNITTESTS_SUPPORT_KERNELMEMORY_H

#include "ReferenceModel.h"

#include <memory>
#include <numeric>
#include <random>

namespace aligned::test {

/// Zeroed memory at a multiple of 128 bytes.
class Memory {
public:
  explicit Memory(size_t bytes)
      : bytes(bytes), storage(new Line[bytes / sizeof(Line) + 1]()) {}
  template <typename T> T *as() const {
    return reinterpret_cast<T *>(storage.get());
  }
  const size_t bytes;

private:
  struct alignas(128) Line {
    uint8_t bytes[128];
  };
  std::unique_ptr<Line[]> storage;
};

/// What a row says that lies in a page, read byte by byte.
inline std::vector<int> readCodes(const uint8_t *page, PageLayout layout,
                                  int64_t row) {
  auto digit = [&](int plane, int64_t d) -> int {
    const uint8_t *bytes =
        page + layout.planeOffset(plane) + row * layout.rowBytes(plane);
    if (layout.planeBits(plane) == 8)
      return static_cast<int8_t>(bytes[d]);
    uint8_t byte = bytes[d / 32 * 16 + d % 16];
    int nibble = d % 32 < 16 ? byte & 15 : byte >> 4;
    return nibble < 8 ? nibble : nibble - 16;
  };
  std::vector<int> codes;
  for (int64_t d = 0; d < layout.headDim; ++d)
    codes.push_back(layout.role == PlaneRole::Key
                        ? 4096 * digit(0, d) + 256 * digit(1, d) + digit(2, d)
                        : 256 * digit(0, d) + digit(1, d));
  return codes;
}

/// Planes of K or of V of some sequences. Pages lie in no order, and say NaN
/// until something is written.
class PlanesMemory {
public:
  PlanesMemory(PageLayout layout, int64_t slots, int64_t heads,
               int64_t capacity)
      : layout(layout), heads(heads),
        pagesOfSlot((capacity + kPageTokens - 1) / kPageTokens),
        pages(slots * pagesOfSlot * heads * layout.pageBytes()),
        table(slots * pagesOfSlot) {
    std::iota(table.begin(), table.end(), 0);
    std::shuffle(table.begin(), table.end(), std::mt19937(7));
    shown = table;
    std::memset(pages.as<uint8_t>(), 0xFF, pages.bytes);
  }

  PlanesView view() const {
    return {pages.as<uint8_t>(), heads * layout.pageBytes(), layout.pageBytes(),
            table.data(), pagesOfSlot};
  }
  /// From now on only the pages with positions [from, to) of a slot exist: who
  /// touches another one crashes.
  void showOnly(int64_t slot, int64_t from, int64_t to) {
    for (int64_t i = 0; i < pagesOfSlot; ++i)
      if ((i + 1) * kPageTokens <= from || i * kPageTokens >= to)
        shown[slot * pagesOfSlot + i] = 1 << 30;
  }
  uint8_t *page(int64_t slot, int64_t head, int64_t number) const {
    int64_t at = table[slot * pagesOfSlot + number];
    return pages.as<uint8_t>() + (at * heads + head) * layout.pageBytes();
  }

  /// The first `tokens` rows, as the planes say them.
  reference::Packed read(int64_t slot, int64_t head, int64_t tokens) const {
    reference::Packed packed;
    for (int64_t t = 0; t < tokens; ++t) {
      const uint8_t *at = page(slot, head, t / kPageTokens);
      auto bf16 = [&](int64_t offset, int64_t index) {
        uint16_t bits;
        std::memcpy(&bits, at + offset + 2 * index, 2);
        return reference::fromBF16(bits);
      };
      if (t % kPageTokens == 0) {
        reference::Row centre;
        for (int64_t d = 0; d < layout.headDim; ++d)
          centre.push_back(bf16(layout.centreOffset(), d));
        packed.centres.push_back(centre);
      }
      packed.scales.push_back(bf16(layout.scalesOffset(), t % kPageTokens));
      packed.codes.push_back(readCodes(at, layout, t % kPageTokens));
    }
    return packed;
  }

  const PageLayout layout;
  const int64_t heads, pagesOfSlot;
  const Memory pages;
  std::vector<int32_t> table;

private:
  std::vector<int32_t> shown; ///< what kernels get
};

/// Scratch memory of a decode.
class WorkspaceMemory {
public:
  WorkspaceMemory(PageLayout key, PageLayout value, int64_t sequences,
                  int64_t heads, int64_t rows, int64_t chunks) {
    int64_t items = sequences * heads * rows;
    work.queryHigh = add<int8_t>(items * key.channels());
    work.queryLow = add<uint8_t>(items * key.channels());
    work.queryCarry = add<int8_t>(items * key.channels());
    work.query = add<float>(items * key.channels());
    work.queryStats = add<QueryStats>(items);
    work.scores = add<float>(items * chunks * kChunkTokens);
    work.firstMax = add<float>(items * chunks);
    work.firstSum = add<float>(items * chunks);
    work.stats = add<ChunkStats>(items * chunks);
    work.partial = add<float>(items * chunks * value.channels());
    work.rounds = add<GroupRounds>(sequences * heads);
    work.alignment = add<float>(items);
    work.excess = add<float>(items);
    work.firstLogSum = add<float>(items);
    work.arrived = add<int32_t>(sequences * heads);
  }
  DecodeWorkspace work;

private:
  /// Filled with NaN: nothing may be read before it is written.
  template <typename T> T *add(int64_t count) {
    parts.push_back(std::make_unique<Memory>(count * sizeof(T)));
    std::memset(parts.back()->as<uint8_t>(), 0xFF, count * sizeof(T));
    return parts.back()->as<T>();
  }
  std::vector<std::unique_ptr<Memory>> parts;
};

} // namespace aligned::test

#endif // ALIGNED_UNITTESTS_SUPPORT_KERNELMEMORY_H
