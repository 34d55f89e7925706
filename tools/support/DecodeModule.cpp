//===- DecodeModule.cpp - The attention that a tool compiles --------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DecodeModule.h"

#include "Jit.h"
#include "Tool.h"

#include <cmath>
#include <cstdio>

using namespace aligned;

float DecodeModule::scale() const {
  return 1 / std::sqrt(static_cast<float>(keyChannels));
}

std::string DecodeModule::text() const {
  auto tensor = [](const std::string &sizes, int64_t channels,
                   const std::string &type) {
    return "tensor<?x?x" + sizes + "x" + std::to_string(channels) + "x" + type +
           ">";
  };
  const std::string heads = std::to_string(group) + "x1",
                    query = tensor(heads, keyChannels, queryType),
                    key = tensor("?", keyChannels, cacheType),
                    value = tensor("?", valueChannels, cacheType),
                    output = tensor(heads, valueChannels, outputType);
  char number[32];
  std::snprintf(number, sizeof(number), "%.9e", scale());
  return R"(
#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
func.func @main(%q: )" +
         query + ", %k: " + key + ", %v: " + value +
         ",\n                %init: " + output + ") -> " + output +
         " {\n  %scale = arith.constant " + number +
         " : f32\n  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}"
         "\n      ins(%q, %k, %v : " +
         query + ", " + key + ", " + value +
         ") scale(%scale : f32)\n      outs(%init : " + output + ") -> " +
         output + "\n  return %o : " + output + "\n}\n";
}

OwnedKernel aligned::compileFor(AlignedDevice device,
                                const DecodeModule &module) {
  AlignedJitOptions options = {};
  options.targets = alignedDeviceGetTargets(device);
  options.precision =
      module.precision.empty() ? nullptr : module.precision.c_str();
  AlignedPackage newPackage;
  Jit library = loadJit();
  const std::string text = module.text();
  check(library.compile(text.data(), text.size(), &options, &newPackage,
                        nullptr));
  OwnedPackage package(newPackage);
  if (alignedPackageGetNumDecodes(package.get()) != 1)
    fatal("attention of this shape was not compiled over planes: " +
          std::string(library.getRemarks()));
  AlignedKernel kernel;
  check(alignedKernelLoad(device, package.get(), 0, &kernel));
  return OwnedKernel(kernel);
}

static std::string describe(const AlignedProblem &p) {
  char text[240];
  std::snprintf(text, sizeof(text),
                "%lld and %lld channels, %lld heads a group, %lld query rows,"
                " %s query, %s cache, %s output%s%s%s%s, scale %g",
                static_cast<long long>(p.keyHeadDim),
                static_cast<long long>(p.valueHeadDim),
                static_cast<long long>(p.group), static_cast<long long>(p.rows),
                p.queryType, p.cacheType, p.outputType, *p.maskType ? ", " : "",
                *p.maskType ? p.maskType : "", *p.maskType ? " mask" : "",
                *p.sinksType ? ", sinks" : "", p.scale);
  return text;
}

/// Leaves if a kernel does not compute what `module` says.
static void checkProblem(const std::string &path, AlignedKernel kernel,
                         const DecodeModule &module) {
  AlignedProblem found;
  alignedKernelGetProblem(kernel, &found);
  AlignedProblem wanted = {module.keyChannels,
                           module.valueChannels,
                           module.group,
                           /*rows=*/1,
                           module.queryType.c_str(),
                           module.cacheType.c_str(),
                           module.outputType.c_str(),
                           /*maskType=*/"",
                           /*sinksType=*/"",
                           module.scale(),
                           /*budget=*/0,
                           /*certified=*/0,
                           /*encoding=*/""};
  if (describe(wanted) != describe(found))
    fatal(path + ": this takes a decode of " + describe(wanted) +
          ", the package has one of " + describe(found) +
          "; compile what --print-module prints");
  const std::string encoding = module.precision == "paper" ? "ieee" : "fixed";
  if (encoding != found.encoding)
    fatal(path + ": its planes have the encoding '" + found.encoding +
          "', and the precisions asked for read '" + encoding +
          "': compile it with" + (encoding == "ieee" ? " " : "out ") +
          "--precision=paper");
}

OwnedKernel aligned::loadKernel(AlignedDevice device, const std::string &path,
                                const DecodeModule &module) {
  AlignedPackage newPackage;
  check(alignedPackageLoad(path.c_str(), &newPackage));
  OwnedPackage package(newPackage);
  if (alignedPackageGetNumDecodes(package.get()) < 1)
    fatal(path + ": the package has no decode kernel");
  AlignedKernel newKernel;
  check(alignedKernelLoad(device, package.get(), 0, &newKernel));
  OwnedKernel kernel(newKernel);
  checkProblem(path, kernel.get(), module);
  return kernel;
}
