//===- MetricsServerTest.cpp - Tests of metrics over HTTP -----------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-c/MetricsServer.h"

#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

namespace {

class MetricsServerTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_EQ(alignedDeviceOpen("cpu", &device), nullptr);
  }
  void TearDown() override { alignedDeviceDestroy(device); }
  /// The error's text, or "" if there was none.
  std::string start(const char *address, int port,
                    AlignedMetricsServer *server) {
    AlignedError error =
        alignedMetricsServerStart(device, address, port, server);
    if (!error)
      return "";
    std::string message = alignedErrorGetMessage(error);
    alignedErrorDestroy(error);
    return message;
  }

  AlignedDevice device = nullptr;
};

TEST_F(MetricsServerTest, AnswersInBothFormats) {
  AlignedMetricsServer server = nullptr;
  ASSERT_EQ(start("127.0.0.1", 0, &server), "");
  httplib::Client client("127.0.0.1", alignedMetricsServerGetPort(server));
  auto text = client.Get("/metrics");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->status, 200);
  EXPECT_EQ(text->get_header_value("Content-Type"),
            "text/plain; version=0.0.4");
  EXPECT_NE(text->body.find("# TYPE aligned_decode_seconds histogram\n"),
            std::string::npos);
  auto json = client.Get("/metrics.json");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->get_header_value("Content-Type"), "application/json");
  EXPECT_EQ(nlohmann::json::parse(json->body)["device"],
            alignedDeviceGetDescription(device));
  auto other = client.Get("/");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->status, 404);
  alignedMetricsServerDestroy(server);
  EXPECT_FALSE(client.Get("/metrics")) << "it still answers";
}

TEST_F(MetricsServerTest, APortThatIsTakenIsNamed) {
  AlignedMetricsServer first = nullptr, second = nullptr;
  ASSERT_EQ(start("127.0.0.1", 0, &first), "");
  int port = alignedMetricsServerGetPort(first);
  EXPECT_EQ(start("127.0.0.1", port, &second),
            "alignedMetricsServerStart: cannot listen on 127.0.0.1:" +
                std::to_string(port) +
                ": the address is not of this machine, or the port is taken");
  EXPECT_EQ(second, nullptr);
  alignedMetricsServerDestroy(first);
  ASSERT_EQ(start("127.0.0.1", port, &second), "");
  EXPECT_EQ(alignedMetricsServerGetPort(second), port);
  alignedMetricsServerDestroy(second);
}

TEST_F(MetricsServerTest, WrongArgumentsAreRefused) {
  AlignedMetricsServer server = nullptr;
  EXPECT_NE(start("127.0.0.1", 70000, &server).find("port 70000: expected 0"),
            std::string::npos);
  EXPECT_NE(start(nullptr, 0, &server).find("null"), std::string::npos);
  EXPECT_NE(start("192.0.2.1", 0, &server).find("cannot listen on 192.0.2.1"),
            std::string::npos);
}

TEST_F(MetricsServerTest, CanBeDestroyedAtOnce) {
  for (int i = 0; i < 20; ++i) {
    AlignedMetricsServer server = nullptr;
    ASSERT_EQ(start("127.0.0.1", 0, &server), "");
    alignedMetricsServerDestroy(server);
  }
}

} // namespace
