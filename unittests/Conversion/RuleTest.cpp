//===- RuleTest.cpp - Arithmetic that all targets share -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Conversion/Tile/Rule.h"

#include "Aligned/Pipelines/CpuKernels.h"
#include "Aligned/Pipelines/NativeObject.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/FileSystem.h"

#include "gtest/gtest.h"

#include <cmath>
#include <dlfcn.h>

using namespace mlir;
using namespace aligned;
using namespace aligned::tile;

namespace {

/// A function of one float vector, compiled.
class Compiled {
public:
  static constexpr int64_t kLanes = 16;

  explicit Compiled(llvm::function_ref<Val(Val)> body) {
    MLIRContext context;
    context
        .loadDialect<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                     math::MathDialect, vector::VectorDialect>();
    auto loc = UnknownLoc::get(&context);
    OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
    Emitter e(loc, &context);
    e.setInsertionPointToStart(module->getBody());
    auto function = func::FuncOp::create(
        e, "f", e.getFunctionType({e.pointer(), e.pointer()}, TypeRange()));
    Block *block = function.addEntryBlock();
    e.setInsertionPointToStart(block);
    Val x = e.load(e.vec(kLanes, e.f32()), e.wrap(block->getArgument(0)), 4);
    e.store(body(x), e.wrap(block->getArgument(1)), 4);
    func::ReturnOp::create(e);
    PassManager passes(&context);
    buildCpuKernelsPipeline(passes);
    EXPECT_TRUE(succeeded(passes.run(*module)));
    load(llvm::cantFail(compileToSharedObject(*module, "native")).bytes);
  }
  ~Compiled() { dlclose(library); }

  std::vector<float> operator()(std::vector<float> in) const {
    in.resize((in.size() + kLanes - 1) / kLanes * kLanes);
    std::vector<float> out(in.size());
    for (size_t i = 0; i < in.size(); i += kLanes)
      function(&in[i], &out[i]);
    return out;
  }

private:
  void load(llvm::StringRef bytes) {
    llvm::SmallString<128> path;
    int descriptor;
    ASSERT_FALSE(
        llvm::sys::fs::createTemporaryFile("rule", "so", descriptor, path));
    llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true) << bytes;
    library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    llvm::sys::fs::remove(path);
    ASSERT_TRUE(library) << dlerror();
    function =
        reinterpret_cast<void (*)(const float *, float *)>(dlsym(library, "f"));
  }

  void *library = nullptr;
  void (*function)(const float *, float *) = nullptr;
};

} // namespace

TEST(Exp2Polynomial, IsExactToTwoUnits) {
  Compiled exp2(exp2Polynomial);
  std::vector<float> xs;
  for (float x = -125.9f; x < 126; x += 0.00917f)
    xs.push_back(x);
  std::vector<float> ys = exp2(xs);
  for (size_t i = 0; i < xs.size(); ++i) {
    double expected = std::exp2(double(xs[i]));
    ASSERT_NEAR(ys[i], expected, 2e-7 * expected) << xs[i];
  }
}

TEST(Exp2Polynomial, KeepsWhatIsNotFinite) {
  Compiled exp2(exp2Polynomial);
  std::vector<float> ys =
      exp2({-INFINITY, -3.4e38f, -200, 0, 200, INFINITY, NAN});
  EXPECT_EQ(ys[0], 0);
  EXPECT_EQ(ys[1], 0);
  EXPECT_EQ(ys[2], 0);
  EXPECT_EQ(ys[3], 1);
  EXPECT_EQ(ys[4], INFINITY);
  EXPECT_EQ(ys[5], INFINITY);
  EXPECT_TRUE(std::isnan(ys[6]));
}

/// To nearest even, as every cache is; NaN must not round to an infinity.
TEST(BF16, RoundsToNearestEven) {
  Compiled round([](Val x) { return fromBF16(toBF16(x)); });
  std::vector<float> ys = round({1.0f, 1.00390625f, 1.01171875f, 1.0040f, -0.0f,
                                 3.4e38f, -INFINITY, NAN});
  EXPECT_EQ(ys[0], 1.0f);
  EXPECT_EQ(ys[1], 1.0f);      // half way, to even
  EXPECT_EQ(ys[2], 1.015625f); // half way, to even
  EXPECT_EQ(ys[3], 1.0078125f);
  EXPECT_TRUE(std::signbit(ys[4]));
  EXPECT_EQ(ys[5], INFINITY);
  EXPECT_EQ(ys[6], -INFINITY);
  EXPECT_TRUE(std::isnan(ys[7]));
}

/// The scale is the smallest bf16 with all codes inside the limit.
TEST(RowScale, HoldsTheLargestElement) {
  Compiled scale([](Val x) { return rowScale(x).scale; });
  std::vector<float> xs = {1.0f, 0.933f,  30591.0f / 32768, 1e-20f,
                           0.0f, 3.3e38f, INFINITY,         NAN};
  std::vector<float> ys = scale(xs);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_LE(xs[i] / ys[i] * kCodeOne, kCodeLimit + 0.5) << xs[i];
    EXPECT_GT(xs[i] / ys[i] * kCodeOne, kCodeLimit * (1 - 1.0 / 128)) << xs[i];
  }
  EXPECT_GT(ys[4], 0);
  for (size_t i = 5; i < 8; ++i)
    EXPECT_TRUE(std::isnan(ys[i])) << xs[i];
}

/// A code is what a division and a rounding to even give, to the last bit,
/// though it is computed without a division: near codes and half codes, for
/// every mantissa of a scale.
TEST(Encode, IsTheRoundedQuotient) {
  // Eight numbers, and eight times the largest of their row.
  constexpr int64_t kHalf = Compiled::kLanes / 2;
  Compiled code([](Val both) {
    SmallVector<int64_t> upper;
    for (int64_t i = 0; i < Compiled::kLanes; ++i)
      upper.push_back(kHalf + i % kHalf);
    Emitter &e = *both.emitter;
    Val largest =
        e.wrap(vector::ShuffleOp::create(e, both.value, both.value, upper));
    return encode(both, rowScale(largest)).rounded;
  });
  for (float size : {1.0f, 1.7e-30f, 3.1e4f, 1e30f})
    for (int mantissa = 128; mantissa < 256; ++mantissa) {
      float scale = std::ldexp(float(mantissa), std::ilogb(size) - 7);
      // The scale of a row with this number and none larger.
      auto largest = static_cast<float>(double(scale) * 30590 / kCodeOne);
      std::vector<float> xs, in;
      for (int half = -2 * 30590; half <= 2 * 30590; half += 211) {
        auto x = static_cast<float>(double(scale) * half / (2 * kCodeOne));
        for (int step = 0; step < 3; ++step, x = std::nextafter(x, INFINITY))
          xs.push_back(x);
      }
      xs.resize(xs.size() / kHalf * kHalf);
      for (size_t i = 0; i < xs.size(); i += kHalf) {
        in.insert(in.end(), &xs[i], &xs[i] + kHalf);
        in.insert(in.end(), kHalf, largest);
      }
      std::vector<float> ys = code(in);
      for (size_t i = 0; i < xs.size(); ++i)
        ASSERT_EQ(ys[i / kHalf * 2 * kHalf + i % kHalf],
                  std::nearbyint(xs[i] / scale * kCodeOne))
            << xs[i] << " by " << scale;
    }
}
