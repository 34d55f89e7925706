//===- Safetensors.h - Tensors by name, in one file -------------*- C++ -*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and writes https://github.com/huggingface/safetensors: eight bytes of
// header length, a JSON header, the bytes of the tensors. Tensors travel in
// this format, and packages are made of it. Nothing here throws; what cannot be
// done is said in `error`, which names the file and the tensor.
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_RUNTIME_SAFETENSORS_H
#define ALIGNED_RUNTIME_SAFETENSORS_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace aligned {

/// One tensor: its bytes are row-major, little-endian and somebody else's.
struct SafetensorsTensor {
  std::string name;
  std::string dtype; ///< as the format spells it: "BF16", "F32", "U8", ..
  std::vector<int64_t> shape;
  const void *data = nullptr;
  size_t bytes = 0;
};

/// Bytes of an element of a dtype of the format; 0 if it has no such dtype.
size_t safetensorsElementBytes(const std::string &dtype);

/// The format's name for an element type of MLIR ("bf16" -> "BF16", "i1" ->
/// "BOOL"), and back. Empty if there is none.
std::string safetensorsDtype(const std::string &type);
std::string safetensorsElementType(const std::string &dtype);

/// A file whose every rule has been checked. It lives in memory, or is mapped.
class SafetensorsFile {
public:
  /// Null, and `error` set, if the file cannot be read or is not valid.
  static std::unique_ptr<SafetensorsFile> open(const std::string &path,
                                               std::string &error);
  /// Takes a copy of `bytes`. `name` stands for the path in errors.
  static std::unique_ptr<SafetensorsFile> copy(const std::string &name,
                                               const void *bytes, size_t size,
                                               std::string &error);
  ~SafetensorsFile();
  SafetensorsFile(const SafetensorsFile &) = delete;
  SafetensorsFile &operator=(const SafetensorsFile &) = delete;

  /// In the order of their bytes in the file.
  const std::vector<SafetensorsTensor> &tensors() const { return entries; }
  const SafetensorsTensor *find(const std::string &name) const;
  const std::map<std::string, std::string> &metadata() const { return meta; }

private:
  SafetensorsFile() = default;
  bool parse(const std::string &name, std::string &error);

  const uint8_t *base = nullptr;
  size_t size = 0;
  bool mapped = false;
  std::vector<uint64_t> owned; ///< eight bytes each, so that data is aligned
  std::vector<SafetensorsTensor> entries;
  std::map<std::string, std::string> meta;
};

/// The bytes of a file with these tensors, in this order.
bool serializeSafetensors(const std::vector<SafetensorsTensor> &tensors,
                          const std::map<std::string, std::string> &metadata,
                          std::vector<char> &bytes, std::string &error);

/// Writes a file in one step: it is there as a whole or not at all.
bool writeSafetensors(const std::string &path,
                      const std::vector<SafetensorsTensor> &tensors,
                      const std::map<std::string, std::string> &metadata,
                      std::string &error);

/// Writes `bytes` to a temporary file beside `path` and renames it.
bool writeFileAtomically(const std::string &path, const void *bytes,
                         size_t size, std::string &error);

} // namespace aligned

#endif // ALIGNED_RUNTIME_SAFETENSORS_H
