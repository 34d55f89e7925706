//===- Program.cpp - Whole functions of a package, on host tensors --------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-c/Program.h"
#include "ElementType.h"
#include "HostRun.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <set>

using namespace aligned;

namespace {
struct FreeMemory {
  void operator()(void *memory) const { std::free(memory); }
};
using HostMemory = std::unique_ptr<void, FreeMemory>;

/// A dense tensor that the program owns.
struct OwnedTensor {
  std::vector<int64_t> shape;
  HostMemory memory;
  AlignedTensor tensor = {};
};

/// A ranked memref descriptor: allocated and aligned pointer, offset, sizes,
/// strides.
class Descriptor {
public:
  explicit Descriptor(size_t rank) : rank(rank), words(3 + 2 * rank, 0) {}
  void setDense(void *data, const int64_t *shape) {
    words[0] = words[1] = reinterpret_cast<intptr_t>(data);
    std::copy_n(shape, rank, words.begin() + 3);
    int64_t stride = 1;
    for (size_t i = rank; i-- != 0; stride *= shape[i])
      words[3 + rank + i] = stride;
  }
  void *address() { return words.data(); }
  void *allocated() const { return reinterpret_cast<void *>(words[0]); }
  const char *data(size_t elementBytes) const {
    return reinterpret_cast<const char *>(words[1]) +
           words[2] * static_cast<int64_t>(elementBytes);
  }
  const int64_t *sizes() const { return words.data() + 3; }
  const int64_t *strides() const { return words.data() + 3 + rank; }

private:
  size_t rank;
  std::vector<int64_t> words;
};

/// What is given to or taken from the entry function for one value.
struct Value {
  explicit Value(const ManifestType &type)
      : type(type), descriptor(type.shape.size()) {}
  const ManifestType &type;
  Descriptor descriptor;
  int64_t scalar = 0;     ///< no scalar is larger
  void *planes = nullptr; ///< handle
  HostMemory memory;      ///< of an argument
  /// The place that the entry function reads or writes.
  void *place() { return type.scalar ? &scalar : descriptor.address(); }
};
} // namespace

struct AlignedProgramImpl {
  Error load(AlignedDeviceImpl *onDevice,
             const std::shared_ptr<const PackageData> &package,
             const char *name);
  Error run(const AlignedTensor *arguments, int64_t count);

  const ManifestEntry *entry = nullptr;
  float budget = 0, certified = 0;
  double seconds = 0;
  std::vector<OwnedTensor> results;
  std::vector<std::vector<AlignedHeadReport>> reports;

private:
  Error checkArguments(const AlignedTensor *arguments, int64_t count) const;
  Error bindArgument(HostRun &run, const AlignedTensor &tensor, Value &value);
  Error takeResult(HostRun &run, const Value &value, OwnedTensor &result);

  AlignedDeviceImpl *device = nullptr;
  std::shared_ptr<const PackageData> package;
  std::shared_ptr<Module> hostCode;
  void (*function)(void **arguments, void **results) = nullptr;
  KernelTable kernels;
  std::unique_ptr<ScratchPool> pool;
};

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static std::string shapeText(const std::string &type, const int64_t *shape,
                             size_t rank) {
  std::string text = type + " [";
  for (size_t i = 0; i < rank; ++i)
    text += (i ? "," : "") + (shape[i] < 0 ? "?" : std::to_string(shape[i]));
  return text + "]";
}

static int64_t numElements(const int64_t *shape, size_t rank) {
  int64_t count = 1;
  for (size_t i = 0; i < rank; ++i)
    count *= shape[i];
  return count;
}

static bool matches(const ManifestType &type, const AlignedTensor &tensor) {
  if (!tensor.type || type.type != tensor.type ||
      tensor.rank != static_cast<int64_t>(type.shape.size()))
    return false;
  for (size_t i = 0; i < type.shape.size(); ++i)
    if (tensor.shape[i] < 0 ||
        (type.shape[i] >= 0 && type.shape[i] != tensor.shape[i]))
      return false;
  return true;
}

Error AlignedProgramImpl::checkArguments(const AlignedTensor *arguments,
                                         int64_t count) const {
  const std::vector<ManifestType> &types = entry->arguments;
  if (count != static_cast<int64_t>(types.size()))
    return makeError(ALIGNED_INVALID_ARGUMENT, "'", entry->name, "' takes ",
                     types.size(), " arguments, got ", count);
  for (size_t i = 0; i < types.size(); ++i) {
    const AlignedTensor &tensor = arguments[i];
    if (tensor.rank < 0 || (tensor.rank > 0 && !tensor.shape))
      return makeError(ALIGNED_INVALID_ARGUMENT, "arg", i, ": rank ",
                       tensor.rank, " without a shape");
    auto rank = static_cast<size_t>(tensor.rank);
    if (!matches(types[i], tensor))
      return makeError(
          ALIGNED_INVALID_ARGUMENT, "arg", i, ": expected ",
          shapeText(types[i].type, types[i].shape.data(),
                    types[i].shape.size()),
          ", got ",
          shapeText(tensor.type ? tensor.type : "no type", tensor.shape, rank));
    if (!tensor.data && numElements(tensor.shape, rank) != 0)
      return makeError(ALIGNED_INVALID_ARGUMENT, "arg", i, ": data is null");
  }
  return nullptr;
}

/// The rows that a dense tensor is, by what its dimensions stand for.
static HostRows rowsOf(const ManifestPlanes &planes, void *data,
                       const int64_t *shape, size_t rank) {
  HostRows rows = {data, {1, 1, 1, 1}, {0, 0, 0, 0}};
  for (size_t i = 0; i < 4; ++i) {
    if (planes.order[i] < 0)
      continue;
    auto dim = static_cast<size_t>(planes.order[i]);
    rows.sizes[i] = shape[dim];
    rows.strides[i] = numElements(shape + dim + 1, rank - dim - 1);
  }
  return rows;
}

static Error allocateHost(size_t bytes, HostMemory &memory) {
  constexpr size_t kAlignment = 64; // what compiled code may count on
  void *allocated = nullptr;
  if (posix_memalign(&allocated, kAlignment, std::max<size_t>(bytes, 1)) != 0)
    return makeError(ALIGNED_OUT_OF_CAPACITY, "cannot allocate ", bytes,
                     " bytes of host memory");
  memory.reset(allocated);
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

Error AlignedProgramImpl::bindArgument(HostRun &run,
                                       const AlignedTensor &tensor,
                                       Value &value) {
  size_t rank = value.type.shape.size();
  if (const auto &planes = value.type.planes) {
    Planes *packed = nullptr;
    ALIGNED_TRY(run.pack(planes->append,
                         rowsOf(*planes, tensor.data, tensor.shape, rank),
                         packed));
    value.planes = packed;
    return nullptr;
  }
  size_t bytes = static_cast<size_t>(numElements(tensor.shape, rank)) *
                 elementBytes(value.type.type);
  if (value.type.scalar) {
    std::memcpy(&value.scalar, tensor.data, bytes);
    return nullptr;
  }
  // Compiled code may write in place; the caller's tensor stays as it is.
  ALIGNED_TRY(allocateHost(bytes, value.memory));
  if (bytes != 0)
    std::memcpy(value.memory.get(), tensor.data, bytes);
  value.descriptor.setDense(value.memory.get(), tensor.shape);
  return nullptr;
}

Error AlignedProgramImpl::takeResult(HostRun &run, const Value &value,
                                     OwnedTensor &result) {
  const ManifestType &type = value.type;
  size_t rank = type.shape.size(), bytes = elementBytes(type.type);
  if (const auto &planes = type.planes) {
    auto *handle = static_cast<Planes *>(value.planes);
    if (!handle)
      return makeError(ALIGNED_CORRUPT_FILE, "'", entry->name,
                       "' returned null planes");
    const int64_t sizes[4] = {handle->sequences(), handle->kvHeads(),
                              handle->length(), planes->headDim};
    result.shape.assign(rank, 1);
    for (size_t i = 0; i < 4; ++i)
      if (planes->order[i] >= 0)
        result.shape[static_cast<size_t>(planes->order[i])] = sizes[i];
  } else if (!type.scalar) {
    result.shape.assign(value.descriptor.sizes(),
                        value.descriptor.sizes() + rank);
  }
  int64_t count = numElements(result.shape.data(), rank);
  ALIGNED_TRY(allocateHost(static_cast<size_t>(count) * bytes, result.memory));
  void *data = result.memory.get();
  if (type.planes) {
    std::memset(data, 0, static_cast<size_t>(count) * bytes);
    ALIGNED_TRY(
        run.unpack(type.planes->unpack, static_cast<Planes *>(value.planes),
                   rowsOf(*type.planes, data, result.shape.data(), rank)));
  } else if (type.scalar) {
    std::memcpy(data, &value.scalar, bytes);
  } else if (count != 0) {
    Descriptor dense(rank);
    dense.setDense(data, result.shape.data());
    copyStrided(data, dense.strides(), value.descriptor.data(bytes),
                value.descriptor.strides(), result.shape.data(),
                static_cast<int>(rank), bytes);
  }
  result.tensor = {type.type.c_str(), static_cast<int64_t>(rank),
                   result.shape.data(), data};
  return nullptr;
}

/// Frees what the entry function allocated: each block once, and none that is
/// an argument's or a constant of the code.
static void freeResults(const std::vector<Value> &arguments,
                        const std::vector<Value> &results) {
  // MLIR's mark for memory that is no heap block, in memref.get_global.
  void *const constantMark = reinterpret_cast<void *>(uintptr_t(0xdeadbeef));
  std::set<void *> kept = {nullptr, constantMark};
  for (const Value &argument : arguments)
    kept.insert(argument.memory.get());
  for (const Value &result : results) {
    if (result.type.scalar || result.type.planes)
      continue;
    void *block = result.descriptor.allocated();
    Dl_info info;
    if (kept.insert(block).second && !dladdr(block, &info))
      std::free(block);
  }
}

Error AlignedProgramImpl::run(const AlignedTensor *arguments, int64_t count) {
  ALIGNED_TRY(checkArguments(arguments, count));
  results.clear();
  reports.clear();
  HostRun hostRun(kernels, *pool, budget, certified);
  std::vector<Value> values, outputs;
  values.reserve(entry->arguments.size());
  outputs.reserve(entry->results.size());
  std::vector<void *> argumentPlaces, resultPlaces;
  for (size_t i = 0; i < entry->arguments.size(); ++i) {
    Value &value = values.emplace_back(entry->arguments[i]);
    if (Error error = bindArgument(hostRun, arguments[i], value))
      return makeError(error->code, "arg", i, ": ", error->message);
    argumentPlaces.push_back(value.type.planes ? value.planes : value.place());
  }
  for (const ManifestType &type : entry->results) {
    Value &value = outputs.emplace_back(type);
    resultPlaces.push_back(type.planes ? static_cast<void *>(&value.planes)
                                       : value.place());
  }
  // Packing on a GPU is still going on.
  ALIGNED_TRY(device->synchronize(/*stream=*/nullptr));

  using Clock = std::chrono::steady_clock;
  Clock::time_point begin = Clock::now(), end;
  {
    HostRun::Current current(hostRun);
    function(argumentPlaces.data(), resultPlaces.data());
    if (!hostRun.error)
      hostRun.error = device->synchronize(/*stream=*/nullptr);
    end = Clock::now();
  }
  Error error = std::move(hostRun.error);
  std::vector<OwnedTensor> taken(outputs.size());
  for (size_t i = 0; i < outputs.size() && !error; ++i)
    error = takeResult(hostRun, outputs[i], taken[i]);
  freeResults(values, outputs);
  if (error)
    return makeError(error->code, "'", entry->name, "': ", error->message);
  seconds = std::chrono::duration<double>(end - begin).count();
  results = std::move(taken);
  reports = std::move(hostRun.reports);
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

Error AlignedProgramImpl::load(AlignedDeviceImpl *onDevice,
                               const std::shared_ptr<const PackageData> &from,
                               const char *name) {
  std::string others;
  for (const ManifestEntry &candidate : from->manifest.entries) {
    if (!entry && (!name || candidate.name == name))
      entry = &candidate;
    others += (others.empty() ? "" : ", ") + candidate.name;
  }
  if (!entry)
    return makeError(
        ALIGNED_INVALID_ARGUMENT, from->name, ": has no entry function",
        name ? " '" + std::string(name) + "'" : "",
        others.empty() ? ": it holds kernels only" : ", only " + others);
  device = onDevice;
  package = from;
  ALIGNED_TRY(kernels.load(device, package));
  if (device->isGpu())
    ALIGNED_TRY(loadCpuModule(package, hostCode));
  else
    hostCode = kernels.module;
  Function found;
  ALIGNED_TRY(hostCode->lookup(entry->symbol, found));
  function = reinterpret_cast<void (*)(void **, void **)>(found.address);
  pool = std::make_unique<ScratchPool>(device);
  return nullptr;
}

//===----------------------------------------------------------------------===//
// C interface
//===----------------------------------------------------------------------===//

AlignedError alignedProgramLoad(AlignedDevice device, AlignedPackage package,
                                const char *name, AlignedProgram *program) {
  return guarded([&]() -> Error {
    if (!device || !package || !program)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedProgramLoad: a pointer is null");
    auto loaded = std::make_unique<AlignedProgramImpl>();
    ALIGNED_TRY(loaded->load(device, package->data, name));
    *program = loaded.release();
    return nullptr;
  });
}

void alignedProgramDestroy(AlignedProgram program) { delete program; }

int64_t alignedProgramGetNumArguments(AlignedProgram program) {
  return static_cast<int64_t>(program->entry->arguments.size());
}

int64_t alignedProgramGetNumResults(AlignedProgram program) {
  return static_cast<int64_t>(program->entry->results.size());
}

void alignedProgramSetPrecision(AlignedProgram program, float budget,
                                float certified) {
  program->budget = budget;
  program->certified = certified;
}

AlignedError alignedProgramRun(AlignedProgram program,
                               const AlignedTensor *arguments,
                               int64_t numArguments) {
  return guarded([&] { return program->run(arguments, numArguments); });
}

const AlignedTensor *alignedProgramGetResult(AlignedProgram program,
                                             int64_t index) {
  if (index < 0 || index >= static_cast<int64_t>(program->results.size()))
    return nullptr;
  return &program->results[static_cast<size_t>(index)].tensor;
}

double alignedProgramGetSeconds(AlignedProgram program) {
  return program->seconds;
}

int64_t alignedProgramGetReports(AlignedProgram program, int64_t decode,
                                 const AlignedHeadReport **reports) {
  if (decode < 0 || decode >= static_cast<int64_t>(program->reports.size()))
    return 0;
  const auto &of = program->reports[static_cast<size_t>(decode)];
  *reports = of.data();
  return static_cast<int64_t>(of.size());
}
