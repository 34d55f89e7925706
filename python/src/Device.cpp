//===- Device.cpp - Devices and kernels -----------------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned.h"

#include "aligned-c/Metrics.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

using namespace aligned::python;

Device::Device(const std::string &name) {
  check(alignedDeviceOpen(name.c_str(), &handle));
}

Kernel::Kernel(std::shared_ptr<Device> onDevice, const Package &package,
               int64_t index)
    : device(std::move(onDevice)) {
  check(alignedKernelLoad(device->handle, package.handle, index, &handle));
  alignedKernelGetProblem(handle, &problem);
}

/// The device's counters as text.
static std::string formatMetrics(const Device &device,
                                 const std::string &format) {
  if (format != "json" && format != "prometheus")
    throw nb::value_error(
        ("metrics: format is '" + format + "', expected 'json' or 'prometheus'")
            .c_str());
  AlignedMetricsFormat which =
      format == "json" ? ALIGNED_METRICS_JSON : ALIGNED_METRICS_PROMETHEUS;
  // Counters may grow while other threads decode.
  std::string text(1 << 16, '\0');
  for (size_t size = 0;; text.resize(2 * size)) {
    check(alignedMetricsFormat(device.handle, which, text.data(), text.size(),
                               &size));
    if (size < text.size())
      return text.substr(0, size);
  }
}

void aligned::python::bindDevice(nb::module_ &module) {
  nb::class_<Device>(module, "Device",
                     "The CPU or a GPU: Device('cpu'), Device('cuda:0').")
      .def(nb::init<const std::string &>(), nb::arg("name") = "cpu")
      .def_prop_ro(
          "description",
          [](const Device &device) {
            return alignedDeviceGetDescription(device.handle);
          },
          "As in 'cpu: AVX-512 VNNI, 16 threads'.")
      .def_prop_ro(
          "targets",
          [](const Device &device) {
            return alignedDeviceGetTargets(device.handle);
          },
          "What to compile for, so that this device runs the result.")
      .def_prop_ro("is_gpu", &Device::isGpu)
      .def(
          "synchronize",
          [](Device &device, uintptr_t stream) {
            check(alignedDeviceSynchronize(device.handle, asStream(stream)));
          },
          nb::arg("stream") = 0, "Waits for all work on a stream.")
      .def("metrics", &formatMetrics, nb::arg("format") = "json",
           "What the device has done, as 'json' or for 'prometheus': "
           "docs/monitoring.md.")
      .def(
          "reset_metrics",
          [](Device &device) { alignedMetricsReset(device.handle); },
          "Sets every counter to zero.")
      .def("__repr__", [](const Device &device) {
        return std::string("<aligned.Device ") +
               alignedDeviceGetDescription(device.handle) + ">";
      });

  nb::class_<Kernel>(module, "Kernel",
                     "A decode kernel of a package, loaded on a device.")
      .def(nb::init<std::shared_ptr<Device>, const Package &, int64_t>(),
           nb::arg("device"), nb::arg("package"), nb::arg("index") = 0)
      .def_prop_ro("key_head_dim",
                   [](const Kernel &k) { return k.problem.keyHeadDim; })
      .def_prop_ro("value_head_dim",
                   [](const Kernel &k) { return k.problem.valueHeadDim; })
      .def_prop_ro(
          "group", [](const Kernel &k) { return k.problem.group; },
          "Query heads for each kv head.")
      .def_prop_ro(
          "rows", [](const Kernel &k) { return k.problem.rows; },
          "Query rows for each sequence.")
      .def_prop_ro("query_type",
                   [](const Kernel &k) { return k.problem.queryType; })
      .def_prop_ro("cache_type",
                   [](const Kernel &k) { return k.problem.cacheType; })
      .def_prop_ro("output_type",
                   [](const Kernel &k) { return k.problem.outputType; })
      .def_prop_ro("scale", [](const Kernel &k) { return k.problem.scale; })
      .def_prop_ro(
          "budget", [](const Kernel &k) { return k.problem.budget; },
          "As compiled; FULL is 1e30.");
}
