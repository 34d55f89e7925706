//===- Tool.cpp - What the command line tools share -----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tool.h"

#include "Aligned/Runtime/Safetensors.h"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

using namespace aligned;

const char *aligned::toolName = "aligned";

void aligned::fatal(const std::string &message) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s: error: %s\n", toolName, message.c_str());
  std::exit(1);
}

void aligned::check(AlignedError error) {
  if (!error)
    return;
  std::string message = alignedErrorGetMessage(error);
  alignedErrorDestroy(error);
  fatal(message);
}

/// Reads all of `text` as a number.
static bool readNumber(const std::string &text, double &number) {
  char *end = nullptr;
  number = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && std::isfinite(number);
}

Precision aligned::parsePrecision(const std::string &text) {
  Precision precision;
  std::string message;
  if (!parsePrecision(text, precision, message))
    fatal(message);
  return precision;
}

int64_t aligned::parseInteger(const char *option, const std::string &text,
                              int64_t least) {
  errno = 0;
  char *end = nullptr;
  long long value = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || errno != 0 || value < least)
    fatal(std::string(option) + "=" + text + ": expected an integer, " +
          std::to_string(least) + " or more");
  return value;
}

double aligned::parseTolerance(const char *option, const std::string &text) {
  double value = 0;
  if (!readNumber(text, value) || value < 0)
    fatal(std::string(option) + "=" + text +
          ": expected a number that is not negative, as in 1e-3");
  return value;
}

std::vector<std::string> aligned::splitList(const std::string &text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    parts.push_back(part);
  return parts;
}

std::string aligned::readFile(const std::string &path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  // Reading a directory fails only here.
  if (!stream || !(text << stream.rdbuf()))
    fatal(path + ": cannot read: " +
          (errno ? std::strerror(errno) : "the file is empty"));
  return text.str();
}

void aligned::writeFile(const std::string &path, const std::string &text) {
  std::string error;
  if (!writeFileAtomically(path, text.data(), text.size(), error))
    fatal(error);
}

std::string aligned::formatShape(const std::vector<int64_t> &shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") +
            (shape[i] < 0 ? std::string("?") : std::to_string(shape[i]));
  return text + "]";
}
