//===- Kernel.cpp - A decode kernel with those of its cache ---------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include <algorithm>

using namespace aligned;

WorkspaceShape AlignedKernelImpl::workspace(int64_t sequences, int64_t kvHeads,
                                            int64_t tokens) const {
  return {sequences,
          kvHeads,
          problem().group * problem().rows,
          numChunks(tokens, problem().group * problem().rows),
          layout(0).channels(),
          layout(1).channels()};
}

static constexpr int64_t kWarp = 32;

int64_t AlignedKernelImpl::sweepWarps() const { return sweep.threads / kWarp; }

/// Chunks for each of its warps up to which `sweep` is the faster one: it saves
/// a launch, and the scores' way through memory; `score` and `attend` have more
/// warps resident (measured: docs/performance.md).
static constexpr int64_t kMostChunksOfSweep = 3;

bool AlignedKernelImpl::shouldSweep(const DecodeParams &params) const {
  int64_t warps = sweep.residentBlocks * sweepWarps();
  int64_t chunks =
      int64_t{params.maxChunks} * params.kvHeads * params.sequences;
  // All chunks of a head must be in the hands of warps at the same time.
  return sweep.address && params.maxChunks <= warps &&
         chunks <= kMostChunksOfSweep * warps;
}

/// Chunks that a warp of a GPU's `merge` has in flight, and warps of a row
/// where rows are many (measured: docs/performance.md).
static constexpr int64_t kMergeChunks = 4, kFewMergeWarps = 4;
/// Rows from which on a device is full of few warps each.
static constexpr int64_t kManyMergeRows = 1024;

Function AlignedKernelImpl::sizedMerge(const DecodeParams &params) const {
  int64_t rows = problem().group * problem().rows * params.kvHeads *
                 int64_t{params.sequences};
  int64_t most = merge.threads / kWarp;
  if (rows >= kManyMergeRows)
    most = std::min(most, kFewMergeWarps);
  int64_t useful = (params.maxChunks + kMergeChunks - 1) / kMergeChunks;
  Function sized = merge;
  sized.threads = static_cast<uint32_t>(
      std::clamp<int64_t>(useful, 1, std::max<int64_t>(most, 1)) * kWarp);
  return sized;
}

Error AlignedKernelImpl::choosePrecision(float budget, float certified,
                                         DecodeParams &params) const {
  if (budget == 0 && certified == 0) {
    budget = static_cast<float>(problem().budget);
    certified = static_cast<float>(problem().certified);
  } else if (budget == 0) {
    budget = kCertifiedFirstBudget;
  }
  // Written so that a NaN is refused.
  if (!(budget >= 0) || !(certified >= 0 && certified <= 1))
    return makeError(ALIGNED_INVALID_ARGUMENT, "decode: kernel '", decode->name,
                     "': a budget of ", budget,
                     " bits and a certified error of ", certified,
                     ": expected at least 0 and 0 to 1");
  if (certified != 0 && !canCertify())
    return makeError(
        ALIGNED_INVALID_ARGUMENT, "decode: kernel '", decode->name, "' on ",
        device->description, ": it cannot raise a budget until ",
        "certified<e> is met: ",
        problem().encoding == PlaneEncoding::IEEE
            ? "that is for planes of the encoding 'fixed'; compile it with "
              "--precision=certified<E>, and create a cache for it"
            : "on a GPU, kernels that are compiled with "
              "--precision=certified<E> can");
  if (problem().encoding == PlaneEncoding::IEEE && budget != kPaperBudget &&
      budget < kFullBudget)
    return makeError(ALIGNED_INVALID_ARGUMENT, "decode: kernel '", decode->name,
                     "' reads planes of the encoding 'ieee', "
                     "and a budget of ",
                     budget,
                     " bits means nothing there: use 'paper' or 'full' (1e30)");
  params.budget = budget;
  params.certify = certified;
  return nullptr;
}

bool AlignedKernelImpl::canCertify() const {
  return device->isGpu() ? problem().certified != 0
                         : certify.address != nullptr;
}

Error AlignedKernelImpl::launchDecode(const DecodeParams &params,
                                      void *stream) const {
  Grid byRow = {problem().group * problem().rows, params.kvHeads,
                params.sequences};
  ALIGNED_TRY(device->launch(prepare, &params, byRow, stream));
  if (params.certify == 0)
    return launchRound(params, stream);
  const GroupRounds *groups = params.work.rounds;
  int64_t count = int64_t{params.sequences} * params.kvHeads;
  auto isDone = [](const GroupRounds &group) { return group.done != 0; };
  for (int round = 0; round < kCertifyRounds; ++round) {
    ALIGNED_TRY(launchRound(params, stream));
    // A GPU's `merge` ends the round, and nobody here waits for what it says.
    if (device->isGpu())
      continue;
    ALIGNED_TRY(device->launch(certify, &params,
                               {1, params.kvHeads, params.sequences}, stream));
    // On a CPU work is done when it returns, and its memory is the host's.
    if (std::all_of(groups, groups + count, isDone))
      break;
  }
  return nullptr;
}

Error AlignedKernelImpl::launchRound(const DecodeParams &params,
                                     void *stream) const {
  int64_t rows = problem().group * problem().rows;
  Grid byRow = {rows, params.kvHeads, params.sequences};
  Grid byChunk = {params.maxChunks, params.kvHeads, params.sequences};
  if (shouldSweep(params)) {
    int64_t items = byChunk.x * byChunk.y * byChunk.z;
    int64_t blocks = (items + sweepWarps() - 1) / sweepWarps();
    ALIGNED_TRY(device->launchResident(
        sweep, &params, std::min(blocks, sweep.residentBlocks), stream));
  } else {
    ALIGNED_TRY(device->launch(score, &params, byChunk, stream));
    if (estimate.address && params.budget < kFullBudget)
      ALIGNED_TRY(device->launch(estimate, &params, byRow, stream));
    ALIGNED_TRY(device->launch(attend, &params, byChunk, stream));
  }
  return device->launch(device->isGpu() ? sizedMerge(params) : merge, &params,
                        byRow, stream);
}

Error AlignedKernelImpl::launchAppend(const ExtendParams &params,
                                      void *stream) const {
  const AppendParams &key = params.key;
  const Function &both = key.tokens <= kMaxExtendRows ? extend : pack;
  if (both.address)
    return device->launch(both, &params, {2, key.kvHeads, key.sequences},
                          stream);
  Grid byHead = {1, key.kvHeads, key.sequences};
  ALIGNED_TRY(device->launch(append[0], &params.key, byHead, stream));
  ALIGNED_TRY(device->launch(append[1], &params.value, byHead, stream));
  AdvanceParams lengths = {key.slots,  params.lengths, key.capacity,
                           key.status, key.sequences,  key.tokens};
  return device->launch(advance, &lengths, {1, 1, key.sequences}, stream);
}

/// Looks a phase up that some targets have.
static Error lookupIfThere(Module &module, const std::string &symbol,
                           Function &function) {
  return module.has(symbol) ? module.lookup(symbol, function) : nullptr;
}

Error aligned::loadKernel(AlignedDeviceImpl *device,
                          const std::shared_ptr<const PackageData> &package,
                          const ManifestDecode &decode,
                          std::unique_ptr<AlignedKernelImpl> &kernel) {
  auto loaded = std::make_unique<AlignedKernelImpl>();
  loaded->device = device;
  loaded->package = package;
  loaded->decode = &decode;
  ALIGNED_TRY(device->load(package, loaded->module));
  Module &module = *loaded->module;
  ALIGNED_TRY(module.lookup(decode.name + "_prepare", loaded->prepare));
  ALIGNED_TRY(module.lookup(decode.name + "_score", loaded->score));
  ALIGNED_TRY(module.lookup(decode.name + "_attend", loaded->attend));
  ALIGNED_TRY(module.lookup(decode.name + "_merge", loaded->merge));
  if (decode.problem.encoding == PlaneEncoding::IEEE)
    ALIGNED_TRY(module.lookup(decode.name + "_estimate", loaded->estimate));
  ALIGNED_TRY(lookupIfThere(module, decode.name + "_certify", loaded->certify));
  ALIGNED_TRY(lookupIfThere(module, decode.name + "_sweep", loaded->sweep));
  ALIGNED_TRY(lookupIfThere(module, decode.name + "_extend", loaded->extend));
  ALIGNED_TRY(lookupIfThere(module, decode.name + "_pack", loaded->pack));
  ALIGNED_TRY(module.lookup(decode.appendKey, loaded->append[0]));
  ALIGNED_TRY(module.lookup(decode.appendValue, loaded->append[1]));
  ALIGNED_TRY(module.lookup(decode.unpackKey, loaded->unpack[0]));
  ALIGNED_TRY(module.lookup(decode.unpackValue, loaded->unpack[1]));
  ALIGNED_TRY(module.lookup(kAdvanceSymbol, loaded->advance));
  kernel = std::move(loaded);
  return nullptr;
}

AlignedError alignedKernelLoad(AlignedDevice device, AlignedPackage package,
                               int64_t index, AlignedKernel *kernel) {
  return guarded([&]() -> Error {
    if (!device || !package || !kernel)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedKernelLoad: a pointer is null");
    const PackageData &data = *package->data;
    const std::vector<ManifestDecode> &decodes = data.manifest.decodes;
    if (index < 0 || index >= static_cast<int64_t>(decodes.size()))
      return makeError(ALIGNED_INVALID_ARGUMENT, data.name,
                       ": there is no decode kernel number ", index, " of ",
                       decodes.size());
    std::unique_ptr<AlignedKernelImpl> loaded;
    ALIGNED_TRY(loadKernel(device, package->data,
                           decodes[static_cast<size_t>(index)], loaded));
    *kernel = loaded.release();
    return nullptr;
  });
}

void alignedKernelDestroy(AlignedKernel kernel) { delete kernel; }

void alignedKernelGetProblem(AlignedKernel kernel, AlignedProblem *problem) {
  const ManifestProblem &from = kernel->problem();
  *problem = {from.keyHeadDim,
              from.valueHeadDim,
              from.group,
              from.rows,
              from.query.c_str(),
              from.cache.c_str(),
              from.output.c_str(),
              from.mask.c_str(),
              from.sinks.c_str(),
              static_cast<float>(from.scale),
              static_cast<float>(from.budget),
              static_cast<float>(from.certified),
              from.encoding == PlaneEncoding::IEEE ? "ieee" : "fixed"};
}
