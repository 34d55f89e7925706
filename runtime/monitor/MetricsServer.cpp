//===- MetricsServer.cpp - Metrics of a device over HTTP ------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-c/MetricsServer.h"

#include <exception>
#include <httplib.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

AlignedError refuse(const std::string &why) {
  return alignedErrorCreate(ALIGNED_INVALID_ARGUMENT,
                            ("alignedMetricsServerStart: " + why).c_str());
}

/// The metrics; empty if they cannot be had.
std::string format(AlignedDevice device, AlignedMetricsFormat format) {
  // Counters grow between two calls: leave room.
  std::vector<char> text(1 << 16);
  for (;;) {
    size_t size = 0;
    if (AlignedError error = alignedMetricsFormat(device, format, text.data(),
                                                  text.size(), &size)) {
      alignedErrorDestroy(error);
      return "";
    }
    if (size < text.size())
      return std::string(text.data(), size);
    text.resize(size * 2);
  }
}

} // namespace

struct AlignedMetricsServerImpl {
  ~AlignedMetricsServerImpl() {
    if (!thread.joinable())
      return;
    // Before it listens it cannot be stopped.
    while (!server.is_running())
      std::this_thread::yield();
    server.stop();
    thread.join();
  }
  void answer(const char *path, AlignedDevice device,
              AlignedMetricsFormat which, const char *type) {
    server.Get(path, [=](const httplib::Request &, httplib::Response &reply) {
      std::string text = format(device, which);
      reply.status = text.empty() ? 500 : 200;
      reply.set_content(text, type);
    });
  }

  httplib::Server server;
  int port = -1;
  std::thread thread;
};

static AlignedError start(AlignedDevice device, const char *address, int port,
                          AlignedMetricsServer *server) {
  if (!device || !address || !server)
    return refuse("a pointer is null");
  if (port < 0 || port > 65535)
    return refuse("port " + std::to_string(port) + ": expected 0 to 65535");
  auto started = std::make_unique<AlignedMetricsServerImpl>();
  httplib::Server &http = started->server;
  started->answer("/metrics", device, ALIGNED_METRICS_PROMETHEUS,
                  "text/plain; version=0.0.4");
  started->answer("/metrics.json", device, ALIGNED_METRICS_JSON,
                  "application/json");
  // Not the library's own, which lets two servers share a port unnoticed.
  http.set_socket_options([](socket_t socket) {
    int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  // Scrapers are few and keep connections open between two scrapes.
  http.new_task_queue = [] { return new httplib::ThreadPool(2); };
  http.set_keep_alive_timeout(1);
  if (port == 0)
    started->port = http.bind_to_any_port(address);
  else if (http.bind_to_port(address, port))
    started->port = port;
  if (started->port < 0)
    return refuse(std::string("cannot listen on ") + address + ":" +
                  std::to_string(port) +
                  ": the address is not of this machine, or the port is taken");
  started->thread = std::thread([&http] { http.listen_after_bind(); });
  *server = started.release();
  return nullptr;
}

AlignedError alignedMetricsServerStart(AlignedDevice device,
                                       const char *address, int port,
                                       AlignedMetricsServer *server) {
  try {
    return start(device, address, port, server);
  } catch (const std::exception &exception) {
    return refuse(exception.what());
  }
}

int alignedMetricsServerGetPort(AlignedMetricsServer server) {
  return server->port;
}

void alignedMetricsServerDestroy(AlignedMetricsServer server) { delete server; }
