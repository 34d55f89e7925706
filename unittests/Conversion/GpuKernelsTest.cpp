//===- GpuKernelsTest.cpp - GPU kernels against the model, without a GPU --===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionModel.h"
#include "GpuEmulator.h"

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Aligned/Support/Workspace.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <deque>
#include <numeric>
#include <random>

using namespace aligned;
using namespace aligned::test;

namespace {

struct Case {
  const char *name;
  int64_t keyDim = 64, valueDim = 64, group = 1, rows = 1;
  std::vector<int32_t> lengths = {300};
  const char *mask = "none";
  bool sinks = false;
  double softcap = 0;
  int64_t window = 0;
  bool causal = false;
  const char *maskedRows = "nan";
  float budget = 8;
  double queryScale = 3;
  bool report = true;
};

void PrintTo(const Case &c, std::ostream *stream) { *stream << c.name; }

constexpr int32_t kHeads = 2;

/// Memory of the "device", all of it guarded.
class Device {
public:
  template <typename T> T *allocate(size_t count) {
    memory.emplace_back(std::max<size_t>(count, 1) * sizeof(T));
    return memory.back().get<T>();
  }

private:
  std::deque<GuardedMemory> memory;
};

/// Pages of one operand, scattered, and the rows that belong in them.
struct Operand {
  PageLayout layout;
  PlanesView view{};
  std::vector<std::vector<float>> rows[8][kHeads]; ///< [sequence]
  PackedRows packed[8][kHeads];
};

/// A cache, a query and a kernel package for one case.
class GpuKernels : public testing::TestWithParam<Case> {
protected:
  void SetUp() override {
    context.loadDialect<AlignedDialect>();
    const Case &c = GetParam();
    std::string problem = llvm::formatv(
        "aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = "
        "{0}, value_head_dim = {1}, group = {2}, rows = {3}, query = f32, "
        "cache = bf16, output = f32, mask = {4}, sinks = {5}, softcap = {6:e} "
        ": f32, window = {7}, causal = {8}, masked_rows = {9}>\n",
        c.keyDim, c.valueDim, c.group, c.rows, c.mask, c.sinks ? "f32" : "none",
        c.softcap, c.window, c.causal ? "true" : "false", c.maskedRows);
    problem += llvm::formatv(
        "aligned.kernel @append_key solves #aligned.append_problem<role = key, "
        "head_dim = {0}, type = f32>\n"
        "aligned.kernel @append_value solves #aligned.append_problem<role = "
        "value, head_dim = {1}, type = f32>\n"
        "aligned.kernel @unpack_key solves #aligned.unpack_problem<role = key, "
        "head_dim = {0}, type = f32>\n"
        "aligned.kernel @aligned_advance solves #aligned.advance_problem\n",
        c.keyDim, c.valueDim);
    module = mlir::parseSourceString<mlir::ModuleOp>(problem, &context);
    ASSERT_TRUE(module);
    auto made = GpuEmulator::create(*module);
    ASSERT_TRUE(static_cast<bool>(made)) << llvm::toString(made.takeError());
    emulator = std::move(*made);
    makeCache();
  }

  int32_t sequences() const { return GetParam().lengths.size(); }
  int32_t slotOf(int32_t sequence) const { return sequences() - 1 - sequence; }

  void makeCache() {
    const Case &c = GetParam();
    int32_t pages = 0, n = sequences();
    for (int32_t length : c.lengths)
      tablePages = std::max<int32_t>(tablePages, (length + 127) / 128 + 1);
    pages = n * tablePages;
    slots = device.allocate<int32_t>(n);
    lengths = device.allocate<int32_t>(n);
    capacity = device.allocate<int32_t>(n);
    status = device.allocate<uint32_t>(n);
    for (int32_t s = 0; s < n; ++s) {
      slots[s] = slotOf(s);
      lengths[s] = status[s] = 0;
      capacity[slotOf(s)] = c.lengths[s];
    }
    for (Operand *operand : {&key, &value}) {
      bool isKey = operand == &key;
      operand->layout = {isKey ? PlaneRole::Key : PlaneRole::Value,
                         isKey ? c.keyDim : c.valueDim};
      int64_t bytes = operand->layout.pageBytes();
      operand->view.pages = device.allocate<uint8_t>(pages * kHeads * bytes);
      operand->view.pageStride = kHeads * bytes;
      operand->view.headStride = bytes;
      auto *table = device.allocate<int32_t>(n * tablePages);
      // Pages that no length reaches are nowhere.
      std::fill(table, table + n * tablePages, 1 << 28);
      std::vector<int32_t> free(pages);
      std::iota(free.begin(), free.end(), 0);
      std::shuffle(free.begin(), free.end(), random);
      for (int32_t s = 0; s < n; ++s)
        for (int32_t p = 0; p < (c.lengths[s] + 127) / 128; ++p) {
          table[slotOf(s) * tablePages + p] = free.back();
          free.pop_back();
        }
      operand->view.pageTable = table;
      operand->view.tableStride = tablePages;
      for (int32_t s = 0; s < n; ++s)
        for (int32_t h = 0; h < kHeads; ++h) {
          operand->packed[s][h].headDim = operand->layout.headDim;
          for (int32_t t = 0; t < c.lengths[s]; ++t) {
            std::vector<float> row(operand->layout.headDim);
            for (size_t d = 0; d < row.size(); ++d)
              row[d] = fromBF16(toBF16(normal(random) + 0.5f * (d % 7 == 0)));
            operand->rows[s][h].push_back(row);
          }
        }
    }
  }

  void launch(llvm::StringRef kernel, Grid grid, const void *params) {
    std::string error = emulator->launch(kernel, grid, params);
    ASSERT_EQ(error, "");
  }

  /// Appends rows [from, to) of one sequence to both operands.
  void append(int32_t sequence, int32_t from, int32_t to) {
    for (Operand *operand : {&key, &value}) {
      int64_t size = operand->layout.headDim, tokens = to - from;
      auto *rows = device.allocate<float>(kHeads * tokens * size);
      for (int32_t h = 0; h < kHeads; ++h)
        for (int32_t t = from; t < to; ++t) {
          // Token by token within a head, backwards over heads.
          float *target = rows + ((t - from) * kHeads + h) * size;
          std::copy_n(operand->rows[sequence][h][t].data(), size, target);
          if (t >=
              static_cast<int32_t>(operand->packed[sequence][h].scales.size()))
            operand->packed[sequence][h].append(operand->rows[sequence][h][t]);
        }
      AppendParams params{};
      params.rows = rows;
      params.rowStride[0] = 0;
      params.rowStride[1] = size;
      params.rowStride[2] = kHeads * size;
      params.rowStride[3] = 1;
      params.planes = operand->view;
      params.slots = slots + sequence;
      params.lengths = lengths;
      params.capacity = capacity;
      params.status = status;
      params.sequences = 1;
      params.kvHeads = kHeads;
      params.tokens = tokens;
      launch(operand == &key ? "append_key" : "append_value", {1, kHeads, 1},
             &params);
    }
    AdvanceParams params{slots + sequence, lengths, capacity,
                         status,           1,       to - from};
    launch("aligned_advance", {1, 1, 1}, &params);
  }

  void appendAll() {
    for (int32_t s = 0; s < sequences(); ++s) {
      int32_t length = GetParam().lengths[s], done = 0;
      for (int32_t end : {length / 3, length - 1, length})
        if (end > done) {
          append(s, done, end);
          done = end;
        }
      ASSERT_EQ(lengths[slotOf(s)], length);
    }
  }

  void checkPlanes() {
    for (Operand *operand : {&key, &value})
      for (int32_t s = 0; s < sequences(); ++s)
        for (int32_t h = 0; h < kHeads; ++h)
          for (int32_t p = 0; p * 128 < GetParam().lengths[s]; ++p) {
            int64_t mismatches = 0, first = -1;
            operand->packed[s][h].check(
                operand->layout, page(*operand, s, h, p), p,
                [&](int64_t offset) { first = mismatches++ ? first : offset; });
            EXPECT_EQ(mismatches, 0)
                << (operand == &key ? "key" : "value") << " sequence " << s
                << " head " << h << " page " << p << " first at byte " << first;
          }
  }

  const uint8_t *page(const Operand &operand, int32_t s, int32_t h, int32_t p) {
    int32_t number = operand.view.pageTable[slotOf(s) * tablePages + p];
    return operand.view.pages + number * operand.view.pageStride +
           h * operand.view.headStride;
  }

  void makeDecode() {
    const Case &c = GetParam();
    int64_t groupRows = c.group * c.rows, n = sequences();
    int64_t longest = *std::max_element(c.lengths.begin(), c.lengths.end());
    int64_t chunks = numChunks(longest, groupRows) + 1;
    int64_t items = n * kHeads;
    PageLayout keys{PlaneRole::Key, c.keyDim},
        values{PlaneRole::Value, c.valueDim};
    params = {};
    auto *query = device.allocate<float>(items * groupRows * c.keyDim);
    for (int64_t i = 0; i < items * groupRows * c.keyDim; ++i)
      query[i] = fromBF16(toBF16(normal(random) * c.queryScale));
    params.query = query;
    params.output = device.allocate<float>(items * groupRows * c.valueDim);
    // [sequence][query row][kv head][head of the group][channel]
    for (auto [strides, size] : {std::pair{params.queryStride, c.keyDim},
                                 std::pair{params.outputStride, c.valueDim}}) {
      strides[2] = size;
      strides[1] = size * c.group;
      strides[3] = strides[1] * kHeads;
      strides[0] = strides[3] * c.rows;
    }
    params.logSumExp = device.allocate<float>(items * groupRows);
    params.report =
        c.report ? device.allocate<HeadReport>(items * groupRows) : nullptr;
    makeMask(longest);
    if (c.sinks) {
      auto *sinks = device.allocate<float>(kHeads * c.group);
      for (int64_t i = 0; i < kHeads * c.group; ++i)
        sinks[i] = normal(random);
      params.sinks = sinks;
      params.sinksStride[0] = c.group;
      params.sinksStride[1] = 1;
    }
    params.key = key.view;
    params.value = value.view;
    params.slots = slots;
    params.lengths = lengths;
    int64_t rows = items * groupRows;
    params.work = {device.allocate<int8_t>(rows * keys.channels()),
                   device.allocate<uint8_t>(rows * keys.channels()),
                   device.allocate<int8_t>(rows * keys.channels()),
                   device.allocate<float>(rows * keys.channels()),
                   device.allocate<QueryStats>(rows),
                   device.allocate<float>(rows * chunks * kChunkTokens),
                   device.allocate<float>(rows * chunks),
                   device.allocate<float>(rows * chunks),
                   device.allocate<ChunkStats>(rows * chunks),
                   device.allocate<float>(rows * chunks * values.channels()),
                   device.allocate<float>(rows),
                   device.allocate<int32_t>(items),
                   device.allocate<int32_t>(n + 1)};
    params.scale = 1 / std::sqrt(float(c.keyDim));
    params.budget = c.budget;
    params.sequences = n;
    params.kvHeads = kHeads;
    params.maxChunks = chunks;
  }

  /// [sequence][query row][token], the same for all heads.
  void makeMask(int64_t tokens) {
    const Case &c = GetParam();
    llvm::StringRef type = c.mask;
    if (type == "none")
      return;
    int64_t count = sequences() * c.rows * tokens;
    std::vector<float> bias(count);
    for (float &x : bias)
      x = random() % 4 == 0 ? -INFINITY : float(random() % 3) * 0.5f;
    // One row that sees nothing.
    std::fill(bias.begin(), bias.begin() + tokens, -INFINITY);
    if (type == "i1") {
      auto *mask = device.allocate<uint8_t>(count);
      for (int64_t i = 0; i < count; ++i)
        mask[i] = std::isfinite(bias[i]);
      params.mask = mask;
      for (float &x : bias)
        x = std::isfinite(x) ? 0 : x;
    } else {
      auto *mask = device.allocate<float>(count);
      std::copy(bias.begin(), bias.end(), mask);
      params.mask = mask;
    }
    params.maskStride[0] = c.rows * tokens;
    params.maskStride[3] = tokens;
    params.maskStride[4] = 1;
    maskValue = [bias, tokens, rows = c.rows](int64_t s, int64_t row,
                                              int64_t t) {
      return bias[(s * rows + row % rows) * tokens + t];
    };
  }

  /// Whether the problem's scores fit shared memory.
  bool hasSweep() { return GetParam().group * GetParam().rows <= 16; }

  /// In one launch of a block, or in two.
  void launchDecode(bool sweep) {
    const Case &c = GetParam();
    int32_t rows = c.group * c.rows, n = sequences();
    launch("decode_prepare", {rows, kHeads, n}, &params);
    if (sweep) {
      // A block has a warp at least.
      EXPECT_EQ(
          emulator->launchResident("decode_sweep", params.maxChunks, &params),
          "");
    } else {
      launch("decode_score", {params.maxChunks, kHeads, n}, &params);
      launch("decode_attend", {params.maxChunks, kHeads, n}, &params);
    }
    launch("decode_merge", {rows, kHeads, n}, &params);
  }

  int64_t queryIndex(const int64_t *strides, int32_t s, int32_t h, int64_t r) {
    int64_t rows = GetParam().rows;
    return s * strides[0] + h * strides[1] + r / rows * strides[2] +
           r % rows * strides[3];
  }
  const float *outputRow(int32_t s, int32_t h, int64_t r) {
    return static_cast<const float *>(params.output) +
           queryIndex(params.outputStride, s, h, r);
  }

  void checkDecode();
  void checkItem(int32_t s, int32_t h);

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<GpuEmulator> emulator;
  std::mt19937 random{7};
  std::normal_distribution<float> normal;
  Device device;
  int32_t tablePages = 0;
  int32_t *slots, *lengths, *capacity;
  uint32_t *status;
  Operand key, value;
  DecodeParams params;
  std::function<double(int64_t, int64_t, int64_t)> maskValue;
};

void GpuKernels::checkItem(int32_t s, int32_t h) {
  const Case &c = GetParam();
  int64_t groupRows = c.group * c.rows;
  SCOPED_TRACE(llvm::formatv("sequence {0}, head {1}", s, h).str());
  ModelProblem problem;
  problem.group = c.group;
  problem.rows = c.rows;
  problem.scale = params.scale;
  problem.budget = c.budget;
  problem.softcap = c.softcap;
  problem.window = c.window;
  problem.causal = c.causal;
  problem.zeroWhereMasked = llvm::StringRef(c.maskedRows) == "zero";
  if (maskValue)
    problem.mask = [&](int64_t row, int64_t t) { return maskValue(s, row, t); };
  if (c.sinks)
    for (int64_t g = 0; g < c.group; ++g)
      problem.sinks.push_back(
          static_cast<const float *>(params.sinks)[h * c.group + g]);
  std::vector<std::vector<double>> queries;
  for (int64_t r = 0; r < groupRows; ++r) {
    const float *q = static_cast<const float *>(params.query) +
                     queryIndex(params.queryStride, s, h, r);
    queries.emplace_back(q, q + c.keyDim);
  }
  ModelResult model =
      decode(problem, queries, key.packed[s][h], value.packed[s][h]);
  auto exact = attend(problem, queries, key.rows[s][h], value.rows[s][h]);
  for (int64_t r = 0; r < groupRows; ++r) {
    SCOPED_TRACE(llvm::formatv("row {0}", r).str());
    const float *output = outputRow(s, h, r);
    double error = 0, norm = 0, trueError = 0;
    bool isNaN = std::isnan(model.output[r][0]);
    for (int64_t d = 0; d < c.valueDim; ++d) {
      ASSERT_EQ(std::isnan(output[d]), isNaN) << "channel " << d;
      error += std::pow(output[d] - model.output[r][d], 2);
      norm += std::pow(model.output[r][d], 2);
      if (!exact[r].empty())
        trueError += std::pow(output[d] - exact[r][d], 2);
    }
    int64_t index = (s * kHeads + h) * groupRows + r;
    float lse = params.logSumExp[index];
    if (!std::isfinite(model.logSumExp[r]))
      EXPECT_EQ(std::isnan(lse), std::isnan(model.logSumExp[r])) << lse;
    else
      EXPECT_NEAR(lse, model.logSumExp[r], 2e-5 * (1 + std::fabs(lse)));
    if (!isNaN && model.nearest > 1e-3)
      EXPECT_LE(std::sqrt(error), 2e-5 * std::sqrt(norm) + 1e-9);
    if (!params.report)
      continue;
    const HeadReport &report = params.report[index];
    EXPECT_EQ(report.visible, model.visible[r]);
    if (model.nearest > 1e-3)
      for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(report.keyRows[i], model.keyRows[i]) << "key tier " << i;
        EXPECT_EQ(report.valueRows[i], model.valueRows[i])
            << "value tier " << i;
      }
    if (isNaN || !std::isfinite(model.logSumExp[r]))
      continue;
    EXPECT_NEAR(report.norm, std::sqrt(norm), 2e-5 * std::sqrt(norm) + 1e-7);
    if (!exact[r].empty()) {
      EXPECT_GE(report.bound, std::sqrt(trueError) * 0.999);
      EXPECT_GT(report.estimate, std::sqrt(trueError) / 30);
      EXPECT_LT(report.estimate, std::sqrt(trueError) * 300 + 1e-4);
    }
  }
}

void GpuKernels::checkDecode() {
  for (int32_t s = 0; s < sequences(); ++s)
    for (int32_t h = 0; h < kHeads; ++h)
      checkItem(s, h);
}

TEST_P(GpuKernels, DecodeAgreesWithTheModel) {
  appendAll();
  checkPlanes();
  for (bool sweep : {false, true}) {
    if (sweep && !hasSweep())
      continue;
    SCOPED_TRACE(sweep ? "in one launch" : "in two launches");
    makeDecode();
    launchDecode(sweep);
    checkDecode();
  }
}

std::string caseName(const testing::TestParamInfo<Case> &info) {
  return info.param.name;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  auto add = [&](const char *name) -> Case & {
    all.push_back({});
    all.back().name = name;
    return all.back();
  };
  for (int64_t d : {64, 80, 96, 128, 192, 256, 16, 48, 160, 224}) {
    static std::deque<std::string> names;
    names.push_back("HeadDim" + std::to_string(d));
    Case &c = add(names.back().c_str());
    c.keyDim = c.valueDim = d;
    c.group = d == 128 ? 4 : 3;
    c.lengths = {300};
  }
  Case &batch = add("Batch");
  batch.lengths = {1, 0, 131, 600};
  Case &wide = add("GroupOf16");
  wide.group = 16;
  Case &many = add("ManyRows");
  many.group = 3;
  many.rows = 4;
  many.causal = true;
  Case &window = add("Window");
  window.window = 70;
  window.rows = 2;
  window.causal = true;
  window.lengths = {700, 40, 2, 1};
  Case &bias = add("BiasMask");
  bias.mask = "f32";
  bias.rows = 2;
  bias.group = 2;
  Case &boolean = add("BooleanMask");
  boolean.mask = "i1";
  boolean.maskedRows = "zero";
  Case &sinks = add("Sinks");
  sinks.sinks = true;
  sinks.group = 2;
  sinks.lengths = {200, 0};
  Case &cap = add("Softcap");
  cap.softcap = 20;
  Case &full = add("Full");
  full.budget = kFullBudget;
  Case &low = add("LowBudget");
  low.budget = 2;
  Case &quiet = add("NoReport");
  quiet.report = false;
  Case &mixed = add("MixedHeadDims");
  mixed.keyDim = 192;
  mixed.valueDim = 128;
  return all;
}

INSTANTIATE_TEST_SUITE_P(Problems, GpuKernels, testing::ValuesIn(cases()),
                         caseName);

//===----------------------------------------------------------------------===//
// Particular promises
//===----------------------------------------------------------------------===//

class GpuPromises : public GpuKernels {};

TEST_P(GpuPromises, OrderOfThreadsDoesNotMatter) {
  appendAll();
  makeDecode();
  launchDecode(/*sweep=*/true);
  int64_t count = sequences() * kHeads * GetParam().group * GetParam().valueDim;
  const auto *output = static_cast<const float *>(params.output);
  std::vector<float> first(output, output + count);
  emulator->setSeed(99);
  launchDecode(/*sweep=*/true);
  EXPECT_EQ(std::memcmp(first.data(), output, count * sizeof(float)), 0);
}

TEST_P(GpuPromises, NonFiniteKeyRowShowsWhereItIsVisible) {
  key.rows[0][0][5][3] = INFINITY;
  appendAll();
  EXPECT_EQ(status[slotOf(0)], uint32_t(kStatusNonFinite));
  checkPlanes();
  makeDecode();
  launchDecode(/*sweep=*/true);
  EXPECT_TRUE(std::isnan(outputRow(0, 0, 0)[0]));
  EXPECT_FALSE(std::isnan(outputRow(0, 1, 0)[0]));
  checkDecode();
}

TEST_P(GpuPromises, NonFiniteValueRowShowsReadOrNot) {
  value.rows[0][1][170][3] = NAN;
  appendAll();
  checkPlanes();
  makeDecode();
  params.budget = -100; // nothing of V is read
  launchDecode(/*sweep=*/true);
  EXPECT_TRUE(std::isnan(outputRow(0, 1, 0)[0]));
  EXPECT_FALSE(std::isnan(outputRow(0, 0, 0)[0]));
}

TEST_P(GpuPromises, NonFiniteQueryRowIsNaN) {
  appendAll();
  makeDecode();
  const_cast<float *>(static_cast<const float *>(params.query))[1] = NAN;
  launchDecode(/*sweep=*/true);
  EXPECT_TRUE(std::isnan(outputRow(0, 0, 0)[0]));
  EXPECT_FALSE(std::isnan(outputRow(0, 0, 1)[0]));
}

TEST_P(GpuPromises, AppendBeyondTheCapacityWritesNothing) {
  appendAll();
  int32_t length = GetParam().lengths[0];
  capacity[slotOf(0)] = length;
  for (int32_t h = 0; h < kHeads; ++h)
    for (Operand *operand : {&key, &value})
      operand->rows[0][h].push_back(operand->rows[0][h][0]);
  append(0, length, length + 1);
  EXPECT_EQ(lengths[slotOf(0)], length);
  EXPECT_EQ(status[slotOf(0)], uint32_t(kStatusOverflow));
}

TEST_P(GpuPromises, UnpackGivesRowsBack) {
  appendAll();
  int64_t size = GetParam().keyDim, tokens = GetParam().lengths[0];
  auto *rows = device.allocate<float>(kHeads * tokens * size);
  UnpackParams unpack{};
  unpack.rows = rows;
  unpack.rowStride[1] = tokens * size;
  unpack.rowStride[2] = size;
  unpack.rowStride[3] = 1;
  unpack.planes = key.view;
  unpack.slots = slots;
  unpack.lengths = lengths;
  unpack.sequences = 1;
  unpack.kvHeads = kHeads;
  launch("unpack_key", {static_cast<int32_t>(tokens / 128 + 2), kHeads, 1},
         &unpack);
  for (int32_t h = 0; h < kHeads; ++h)
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t d = 0; d < size; ++d)
        ASSERT_NEAR(rows[(h * tokens + t) * size + d], key.rows[0][h][t][d],
                    2e-3)
            << "head " << h << " token " << t << " channel " << d;
}

std::vector<Case> promiseCases() {
  Case c;
  c.name = "Group2";
  c.group = 2;
  c.lengths = {260};
  return {c};
}
INSTANTIATE_TEST_SUITE_P(Promises, GpuPromises,
                         testing::ValuesIn(promiseCases()), caseName);

} // namespace
