//===- HostRun.cpp - One run of a compiled host function ------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostRun.h"
#include "ElementType.h"
#include "Profile.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace aligned;

//===----------------------------------------------------------------------===//
// Kernels by name
//===----------------------------------------------------------------------===//

Error KernelTable::addPlanes(const PackageData &package,
                             const std::string &name, PageLayout layout,
                             const std::string &type) {
  auto [entry, added] = planes.try_emplace(name);
  PlanesKernel &kernel = entry->second;
  if (!added) {
    if (kernel.layout.role == layout.role &&
        kernel.layout.headDim == layout.headDim &&
        kernel.layout.encoding == layout.encoding && kernel.type == type)
      return nullptr;
    return makeError(ALIGNED_CORRUPT_FILE, package.name, ": kernel '", name,
                     "' is named for two kinds of planes");
  }
  kernel.name = name;
  kernel.layout = layout;
  kernel.type = type;
  return module->lookup(name, kernel.function);
}

Error KernelTable::load(AlignedDeviceImpl *device,
                        const std::shared_ptr<const PackageData> &package) {
  ALIGNED_TRY(device->load(package, module));
  for (const ManifestDecode &decode : package->manifest.decodes) {
    std::unique_ptr<AlignedKernelImpl> &kernel = decodes[decode.name];
    ALIGNED_TRY(loadKernel(device, package, decode, kernel));
    const std::string &type = decode.problem.cache;
    PageLayout key = kernel->layout(0), value = kernel->layout(1);
    ALIGNED_TRY(addPlanes(*package, decode.appendKey, key, type));
    ALIGNED_TRY(addPlanes(*package, decode.unpackKey, key, type));
    ALIGNED_TRY(addPlanes(*package, decode.appendValue, value, type));
    ALIGNED_TRY(addPlanes(*package, decode.unpackValue, value, type));
  }
  for (const ManifestEntry &entry : package->manifest.entries)
    for (const auto *types : {&entry.arguments, &entry.results})
      for (const ManifestType &type : *types)
        if (const auto &p = type.planes) {
          PageLayout layout = {p->role, p->headDim, p->encoding};
          ALIGNED_TRY(addPlanes(*package, p->append, layout, type.type));
          ALIGNED_TRY(addPlanes(*package, p->unpack, layout, type.type));
        }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

Error HostRun::findPlanes(const std::string &kernel,
                          const PlanesKernel *&found) const {
  auto entry = kernels.planes.find(kernel);
  if (entry == kernels.planes.end())
    return makeError(ALIGNED_CORRUPT_FILE,
                     "the program calls an append or unpack kernel '", kernel,
                     "', which its manifest does not name");
  found = &entry->second;
  return nullptr;
}

static Error checkHandle(const Planes *planes) {
  if (planes)
    return nullptr;
  return makeError(ALIGNED_INVALID_ARGUMENT, "the program uses null planes");
}

Error HostRun::pack(const std::string &kernel, const HostRows &rows,
                    Planes *&planes) {
  const PlanesKernel *append;
  ALIGNED_TRY(findPlanes(kernel, append));
  auto fresh = std::make_unique<Planes>(pool, append->layout, rows.sizes[0],
                                        rows.sizes[1]);
  ALIGNED_TRY(fresh->append(*append, rows, /*positions=*/nullptr, 0));
  planes = fresh.get();
  allPlanes.push_back(std::move(fresh));
  return nullptr;
}

Error HostRun::append(const std::string &kernel, Planes *planes,
                      const HostRows &rows, const int64_t *positions,
                      int64_t stride) {
  const PlanesKernel *append;
  ALIGNED_TRY(checkHandle(planes));
  ALIGNED_TRY(findPlanes(kernel, append));
  return planes->append(*append, rows, positions, stride);
}

Error HostRun::unpack(const std::string &kernel, Planes *planes,
                      const HostRows &rows) {
  const PlanesKernel *unpack;
  ALIGNED_TRY(checkHandle(planes));
  ALIGNED_TRY(findPlanes(kernel, unpack));
  return planes->unpack(*unpack, rows);
}

//===----------------------------------------------------------------------===//
// Decode
//===----------------------------------------------------------------------===//

Error HostRun::checkDecode(const AlignedKernelImpl &kernel,
                           const HostDecode &args) const {
  auto wrong = [&](const auto &...parts) {
    return makeError(ALIGNED_INVALID_ARGUMENT, "decode: kernel '",
                     kernel.decode->name, "': ", parts...);
  };
  const Planes *both[2] = {static_cast<Planes *>(args.key),
                           static_cast<Planes *>(args.value)};
  for (int role : {0, 1}) {
    ALIGNED_TRY(checkHandle(both[role]));
    const Planes &planes = *both[role];
    const char *name = role == 0 ? "K" : "V";
    PageLayout layout = kernel.layout(role);
    if (planes.pageLayout().role != layout.role ||
        planes.pageLayout().headDim != layout.headDim ||
        planes.pageLayout().encoding != layout.encoding)
      return wrong("the planes given for ", name,
                   " have another role, head size or encoding");
    if (planes.sequences() != args.sequences ||
        planes.kvHeads() != args.kvHeads)
      return wrong(name, " has ", planes.sequences(), " sequences of ",
                   planes.kvHeads(), " kv heads, the query ", args.sequences,
                   " of ", args.kvHeads);
  }
  for (int64_t s = 0; s < args.sequences; ++s)
    if (both[0]->length(s) != both[1]->length(s))
      return wrong("sequence ", s, ": K has ", both[0]->length(s),
                   " positions, V ", both[1]->length(s));
  const ManifestProblem &problem = kernel.problem();
  if ((args.mask != nullptr) != !problem.mask.empty())
    return wrong(args.mask ? "a mask is given, it has none" : "needs a mask");
  if ((args.sinks != nullptr) != !problem.sinks.empty())
    return wrong(args.sinks ? "sinks are given, it has none" : "needs sinks");
  return nullptr;
}

/// A copy of the operand's description, for the memory on the device.
template <size_t Rank>
static Staged<Rank> describe(const std::array<int64_t, Rank> &sizes,
                             const int64_t *strides, const std::string &type) {
  Staged<Rank> staged = {};
  staged.sizes = sizes;
  std::copy_n(strides, Rank, staged.hostStrides.begin());
  staged.elementBytes = elementBytes(type);
  return staged;
}

/// The strides of an operand whose last dimension, the channels, is dense.
static std::array<int64_t, 5> withChannels(const int64_t (&strides)[4]) {
  return {strides[0], strides[1], strides[2], strides[3], 1};
}

Error HostRun::decode(const std::string &name, const HostDecode &args) {
  ProfileRange range("decode");
  auto entry = kernels.decodes.find(name);
  if (entry == kernels.decodes.end())
    return makeError(ALIGNED_CORRUPT_FILE,
                     "the program calls a decode kernel '", name,
                     "', which its manifest does not name");
  const AlignedKernelImpl &kernel = *entry->second;
  ALIGNED_TRY(checkDecode(kernel, args));
  const ManifestProblem &problem = kernel.problem();
  const auto &key = *static_cast<Planes *>(args.key);
  const auto &value = *static_cast<Planes *>(args.value);
  AlignedDeviceImpl *device = pool.device;
  int64_t sequences = args.sequences, heads = args.kvHeads,
          group = problem.group, rows = problem.rows, tokens = key.length();
  int64_t outputs = sequences * heads * group * rows;
  if (outputs == 0)
    return nullptr;

  Staged<5> query =
      describe<5>({sequences, heads, group, rows, problem.keyHeadDim},
                  withChannels(args.queryStride).data(), problem.query);
  Staged<5> output =
      describe<5>({sequences, heads, group, rows, problem.valueHeadDim},
                  withChannels(args.outputStride).data(), problem.output);
  Staged<5> mask = describe<5>({sequences, heads, group, rows, tokens},
                               args.maskStride, problem.mask);
  Staged<2> sinks =
      describe<2>({heads, group}, args.sinksStride, problem.sinks);
  const int64_t dense = 1;
  Staged<1> logSumExp = describe<1>({outputs}, &dense, "f32");
  std::vector<AlignedHeadReport> report(static_cast<size_t>(outputs));
  Staged<1> reports = describe<1>({outputs}, &dense, "");
  reports.elementBytes = sizeof(AlignedHeadReport);

  DecodeParams params = {};
  ALIGNED_TRY(query.upload(pool, args.query));
  ALIGNED_TRY(output.prepare(pool, args.output));
  if (args.mask)
    ALIGNED_TRY(mask.upload(pool, args.mask));
  if (args.sinks)
    ALIGNED_TRY(sinks.upload(pool, args.sinks));
  if (args.logSumExp)
    ALIGNED_TRY(logSumExp.prepare(pool, args.logSumExp));
  ALIGNED_TRY(reports.prepare(pool, report.data()));
  params.query = query.device;
  std::copy_n(query.strides.begin(), 4, params.queryStride);
  params.output = output.device;
  std::copy_n(output.strides.begin(), 4, params.outputStride);
  params.mask = mask.device;
  std::copy_n(mask.strides.begin(), 5, params.maskStride);
  params.sinks = sinks.device;
  std::copy_n(sinks.strides.begin(), 2, params.sinksStride);
  params.logSumExp = static_cast<float *>(logSumExp.device);
  params.report = static_cast<HeadReport *>(reports.device);
  params.key = key.view();
  params.value = value.view();
  params.slots = key.slots();
  params.lengths = key.lengths();

  ScratchPool::Loan visible, memory;
  if (args.lengths) {
    std::vector<int32_t> lengths;
    for (int64_t s = 0; s < sequences; ++s)
      lengths.push_back(static_cast<int32_t>(
          std::clamp<int64_t>(args.lengths[s], 0, key.length(s))));
    size_t bytes = lengths.size() * sizeof(int32_t);
    ALIGNED_TRY(pool.borrow(bytes, visible));
    params.lengths = visible.as<int32_t>();
    ALIGNED_TRY(device->uploadAsync(visible.as<void>(), lengths.data(), bytes,
                                    /*stream=*/nullptr));
  }
  WorkspaceShape shape = kernel.workspace(sequences, heads, tokens);
  ALIGNED_TRY(pool.borrow(static_cast<size_t>(workspaceBytes(shape)), memory));
  layoutWorkspace(shape, memory.as<void>(), params.work);
  params.scale =
      args.scale != 0 ? args.scale : static_cast<float>(problem.scale);
  bool own = budget == 0 && certified == 0;
  ALIGNED_TRY(kernel.choosePrecision(own ? args.budget : budget,
                                     own ? args.certified : certified, params));
  params.sequences = static_cast<int32_t>(sequences);
  params.kvHeads = static_cast<int32_t>(heads);
  params.maxChunks = static_cast<int32_t>(shape.chunks);
  Stopwatch watch;
  ALIGNED_TRY(kernel.launchDecode(params, /*stream=*/nullptr));
  Metrics &metrics = device->metrics;
  metrics.addDecodeCall(device->isGpu(), watch.seconds());

  ALIGNED_TRY(output.download(pool, args.output));
  if (args.logSumExp)
    ALIGNED_TRY(logSumExp.download(pool, args.logSumExp));
  ALIGNED_TRY(reports.download(pool, report.data()));
  if (metrics.isEnabled())
    metrics.addReports({kernel.layout(0), kernel.layout(1)},
                       reinterpret_cast<const HeadReport *>(report.data()),
                       sequences * heads, group * rows);
  this->reports.push_back(std::move(report));
  return nullptr;
}

//===----------------------------------------------------------------------===//
// HostABI.h
//===----------------------------------------------------------------------===//

static thread_local HostRun *currentRun = nullptr;

HostRun::Current::Current(HostRun &run) : before(currentRun) {
  currentRun = &run;
}

HostRun::Current::~Current() { currentRun = before; }

/// Compiled code has no way to hear of an error but its run.
static HostRun &getRun() {
  if (!currentRun) {
    std::fputs("libaligned: compiled code was called outside of "
               "alignedProgramRun\n",
               stderr);
    std::abort();
  }
  return *currentRun;
}

#define ALIGNED_RT __attribute__((visibility("default")))

extern "C" {
ALIGNED_RT void *aligned_rt_pack(const char *kernel, const HostRows *rows) {
  HostRun &run = getRun();
  Planes *planes = nullptr;
  run.step([&] { return run.pack(kernel, *rows, planes); });
  return planes;
}

ALIGNED_RT void *aligned_rt_append(const char *kernel, void *planes,
                                   const HostRows *rows,
                                   const int64_t *positions, int64_t stride) {
  HostRun &run = getRun();
  run.step([&] {
    return run.append(kernel, static_cast<Planes *>(planes), *rows, positions,
                      stride);
  });
  return planes;
}

ALIGNED_RT void aligned_rt_unpack(const char *kernel, void *planes,
                                  const HostRows *rows) {
  HostRun &run = getRun();
  run.step(
      [&] { return run.unpack(kernel, static_cast<Planes *>(planes), *rows); });
}

ALIGNED_RT int64_t aligned_rt_length(void *planes) {
  HostRun &run = getRun();
  int64_t length = 0;
  run.step([&]() -> Error {
    ALIGNED_TRY(checkHandle(static_cast<Planes *>(planes)));
    length = static_cast<Planes *>(planes)->length();
    return nullptr;
  });
  return length;
}

ALIGNED_RT void aligned_rt_decode(const char *kernel, const HostDecode *args) {
  HostRun &run = getRun();
  run.step([&] { return run.decode(kernel, *args); });
}

ALIGNED_RT void aligned_rt_fail(const char *message) {
  getRun().step([&] { return makeError(ALIGNED_INVALID_ARGUMENT, message); });
}
}
