//===- Safetensors.cpp - Tensors by name, in one file ---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Aligned/Runtime/Safetensors.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sys/mman.h>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>

using namespace aligned;
using nlohmann::json;

/// The format's own limit, so that a wrong length asks for no memory.
static constexpr uint64_t kMaxHeaderBytes = 100000000;

namespace {
struct Dtype {
  const char *name;    ///< in the file
  const char *element; ///< in MLIR
  size_t bytes;
};
} // namespace

static constexpr Dtype kDtypes[] = {
    {"F64", "f64", 8},       {"F32", "f32", 4},
    {"F16", "f16", 2},       {"BF16", "bf16", 2},
    {"I64", "i64", 8},       {"I32", "i32", 4},
    {"I16", "i16", 2},       {"I8", "i8", 1},
    {"U64", "ui64", 8},      {"U32", "ui32", 4},
    {"U16", "ui16", 2},      {"U8", "ui8", 1},
    {"BOOL", "i1", 1},       {"F8_E4M3", "f8E4M3FN", 1},
    {"F8_E5M2", "f8E5M2", 1}};

size_t aligned::safetensorsElementBytes(const std::string &dtype) {
  for (const Dtype &d : kDtypes)
    if (dtype == d.name)
      return d.bytes;
  return 0;
}

std::string aligned::safetensorsDtype(const std::string &type) {
  for (const Dtype &d : kDtypes)
    if (type == d.element)
      return d.name;
  return "";
}

std::string aligned::safetensorsElementType(const std::string &dtype) {
  for (const Dtype &d : kDtypes)
    if (dtype == d.name)
      return d.element;
  return "";
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Bytes of `shape` elements of `elementBytes`; false if they overflow.
static bool countBytes(const std::vector<int64_t> &shape, size_t elementBytes,
                       uint64_t &bytes) {
  bytes = elementBytes;
  for (int64_t size : shape)
    if (__builtin_mul_overflow(bytes, static_cast<uint64_t>(size), &bytes))
      return false;
  return true;
}

/// Parses one entry of the header; false, with the reason, if it is wrong.
static bool parseTensor(const json &entry, uint64_t dataBytes,
                        SafetensorsTensor &tensor, uint64_t &begin,
                        std::string &reason) {
  auto fail = [&](std::string text) {
    reason = "tensor '" + tensor.name + "': " + std::move(text);
    return false;
  };
  auto isSize = [](const json &value) {
    return value.is_number_unsigned() &&
           value.get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX);
  };
  if (!entry.is_object() || !entry.contains("dtype") ||
      !entry.contains("shape") || !entry.contains("data_offsets"))
    return fail("expected an object with dtype, shape and data_offsets");
  const json &dtype = entry["dtype"], &shape = entry["shape"],
             &offsets = entry["data_offsets"];
  if (!dtype.is_string())
    return fail("dtype is not a string");
  tensor.dtype = dtype.get<std::string>();
  size_t elementBytes = safetensorsElementBytes(tensor.dtype);
  if (elementBytes == 0)
    return fail("unknown dtype '" + tensor.dtype + "'");
  if (!shape.is_array())
    return fail("shape is not a list");
  for (const json &size : shape) {
    if (!isSize(size))
      return fail("shape has an element that is no size");
    tensor.shape.push_back(size.get<int64_t>());
  }
  if (!offsets.is_array() || offsets.size() != 2 || !isSize(offsets[0]) ||
      !isSize(offsets[1]))
    return fail("data_offsets is not a pair of offsets");
  begin = offsets[0].get<uint64_t>();
  uint64_t end = offsets[1].get<uint64_t>(), bytes;
  if (begin > end)
    return fail("data_offsets run backwards");
  if (end > dataBytes)
    return fail("ends at byte " + std::to_string(end) +
                " of the data, of which the file has " +
                std::to_string(dataBytes) + ": the file is truncated");
  if (!countBytes(tensor.shape, elementBytes, bytes) || bytes != end - begin)
    return fail("its shape and dtype do not make the " +
                std::to_string(end - begin) + " bytes of its data_offsets");
  tensor.bytes = bytes;
  return true;
}

bool SafetensorsFile::parse(const std::string &name, std::string &error) {
  auto fail = [&](const std::string &reason) {
    error = name + ": " + reason;
    return false;
  };
  if (size < 8)
    return fail("not a safetensors file: " + std::to_string(size) +
                " bytes, shorter than the header's length");
  uint64_t headerBytes;
  std::memcpy(&headerBytes, base, 8);
  if (headerBytes > kMaxHeaderBytes)
    return fail("not a safetensors file: the header's length, " +
                std::to_string(headerBytes) + ", is out of range");
  if (headerBytes > size - 8)
    return fail("the header of " + std::to_string(headerBytes) +
                " bytes is truncated: the file has " + std::to_string(size));
  const char *text = reinterpret_cast<const char *>(base) + 8;
  // The library keeps the last of two equal keys; the format allows but one.
  std::set<std::string> keys;
  std::string duplicate;
  auto onEvent = [&](int depth, json::parse_event_t event, json &value) {
    if (event == json::parse_event_t::key && depth == 1 &&
        !keys.insert(value.get<std::string>()).second)
      duplicate = value.get<std::string>();
    return true;
  };
  json header = json::parse(text, text + headerBytes, onEvent,
                            /*allow_exceptions=*/false);
  if (!header.is_object())
    return fail("the header is not a JSON object");
  if (!duplicate.empty())
    return fail("tensor '" + duplicate + "' is there twice");

  uint64_t dataBytes = size - 8 - headerBytes;
  std::vector<std::pair<uint64_t, SafetensorsTensor>> found;
  for (const auto &[key, value] : header.items()) {
    if (key == "__metadata__") {
      if (!value.is_object())
        return fail("__metadata__ is not an object");
      for (const auto &[metaKey, metaValue] : value.items()) {
        if (!metaValue.is_string())
          return fail("__metadata__ '" + metaKey + "' is not a string");
        meta[metaKey] = metaValue.get<std::string>();
      }
      continue;
    }
    SafetensorsTensor tensor;
    tensor.name = key;
    uint64_t begin = 0;
    std::string reason;
    if (!parseTensor(value, dataBytes, tensor, begin, reason))
      return fail(reason);
    tensor.data = base + 8 + headerBytes + begin;
    found.emplace_back(begin, std::move(tensor));
  }
  std::sort(found.begin(), found.end(), [](const auto &a, const auto &b) {
    return std::tie(a.first, a.second.bytes, a.second.name) <
           std::tie(b.first, b.second.bytes, b.second.name);
  });
  uint64_t end = 0;
  for (auto &[begin, tensor] : found) {
    if (begin != end)
      return fail("tensor '" + tensor.name + "' begins at byte " +
                  std::to_string(begin) + " of the data, " +
                  (begin < end ? "inside the tensor before it, which ends at "
                               : "leaving a hole from ") +
                  std::to_string(end));
    end += tensor.bytes;
    entries.push_back(std::move(tensor));
  }
  if (end != dataBytes)
    return fail("the data has " + std::to_string(dataBytes) +
                " bytes, of which tensors take " + std::to_string(end));
  return true;
}

std::unique_ptr<SafetensorsFile> SafetensorsFile::open(const std::string &path,
                                                       std::string &error) {
  auto fail = [&](const char *what) {
    error = path + ": " + what + ": " + std::strerror(errno);
    return nullptr;
  };
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail("cannot open");
  struct stat status;
  if (fstat(fd, &status) != 0 || S_ISDIR(status.st_mode)) {
    if (S_ISDIR(status.st_mode))
      errno = EISDIR;
    close(fd);
    return fail("cannot read");
  }
  std::unique_ptr<SafetensorsFile> file(new SafetensorsFile);
  file->size = static_cast<size_t>(status.st_size);
  if (file->size != 0) {
    void *memory =
        mmap(nullptr, file->size, PROT_READ, MAP_PRIVATE, fd, /*offset=*/0);
    if (memory == MAP_FAILED) {
      close(fd);
      return fail("cannot map");
    }
    file->base = static_cast<const uint8_t *>(memory);
    file->mapped = true;
  }
  close(fd);
  if (!file->parse(path, error))
    return nullptr;
  return file;
}

std::unique_ptr<SafetensorsFile> SafetensorsFile::copy(const std::string &name,
                                                       const void *bytes,
                                                       size_t size,
                                                       std::string &error) {
  std::unique_ptr<SafetensorsFile> file(new SafetensorsFile);
  file->owned.resize((size + 7) / 8);
  if (size != 0)
    std::memcpy(file->owned.data(), bytes, size);
  file->base = reinterpret_cast<const uint8_t *>(file->owned.data());
  file->size = size;
  if (!file->parse(name, error))
    return nullptr;
  return file;
}

SafetensorsFile::~SafetensorsFile() {
  if (mapped)
    munmap(const_cast<uint8_t *>(base), size);
}

const SafetensorsTensor *SafetensorsFile::find(const std::string &name) const {
  for (const SafetensorsTensor &tensor : entries)
    if (tensor.name == name)
      return &tensor;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

bool aligned::serializeSafetensors(
    const std::vector<SafetensorsTensor> &tensors,
    const std::map<std::string, std::string> &metadata,
    std::vector<char> &bytes, std::string &error) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty())
    header["__metadata__"] = metadata;
  uint64_t offset = 0;
  for (const SafetensorsTensor &tensor : tensors) {
    uint64_t size;
    size_t elementBytes = safetensorsElementBytes(tensor.dtype);
    if (elementBytes == 0 || !countBytes(tensor.shape, elementBytes, size) ||
        size != tensor.bytes) {
      error = "tensor '" + tensor.name + "': its dtype '" + tensor.dtype +
              "' and shape do not make its " + std::to_string(tensor.bytes) +
              " bytes";
      return false;
    }
    if (header.contains(tensor.name)) {
      error = "tensor '" + tensor.name + "' is there twice";
      return false;
    }
    header[tensor.name] = {{"dtype", tensor.dtype},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, offset + size}}};
    offset += size;
  }
  std::string text =
      header.dump(-1, ' ', false, json::error_handler_t::replace);
  // Padding keeps the data at a multiple of eight bytes.
  text.resize((text.size() + 7) / 8 * 8, ' ');
  uint64_t headerBytes = text.size();
  bytes.resize(8 + headerBytes + offset);
  std::memcpy(bytes.data(), &headerBytes, 8);
  std::memcpy(bytes.data() + 8, text.data(), headerBytes);
  char *to = bytes.data() + 8 + headerBytes;
  for (const SafetensorsTensor &tensor : tensors) {
    if (tensor.bytes != 0)
      std::memcpy(to, tensor.data, tensor.bytes);
    to += tensor.bytes;
  }
  return true;
}

bool aligned::writeFileAtomically(const std::string &path, const void *bytes,
                                  size_t size, std::string &error) {
  static std::atomic<unsigned> counter{0};
  std::string temporary = path + ".tmp." + std::to_string(getpid()) + "." +
                          std::to_string(counter++);
  auto fail = [&](const char *what) {
    error = path + ": " + what + ": " + std::strerror(errno);
    return false;
  };
  int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                  /*mode=*/0666);
  if (fd < 0)
    return fail("cannot create a temporary file beside it");
  const char *from = static_cast<const char *>(bytes);
  while (size != 0) {
    ssize_t written = ::write(fd, from, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      fail("cannot write");
      close(fd);
      unlink(temporary.c_str());
      return false;
    }
    from += written;
    size -= static_cast<size_t>(written);
  }
  bool done = close(fd) == 0;
  done = done && rename(temporary.c_str(), path.c_str()) == 0;
  if (!done) {
    fail("cannot finish");
    unlink(temporary.c_str());
  }
  return done;
}

bool aligned::writeSafetensors(
    const std::string &path, const std::vector<SafetensorsTensor> &tensors,
    const std::map<std::string, std::string> &metadata, std::string &error) {
  std::vector<char> bytes;
  if (!serializeSafetensors(tensors, metadata, bytes, error)) {
    error = path + ": " + error;
    return false;
  }
  return writeFileAtomically(path, bytes.data(), bytes.size(), error);
}
