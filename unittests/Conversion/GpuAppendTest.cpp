//===- GpuAppendTest.cpp - Rows to planes on an emulated GPU --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `extend` and `pack`, K and V in one launch: every byte of their pages is the
// model's, whatever came in which launch.
//
//===----------------------------------------------------------------------===//

#include "AttentionModel.h"
#include "GpuEmulator.h"
#include "GuardedMemory.h"

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <deque>
#include <functional>
#include <random>

using namespace aligned;
using namespace aligned::test;

namespace {

/// How rows lie in memory.
enum class Order { Dense, TokensFirst, EveryOtherChannel, Misaligned };

struct Kind {
  int64_t keyDim = 64, valueDim = 64;
  std::string type = "bf16";
};

class Appends {
public:
  Appends(const Kind &kind, std::vector<int32_t> starts, int32_t heads = 1,
          int32_t capacityPages = 5);

  /// Rows for every sequence, of a launch of `kernel`.
  void append(llvm::StringRef kernel, int32_t tokens,
              Order order = Order::Dense);
  /// The next rows, [sequence][head][token][channel]; changes them.
  std::function<void(int role, int32_t position, std::vector<float> &row)> edit;
  void checkPlanes();

  struct Operand {
    PageLayout layout;
    PlanesView view{};
    std::vector<std::vector<PackedRows>> packed; ///< [sequence][head]
  };
  Operand operands[2];
  int32_t *lengths, *arrived, *capacity, *slots;
  uint32_t *status;
  int32_t sequences, heads, tablePages;
  std::unique_ptr<GpuEmulator> emulator;

private:
  template <typename T> T *allocate(size_t count) {
    memory.emplace_back(count * sizeof(T));
    return memory.back().get<T>();
  }
  int32_t slotOf(int32_t sequence) const { return sequences - 1 - sequence; }
  float round(float value) const;
  void write(uint8_t *to, float value) const;
  AppendParams makeRows(int role, int32_t tokens, Order order, bool fits);

  Kind kind;
  mlir::MLIRContext context;
  std::deque<GuardedMemory> memory;
  std::mt19937 random{11};
  std::normal_distribution<float> normal;
};

Appends::Appends(const Kind &kind, std::vector<int32_t> starts, int32_t heads,
                 int32_t capacityPages)
    : sequences(starts.size()), heads(heads), tablePages(capacityPages),
      kind(kind) {
  context.loadDialect<AlignedDialect>();
  std::string text = llvm::formatv(
      "aligned.kernel @k solves #aligned.decode_problem<key_head_dim = {0}, "
      "value_head_dim = {1}, group = 1, rows = 1, query = {2}, cache = {2}, "
      "output = f32, mask = none, sinks = none, softcap = 0.0 : f32, window = "
      "0, causal = false, masked_rows = nan>",
      kind.keyDim, kind.valueDim, kind.type);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  auto made = GpuEmulator::create(*module, {"k_extend", "k_pack"});
  if (!made) {
    ADD_FAILURE() << llvm::toString(made.takeError());
    return;
  }
  emulator = std::move(*made);
  slots = allocate<int32_t>(sequences);
  lengths = allocate<int32_t>(sequences);
  arrived = allocate<int32_t>(sequences);
  capacity = allocate<int32_t>(sequences);
  status = allocate<uint32_t>(sequences);
  for (int32_t s = 0; s < sequences; ++s) {
    slots[s] = slotOf(s);
    lengths[s] = arrived[s] = status[s] = 0;
    capacity[s] = tablePages * kPageTokens;
  }
  for (int role : {0, 1}) {
    Operand &operand = operands[role];
    operand.layout = role == 0 ? PageLayout{PlaneRole::Key, kind.keyDim}
                               : PageLayout{PlaneRole::Value, kind.valueDim};
    int64_t bytes = operand.layout.pageBytes();
    int32_t pages = sequences * tablePages;
    auto *table = allocate<int32_t>(pages);
    for (int32_t p = 0; p < pages; ++p)
      table[p] = pages - 1 - p;
    operand.view = {allocate<uint8_t>(pages * heads * bytes), heads * bytes,
                    bytes, table, tablePages};
    PackedRows none{operand.layout.headDim, {}, {}, {}};
    operand.packed.assign(sequences, std::vector<PackedRows>(heads, none));
  }
  // What sequences have before, one by one.
  std::vector<int32_t> all(slots, slots + sequences);
  int32_t count = sequences;
  for (int32_t s = 0; s < count; ++s)
    if (starts[s] > 0) {
      slots[0] = all[s];
      sequences = 1;
      std::swap(operands[0].packed[0], operands[0].packed[s]);
      std::swap(operands[1].packed[0], operands[1].packed[s]);
      append("k_pack", starts[s]);
      std::swap(operands[0].packed[0], operands[0].packed[s]);
      std::swap(operands[1].packed[0], operands[1].packed[s]);
      sequences = count;
    }
  std::copy(all.begin(), all.end(), slots);
}

void Appends::write(uint8_t *to, float value) const {
  if (kind.type == "f32") {
    std::memcpy(to, &value, 4);
  } else if (kind.type == "bf16") {
    uint16_t bits = toBF16(value);
    std::memcpy(to, &bits, 2);
  } else {
    auto half = static_cast<_Float16>(value);
    std::memcpy(to, &half, 2);
  }
}

float Appends::round(float value) const {
  if (kind.type == "bf16")
    return fromBF16(toBF16(value));
  return kind.type == "f16" ? static_cast<float>(_Float16(value)) : value;
}

AppendParams Appends::makeRows(int role, int32_t tokens, Order order,
                               bool fits) {
  Operand &operand = operands[role];
  int64_t dim = operand.layout.headDim, size = kind.type == "f32" ? 4 : 2;
  int64_t channel = order == Order::EveryOtherChannel ? 2 : 1;
  int64_t token = dim * channel, head = token * tokens;
  if (order == Order::TokensFirst) {
    head = token;
    token = heads * head;
  }
  int64_t sequence = int64_t(heads) * tokens * dim * channel;
  int64_t first = order == Order::Misaligned ? 1 : 0;
  auto *rows =
      allocate<uint8_t>((sequences * sequence + first) * size) + first * size;
  for (int32_t s = 0; s < sequences; ++s)
    for (int32_t h = 0; h < heads; ++h)
      for (int32_t t = 0; t < tokens; ++t) {
        int32_t position = lengths[slots[s]] + t;
        std::vector<float> row(dim);
        for (int64_t d = 0; d < dim; ++d)
          row[d] = round(normal(random) + 0.5f * (d % 7 == 0));
        if (edit)
          edit(role, position, row);
        for (int64_t d = 0; d < dim; ++d)
          write(rows +
                    (s * sequence + h * head + t * token + d * channel) * size,
                row[d]);
        if (fits)
          operand.packed[s][h].append(row);
      }
  AppendParams params{};
  params.rows = rows;
  int64_t strides[] = {sequence, head, token, channel};
  std::copy(strides, strides + 4, params.rowStride);
  params.planes = operand.view;
  params.slots = slots;
  params.lengths = lengths;
  params.capacity = capacity;
  params.status = status;
  params.sequences = sequences;
  params.kvHeads = heads;
  params.tokens = tokens;
  return params;
}

void Appends::append(llvm::StringRef kernel, int32_t tokens, Order order) {
  SCOPED_TRACE(llvm::formatv("{0} of {1} rows", kernel, tokens).str());
  bool fits = true; // all of them, or none
  for (int32_t s = 0; s < sequences; ++s)
    fits &= lengths[slots[s]] + tokens <= capacity[slots[s]];
  std::vector<int32_t> before;
  for (int32_t s = 0; s < sequences; ++s)
    before.push_back(lengths[slots[s]]);
  ExtendParams params{makeRows(0, tokens, order, fits),
                      makeRows(1, tokens, order, fits), lengths, arrived};
  ASSERT_EQ(emulator->launch(kernel, {2, heads, sequences}, &params), "");
  for (int32_t s = 0; s < sequences; ++s) {
    EXPECT_EQ(lengths[slots[s]], before[s] + (fits ? tokens : 0));
    EXPECT_EQ(arrived[slots[s]], 0);
  }
}

void Appends::checkPlanes() {
  for (int role : {0, 1})
    for (int32_t s = 0; s < sequences; ++s)
      for (int32_t h = 0; h < heads; ++h)
        for (int32_t p = 0; p * kPageTokens < lengths[slots[s]]; ++p) {
          const Operand &operand = operands[role];
          int32_t number = operand.view.pageTable[slots[s] * tablePages + p];
          int64_t mismatches = 0, first = -1;
          operand.packed[s][h].check(
              operand.layout,
              operand.view.pages + number * operand.view.pageStride +
                  h * operand.view.headStride,
              p, [&](int64_t o) { first = mismatches++ ? first : o; });
          EXPECT_EQ(mismatches, 0)
              << (role == 0 ? "key" : "value") << " sequence " << s << " head "
              << h << " page " << p << " first at byte " << first;
        }
}

//===----------------------------------------------------------------------===//
// Kinds of rows
//===----------------------------------------------------------------------===//

class EveryKind : public testing::TestWithParam<Kind> {};

/// Two whole pages and a part, and behind them, in the middle of a page, as
/// many again.
TEST_P(EveryKind, PackAndExtendStoreTheModelsPlanes) {
  Appends appends(GetParam(), {0});
  appends.append("k_pack", 300);
  appends.checkPlanes();
  appends.append("k_extend", 1);
  appends.append("k_pack", 230);
  appends.checkPlanes();
}

std::vector<Kind> kinds() {
  std::vector<Kind> all;
  for (int64_t dim : {64, 80, 96, 128, 192, 256})
    all.push_back({dim, dim, dim == 64 ? "f16" : "bf16"});
  all.push_back({16, 48, "bf16"});
  all.push_back({192, 128, "f16"});
  all.push_back({64, 64, "f32"});
  return all;
}
INSTANTIATE_TEST_SUITE_P(Rows, EveryKind, testing::ValuesIn(kinds()),
                         [](const testing::TestParamInfo<Kind> &info) {
                           return llvm::formatv(
                                      "K{0}V{1}{2}", info.param.keyDim,
                                      info.param.valueDim, info.param.type)
                               .str();
                         });

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

/// One launch for sequences that are at different places of their pages: in
/// the middle, at a page's end, empty.
TEST(GpuAppend, SequencesOfABatchGoOnWhereTheyAre) {
  Appends appends({64, 80}, {130, 0, 256, 127}, /*heads=*/2);
  appends.append("k_extend", 2);
  appends.checkPlanes();
  appends.append("k_pack", 140);
  appends.checkPlanes();
}

/// A page filled row by row, in steps of one to eight, gives its centre to the
/// next as a packed one does.
TEST(GpuAppend, StepsCrossPages) {
  Appends appends({64, 64}, {100});
  for (int32_t tokens : {1, 2, 3, 5, 8, 7, 4, 6, 1, 8})
    appends.append("k_extend", tokens);
  appends.checkPlanes();
  ASSERT_GT(appends.lengths[0], 128);
}

/// Rows in any order of dimensions, and where no 16 bytes can be loaded at
/// once.
TEST(GpuAppend, RowsMayLieInAnyOrder) {
  for (Order order :
       {Order::TokensFirst, Order::EveryOtherChannel, Order::Misaligned}) {
    SCOPED_TRACE(int(order));
    Appends appends({64, 64}, {0, 5}, /*heads=*/2);
    appends.append("k_pack", 131, order);
    appends.append("k_extend", 3, order);
    appends.checkPlanes();
  }
}

/// They are stored without digits, do not count for a centre, and set the
/// status; a page of nothing else has the next one start from zero.
TEST(GpuAppend, RowsThatAreNotFiniteDoNotCount) {
  Appends appends({64, 64}, {0});
  appends.edit = [](int role, int32_t position, std::vector<float> &row) {
    bool isBad =
        role == 0 ? position % 50 == 7 : position >= 128 && position < 256;
    if (isBad)
      row[position % 64] = position % 2 ? INFINITY : NAN;
  };
  appends.append("k_pack", 300);
  appends.checkPlanes();
  EXPECT_EQ(appends.status[0], uint32_t(kStatusNonFinite));
  // Four pages in the hands of groups, and one that follows on the first.
  Appends longer({64, 64}, {0}, 1, /*capacityPages=*/6);
  longer.edit = appends.edit;
  longer.append("k_pack", 6 * 128);
  longer.checkPlanes();
}

TEST(GpuAppend, BeyondTheCapacityNothingIsWritten) {
  for (const char *kernel : {"k_pack", "k_extend"}) {
    Appends appends({64, 64}, {130}, 2, /*capacityPages=*/2);
    appends.capacity[0] = 135;
    appends.append(kernel, 6); // holds the length to what it was
    EXPECT_EQ(appends.status[0], uint32_t(kStatusOverflow));
    appends.checkPlanes();
    appends.append(kernel, 5);
    appends.checkPlanes();
  }
}

/// Warps of a group wait for the group before, however they are scheduled.
TEST(GpuAppend, OrderOfThreadsDoesNotMatter) {
  for (uint32_t seed : {3, 4, 5}) {
    Appends appends({128, 64}, {0}, 1, /*capacityPages=*/6);
    appends.emulator->setSeed(seed);
    appends.append("k_pack", 700);
    appends.checkPlanes();
  }
}

} // namespace
