//===- Batch.cpp - Append and decode
//----------------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arrays.h"

#include "aligned-c/Metrics.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/vector.h>

#include <cstddef>
#include <optional>

using namespace aligned::python;

namespace {

/// Memory of a Python object that holds reports.
class ReportBuffer {
public:
  /// `access`: PyBUF_WRITABLE if they are to be written.
  ReportBuffer(const nb::object &object, int64_t heads, int access);
  ~ReportBuffer() { PyBuffer_Release(&view); }
  ReportBuffer(const ReportBuffer &) = delete;
  ReportBuffer &operator=(const ReportBuffer &) = delete;

  Py_buffer view = {};
};

struct Batch {
  Batch(std::shared_ptr<Cache> cache, const std::vector<int64_t> &sequences,
        std::optional<int64_t> maxTokens, std::shared_ptr<Kernel> kernel);
  ~Batch() { alignedBatchDestroy(handle); }
  Batch(const Batch &) = delete;
  Batch &operator=(const Batch &) = delete;

  void append(int64_t layer, const ReadOnlyArray &key,
              const ReadOnlyArray &value, uintptr_t stream);
  void decode(int64_t layer, const ReadOnlyArray &query, const Array &output,
              const nb::object &report, float budget, float scale,
              uintptr_t stream, float certified);

  void record(const nb::object &report, std::optional<double> seconds);

  Device &device() { return *kernel->device; }
  /// One for each sequence, query head and row.
  int64_t reportCount() const {
    return size * cache->options.kvHeads * kernel->problem.group *
           kernel->problem.rows;
  }
  /// [sequences, kv heads, group, rows, channels]
  std::vector<int64_t> rowShape(int64_t channels) const;

  std::shared_ptr<Cache> cache;
  std::shared_ptr<Kernel> kernel;
  int64_t size;
  AlignedBatch handle = nullptr;
  /// K, V, query, output, report.
  Staging key, value, query, output, report;
};

} // namespace

ReportBuffer::ReportBuffer(const nb::object &object, int64_t heads,
                           int access) {
  if (PyObject_GetBuffer(object.ptr(), &view,
                         access | PyBUF_C_CONTIGUOUS | PyBUF_FORMAT))
    throw nb::python_error();
  int64_t wanted = heads * static_cast<int64_t>(sizeof(AlignedHeadReport));
  if (view.len != wanted) {
    PyBuffer_Release(&view);
    throw std::invalid_argument(
        "report: expected " + std::to_string(heads) + " reports (" +
        std::to_string(wanted) + " bytes), got " + std::to_string(view.len) +
        " bytes: make it with numpy.empty(shape, aligned.HEAD_REPORT)");
  }
}

Batch::Batch(std::shared_ptr<Cache> ofCache,
             const std::vector<int64_t> &sequences,
             std::optional<int64_t> maxTokens,
             std::shared_ptr<Kernel> withKernel)
    : cache(std::move(ofCache)),
      kernel(withKernel ? std::move(withKernel) : cache->kernel),
      size(static_cast<int64_t>(sequences.size())), key(device()),
      value(device()), query(device()), output(device()), report(device()) {
  check(alignedBatchCreate(kernel->handle, cache->handle, sequences.data(),
                           size, maxTokens.value_or(cache->options.maxTokens),
                           &handle));
}

std::vector<int64_t> Batch::rowShape(int64_t channels) const {
  return {size, cache->options.kvHeads, kernel->problem.group,
          kernel->problem.rows, channels};
}

static AlignedRows rowsOf(const ReadOnlyArray &array, const void *data) {
  return {data, array.stride(0), array.stride(1), array.stride(2),
          array.stride(3)};
}

void Batch::append(int64_t layer, const ReadOnlyArray &keyRows,
                   const ReadOnlyArray &valueRows, uintptr_t stream) {
  const AlignedProblem &problem = kernel->problem;
  checkArray(keyRows, {"key",
                       problem.cacheType,
                       {size, cache->options.kvHeads, -1, problem.keyHeadDim}});
  auto tokens = static_cast<int64_t>(keyRows.shape(2));
  checkArray(valueRows,
             {"value",
              problem.cacheType,
              {size, cache->options.kvHeads, tokens, problem.valueHeadDim}});
  Operand keyOperand(key, asStream(stream)),
      valueOperand(value, asStream(stream));
  AlignedRows keys = rowsOf(keyRows, keyOperand.read(keyRows, "key")),
              values = rowsOf(valueRows, valueOperand.read(valueRows, "value"));
  nb::gil_scoped_release release;
  check(alignedAppend(handle, layer, &keys, &values, tokens, asStream(stream)));
  // The next call may be on another stream, and use the copies' memory again.
  if (keyOperand.isCopy() || valueOperand.isCopy())
    check(alignedDeviceSynchronize(device().handle, asStream(stream)));
}

/// Throws unless the channels of a row lie side by side.
static void checkDense(const ReadOnlyArray &array, const char *name) {
  if (array.stride(4) != 1 && array.shape(4) != 1)
    throw std::invalid_argument(std::string(name) +
                                ": the channels of a row must lie side by "
                                "side (stride 1)");
}

static void checkWritableOnHost(const Array &array, const Device &device,
                                const char *name) {
  if (device.isGpu() && !isContiguous(ReadOnlyArray(array)))
    throw std::invalid_argument(std::string(name) +
                                ": a host array for a GPU must be contiguous");
}

void Batch::decode(int64_t layer, const ReadOnlyArray &queryRows,
                   const Array &outputRows, const nb::object &reportRows,
                   float budget, float scale, uintptr_t stream,
                   float certified) {
  const AlignedProblem &problem = kernel->problem;
  ReadOnlyArray target(outputRows);
  checkArray(queryRows,
             {"query", problem.queryType, rowShape(problem.keyHeadDim)});
  checkArray(target,
             {"output", problem.outputType, rowShape(problem.valueHeadDim)});
  checkDense(queryRows, "query");
  checkDense(target, "output");
  std::optional<ReportBuffer> reports;
  if (!reportRows.is_none())
    reports.emplace(reportRows, reportCount(), PyBUF_WRITABLE);

  Operand outputOperand(output, asStream(stream)),
      reportOperand(report, asStream(stream));
  AlignedDecodeArgs args = {};
  args.query = Operand(query, asStream(stream)).read(queryRows, "query");
  args.querySequenceStride = queryRows.stride(0);
  args.queryKvHeadStride = queryRows.stride(1);
  args.queryGroupStride = queryRows.stride(2);
  args.queryRowStride = queryRows.stride(3);
  bool outputOnHost = liesOnHost(target, device(), "output");
  if (outputOnHost)
    checkWritableOnHost(outputRows, device(), "output");
  args.output =
      outputOperand.write(outputRows.data(), outputRows.nbytes(), outputOnHost);
  args.outputSequenceStride = outputRows.stride(0);
  args.outputKvHeadStride = outputRows.stride(1);
  args.outputGroupStride = outputRows.stride(2);
  args.outputRowStride = outputRows.stride(3);
  if (reports)
    args.report = static_cast<AlignedHeadReport *>(reportOperand.write(
        reports->view.buf, static_cast<size_t>(reports->view.len),
        /*onHost=*/true));
  args.budget = budget;
  args.certified = certified;
  args.scale = scale;
  nb::gil_scoped_release release;
  check(alignedDecode(handle, layer, &args, asStream(stream)));
  outputOperand.finish();
  reportOperand.finish();
}

void Batch::record(const nb::object &reportRows,
                   std::optional<double> seconds) {
  if (seconds && !(*seconds >= 0))
    throw std::invalid_argument("seconds: expected a duration, got " +
                                std::to_string(*seconds) +
                                "; None where it is not known");
  std::optional<ReportBuffer> reports;
  if (!reportRows.is_none())
    reports.emplace(reportRows, reportCount(), PyBUF_SIMPLE);
  check(alignedMetricsRecord(
      handle,
      reports ? static_cast<const AlignedHeadReport *>(reports->view.buf)
              : nullptr,
      seconds.value_or(-1)));
}

void aligned::python::bindBatch(nb::module_ &module) {
  nb::class_<Batch>(
      module, "Batch",
      "Sequences that are decoded together, with the scratch memory that "
      "takes. "
      "Arrays are numpy's or torch's; host arrays may be given to a GPU (they "
      "are copied, and the call waits).")
      .def(nb::init<std::shared_ptr<Cache>, const std::vector<int64_t> &,
                    std::optional<int64_t>, std::shared_ptr<Kernel>>(),
           nb::arg("cache"), nb::arg("sequences"),
           nb::arg("max_tokens") = nb::none(), nb::arg("kernel") = nb::none(),
           "`max_tokens`: length of the longest sequence, the cache's if None. "
           "`kernel`: the cache's if None.")
      .def("append", &Batch::append, nb::arg("layer"), nb::arg("key"),
           nb::arg("value"), nb::arg("stream") = 0,
           "Packs rows behind those the layer has: [sequences, kv heads, "
           "tokens, channels] of the cache's element type, any strides.")
      .def("decode", &Batch::decode, nb::arg("layer"), nb::arg("query"),
           nb::arg("output"), nb::arg("report") = nb::none(), nb::kw_only(),
           nb::arg("budget") = 0.0F, nb::arg("scale") = 0.0F,
           nb::arg("stream") = 0, nb::arg("certified") = 0.0F,
           "Attention of the batch over a layer's cache, into `output`. "
           "`query`, `output`: [sequences, kv heads, group, rows, channels]; "
           "`report`: host array of HEAD_REPORT, one for each [sequence, kv "
           "head, group, row], or None; `budget`, `scale`: 0 for the "
           "kernel's. `certified`: raise the budget until the bound is at most "
           "this times the norm; 0 for the kernel's precision. On a GPU it "
           "takes a kernel compiled with 'certified<..>', of any error.")
      .def("record", &Batch::record, nb::arg("report") = nb::none(),
           nb::arg("seconds") = nb::none(),
           "On a GPU, counts one decode of the batch in the device's metrics: "
           "its reports, as decode() wrote them, and how long it took, each "
           "None if not known. On the CPU decode() has counted both, and this "
           "does nothing.");

  // Name, kind and offset: what a numpy.dtype is made of, from the header.
  nb::list fields;
  auto field = [&](const char *name, const char *kind, size_t offset) {
    fields.append(nb::make_tuple(name, kind, offset));
  };
#define ALIGNED_FIELD(name, member, kind)                                      \
  field(name, kind, offsetof(AlignedHeadReport, member))
  ALIGNED_FIELD("log_sum_exp", logSumExp, "f4");
  ALIGNED_FIELD("norm", norm, "f4");
  ALIGNED_FIELD("estimate", estimate, "f4");
  ALIGNED_FIELD("bound", bound, "f4");
  ALIGNED_FIELD("visible", visible, "i4");
  ALIGNED_FIELD("key_rows", keyRows, "3i4");
  ALIGNED_FIELD("value_rows", valueRows, "3i4");
  ALIGNED_FIELD("certificate", certificate, "i4");
  ALIGNED_FIELD("plane_bytes", planeBytes, "i8");
  ALIGNED_FIELD("bytes", bytes, "i8");
#undef ALIGNED_FIELD
  module.attr("_report_fields") = fields;
  module.attr("_report_size") = sizeof(AlignedHeadReport);
  // What the field `certificate` holds.
  module.attr("NOT_ASKED") = static_cast<int>(ALIGNED_NOT_ASKED);
  module.attr("CERTIFIED") = static_cast<int>(ALIGNED_CERTIFIED);
  module.attr("READ_EVERYTHING") = static_cast<int>(ALIGNED_READ_EVERYTHING);
}
