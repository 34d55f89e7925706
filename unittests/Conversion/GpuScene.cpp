//===- GpuScene.cpp - A cache and a query for emulated kernels ------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuScene.h"

#include "../Support/Vectors.h"

#include "Aligned/Dialect/Aligned/IR/Aligned.h"
#include "Aligned/Support/Workspace.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <numeric>

using namespace aligned;
using namespace aligned::test;

void GpuScene::SetUp() {
  context.loadDialect<AlignedDialect>();
  const Case &c = GetParam();
  std::string problem = llvm::formatv(
      "aligned.kernel @decode solves #aligned.decode_problem<{10}key_head_dim "
      "= {0}, value_head_dim = {1}, group = {2}, rows = {3}, query = f32, "
      "cache = bf16, output = f32, mask = {4}, sinks = {5}, softcap = {6:e} "
      ": f32, window = {7}, causal = {8}, masked_rows = {9}>\n",
      c.keyDim, c.valueDim, c.group, c.rows, c.mask, c.sinks ? "f32" : "none",
      c.softcap, c.window, c.causal ? "true" : "false", c.maskedRows,
      c.certify == 0 ? "" : "certified = true, ");
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

void GpuScene::makeCache() {
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

void GpuScene::launch(llvm::StringRef kernel, Grid grid, const void *params,
                      int threads) {
  std::string error = emulator->launch(kernel, grid, params, threads);
  ASSERT_EQ(error, "");
}

void GpuScene::append(int32_t sequence, int32_t from, int32_t to) {
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

void GpuScene::appendAll() {
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

void GpuScene::checkPlanes() {
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

const uint8_t *GpuScene::page(const Operand &operand, int32_t s, int32_t h,
                              int32_t p) {
  int32_t number = operand.view.pageTable[slotOf(s) * tablePages + p];
  return operand.view.pages + number * operand.view.pageStride +
         h * operand.view.headStride;
}

void GpuScene::makeDecode() {
  const Case &c = GetParam();
  int64_t groupRows = c.group * c.rows, n = sequences();
  int64_t longest = *std::max_element(c.lengths.begin(), c.lengths.end());
  int64_t items = n * kHeads;
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
  params.maxChunks = numChunks(longest, groupRows) + 1;
  params.scale = 1 / std::sqrt(float(c.keyDim));
  params.budget = c.budget;
  params.sequences = n;
  params.kvHeads = kHeads;
  params.certify = c.certify;
  params.work = makeWorkspace();
}

DecodeWorkspace GpuScene::makeWorkspace() {
  const Case &c = GetParam();
  PageLayout keys{PlaneRole::Key, c.keyDim},
      values{PlaneRole::Value, c.valueDim};
  int64_t chunks = params.maxChunks, items = sequences() * kHeads;
  int64_t rows = items * c.group * c.rows;
  return {device.allocate<int8_t>(rows * keys.channels()),
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
          /*alignment=*/nullptr,
          device.allocate<GroupRounds>(items),
          device.allocate<float>(rows),
          device.allocate<int32_t>(sequences() + 1)};
}

void GpuScene::makeMask(int64_t tokens) {
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
  maskValue = [bias, tokens, rows = c.rows](int64_t s, int64_t row, int64_t t) {
    return bias[(s * rows + row % rows) * tokens + t];
  };
}

void GpuScene::launchDecode(bool sweep) {
  int32_t rows = GetParam().group * GetParam().rows;
  launch("decode_prepare", {rows, kHeads, sequences()}, &params);
  for (int round = 0; round < (params.certify == 0 ? 1 : kCertifyRounds);
       ++round)
    launchRound(sweep);
}

std::vector<float> GpuScene::outputs() const {
  const Case &c = GetParam();
  const auto *output = static_cast<const float *>(params.output);
  return {output,
          output + params.sequences * kHeads * c.group * c.rows * c.valueDim};
}

void GpuScene::checkOrderOfThreads() {
  appendAll();
  makeDecode();
  launchDecode(/*sweep=*/true);
  std::vector<float> first = outputs();
  emulator->setSeed(99);
  launchDecode(/*sweep=*/true);
  std::vector<float> second = outputs();
  EXPECT_EQ(first, second); // none of them NaN
  EXPECT_TRUE(sameBits(first, second));
}

void GpuScene::spoilQuery() {
  const_cast<float *>(static_cast<const float *>(params.query))[1] = NAN;
}

void GpuScene::launchRound(bool sweep) {
  int32_t rows = GetParam().group * GetParam().rows, n = sequences();
  if (sweep) {
    // A block has a warp at least.
    EXPECT_EQ(
        emulator->launchResident("decode_sweep", params.maxChunks, &params),
        "");
  } else {
    launch("decode_score", {params.maxChunks, kHeads, n}, &params);
    launch("decode_attend", {params.maxChunks, kHeads, n}, &params);
  }
  // Any number of warps gives the same bits.
  launch("decode_merge", {rows, kHeads, n}, &params, sweep ? 64 : 0);
}
