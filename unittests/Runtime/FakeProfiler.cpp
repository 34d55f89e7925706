//===- FakeProfiler.cpp - What NVTX loads in place of a profiler ----------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NVTX loads the library that NVTX_INJECTION64_PATH names, and gives it tables
// of functions to put its own into.
//
//===----------------------------------------------------------------------===//

#include <nvtx3/nvToolsExt.h>

#include <mutex>
#include <string>

static std::mutex mutex;
static std::string log;

static void note(const std::string &text) {
  std::lock_guard<std::mutex> lock(mutex);
  log += text;
}

static nvtxDomainHandle_t NVTX_API createDomain(const char *name) {
  // Any address will do for a handle.
  static char handles[2];
  return reinterpret_cast<nvtxDomainHandle_t>(
      &handles[std::string(name) == "aligned"]);
}

static int NVTX_API push(nvtxDomainHandle_t domain,
                         const nvtxEventAttributes_t *event) {
  note("<" + std::string(event->message.ascii));
  return 0;
}

static int NVTX_API pop(nvtxDomainHandle_t domain) {
  note(">");
  return 0;
}

extern "C" {

/// What was pushed and popped: "<decode>" for a range.
const char *fakeProfilerLog() { return log.c_str(); }

int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t getTable) {
  auto *callbacks = static_cast<const NvtxExportTableCallbacks *>(
      getTable(NVTX_ETID_CALLBACKS));
  NvtxFunctionTable table = nullptr;
  unsigned size = 0;
  if (!callbacks ||
      !callbacks->GetModuleFunctionTable(NVTX_CB_MODULE_CORE2, &table, &size))
    return 0;
  *table[NVTX_CBID_CORE2_DomainCreateA] =
      reinterpret_cast<NvtxFunctionPointer>(createDomain);
  *table[NVTX_CBID_CORE2_DomainRangePushEx] =
      reinterpret_cast<NvtxFunctionPointer>(push);
  *table[NVTX_CBID_CORE2_DomainRangePop] =
      reinterpret_cast<NvtxFunctionPointer>(pop);
  return 1;
}
}
