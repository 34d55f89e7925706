//===- PtxTest.cpp - Kernels to PTX and cubins ----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Pipelines/Ptx.h"

#include "Aligned/Dialect/Aligned/IR/Aligned.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

#include <ctime>

using namespace aligned;

namespace {

class Ptx : public testing::Test {
protected:
  Ptx() { context.loadDialect<AlignedDialect>(); }

  mlir::OwningOpRef<mlir::ModuleOp> parse(const std::string &text) {
    return mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  }
  static std::string decode(int64_t headDim, int64_t group, int64_t rows,
                            const char *more, bool certified = false) {
    return llvm::formatv(
        "aligned.kernel @decode solves #aligned.decode_problem<{4}key_head_dim "
        "= {0}, value_head_dim = {0}, group = {1}, rows = {2}, query = bf16, "
        "cache = bf16, output = bf16, {3}, masked_rows = nan>\n",
        headDim, group, rows, more, certified ? "certified = true, " : "");
  }
  void checkSpills(const std::string &source, const char *chip);

  static constexpr const char *kPlain =
      "mask = none, sinks = none, softcap = 0.0 : f32, window = 0, causal = "
      "false";
  static constexpr const char *kEverything =
      "mask = bf16, sinks = f32, softcap = 30.0 : f32, window = 1024, causal = "
      "true";

  mlir::MLIRContext context;
};

TEST_F(Ptx, SaysHowKernelsAreLaunched) {
  auto module =
      parse(decode(64, 3, 1, kPlain) + "aligned.kernel @aligned_advance solves "
                                       "#aligned.advance_problem\n");
  auto ptx = compileToPtx(*module, "sm_90a");
  ASSERT_TRUE(static_cast<bool>(ptx)) << llvm::toString(ptx.takeError());
  ASSERT_EQ(ptx->kernels.size(), 8u);
  EXPECT_EQ(ptx->kernels[0].name, "decode_prepare");
  EXPECT_EQ(ptx->kernels[0].threads, 128);
  EXPECT_EQ(ptx->kernels[3].name, "decode_sweep");
  EXPECT_EQ(ptx->kernels[5].name, "decode_extend");
  EXPECT_EQ(ptx->kernels[6].name, "decode_pack");
  EXPECT_EQ(ptx->kernels[6].threads, 1024);
  EXPECT_EQ(ptx->kernels[7].name, "aligned_advance");
  EXPECT_NE(ptx->text.find(".visible .entry decode_score"), std::string::npos);
  EXPECT_NE(ptx->text.find("mma.sync.aligned.m16n8k32"), std::string::npos);
  // Nothing is left for a linker.
  EXPECT_EQ(ptx->text.find(".extern"), std::string::npos);
  // The module is the caller's.
  EXPECT_EQ(std::distance(module->getBody()->begin(), module->getBody()->end()),
            2);
}

/// Planes of f16 bits, the precision `paper` and its control.
static std::string ofBits(int64_t keyDim, int64_t valueDim, int64_t group,
                          int64_t rows, const std::string &more) {
  return llvm::formatv(
      "aligned.kernel @decode solves #aligned.decode_problem<key_head_dim = "
      "{0}, value_head_dim = {1}, group = {2}, rows = {3}, query = f16, cache "
      "= f16, output = f16, {4}, masked_rows = nan, encoding = ieee>\n"
      "aligned.kernel @append_key solves #aligned.append_problem<role = key, "
      "head_dim = {0}, type = f16, encoding = ieee>\n"
      "aligned.kernel @unpack_value solves #aligned.unpack_problem<role = "
      "value, head_dim = {1}, type = f16, encoding = ieee>\n",
      keyDim, valueDim, group, rows, more);
}

TEST_F(Ptx, HasAPhaseMoreOfPlanesOfBits) {
  auto module = parse(ofBits(64, 64, 1, 1, kPlain));
  auto ptx = compileToPtx(*module, "sm_90a");
  ASSERT_TRUE(static_cast<bool>(ptx)) << llvm::toString(ptx.takeError());
  std::vector<std::string> names;
  for (const PtxKernel &kernel : ptx->kernels)
    names.push_back(kernel.name);
  // No sweep, in whose place two launches are.
  EXPECT_EQ(names, (std::vector<std::string>{
                       "decode_prepare", "decode_score", "decode_estimate",
                       "decode_attend", "decode_merge", "decode_extend",
                       "decode_pack", "append_key", "unpack_value"}));
  EXPECT_EQ(ptx->text.find(".extern"), std::string::npos);
  EXPECT_EQ(ptx->text.find(".local"), std::string::npos);
}

TEST_F(Ptx, RefusesUnknownArchitectures) {
  auto module = parse(decode(64, 1, 1, kPlain));
  auto ptx = compileToPtx(*module, "gfx90a");
  ASSERT_FALSE(static_cast<bool>(ptx));
  EXPECT_NE(llvm::toString(ptx.takeError()).find("unknown architecture"),
            std::string::npos);
}

TEST_F(Ptx, RefusesHeadSizesBeyondItsKernels) {
  auto module = parse(decode(72, 1, 1, kPlain));
  auto ptx = compileToPtx(*module, "sm_90a");
  ASSERT_FALSE(static_cast<bool>(ptx));
  EXPECT_NE(llvm::toString(ptx.takeError()).find("multiples of 16 up to 256"),
            std::string::npos);
}

/// ptxas spills a word or two where that lets one more block be resident; what
/// is kept in registers must not go.
constexpr int64_t kFewBytes = 32;

int64_t mostSpilled(llvm::StringRef log) {
  int64_t most = 0;
  llvm::SmallVector<llvm::StringRef> lines;
  log.split(lines, '\n');
  for (llvm::StringRef line : lines) {
    // "    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads"
    int64_t bytes = 0;
    if (line.consume_back(" bytes spill loads") &&
        !line.rsplit(' ').second.getAsInteger(10, bytes))
      most = std::max(most, bytes);
  }
  return most;
}

void Ptx::checkSpills(const std::string &source, const char *chip) {
  SCOPED_TRACE(chip + (": " + source));
  std::clock_t start = std::clock();
  auto module = parse(source);
  auto ptx = compileToPtx(*module, chip);
  ASSERT_TRUE(static_cast<bool>(ptx)) << llvm::toString(ptx.takeError());
  double time = 1000.0 * (std::clock() - start) / CLOCKS_PER_SEC;
  std::string log;
  auto cubin = assembleCubin(ptx->text, chip, &log);
  ASSERT_TRUE(static_cast<bool>(cubin)) << llvm::toString(cubin.takeError());
  EXPECT_FALSE(cubin->empty());
  if (getenv("ALIGNED_TEST_VERBOSE"))
    llvm::errs() << llvm::formatv("{0} {1}: {2} ms\n", source, chip, time)
                 << log;
  EXPECT_LE(mostSpilled(log), kFewBytes) << log;
}

TEST_F(Ptx, PlanesOfBitsAssembleWithoutSpills) {
  if (findPtxas().empty())
    GTEST_SKIP() << "no ptxas";
  for (auto [dim, group] : {std::pair{64, 1}, {128, 4}, {256, 8}, {96, 16}})
    checkSpills(ofBits(dim, dim, group, 1, kPlain), "sm_90a");
  const std::string everything = llvm::StringRef(kEverything).str();
  checkSpills(ofBits(128, 80, 3, 2, everything), "sm_90a");
  checkSpills(ofBits(128, 128, 4, 1, everything), "sm_80");
}

TEST_F(Ptx, AssemblesWithoutSpills) {
  if (findPtxas().empty())
    GTEST_SKIP() << "no ptxas";
  for (const char *chip : {"sm_80", "sm_90a"})
    for (const char *more : {kPlain, kEverything})
      for (int64_t headDim : {64, 96, 128, 256})
        for (auto [group, rows] : {std::pair{1, 1}, {4, 1}, {3, 2}, {16, 1}})
          if (more == kPlain || headDim == 128)
            checkSpills(decode(headDim, group, rows, more), chip);
}

TEST_F(Ptx, AssemblesCertifiedKernelsWithoutSpills) {
  if (findPtxas().empty())
    GTEST_SKIP() << "no ptxas";
  for (const char *more : {kPlain, kEverything})
    for (int64_t headDim : {64, 128, 256})
      for (auto [group, rows] : {std::pair{1, 1}, {4, 1}, {16, 1}})
        if (more == kPlain || headDim == 128)
          checkSpills(decode(headDim, group, rows, more, /*certified=*/true),
                      "sm_90a");
}

} // namespace
