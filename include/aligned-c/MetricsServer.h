/*===- MetricsServer.h - Metrics of a device over HTTP ------------*- C -*-===*\
|*                                                                            *|
|* Part of the Aligned project, under the Apache License v2.0 with LLVM       *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* In a library of its own, libaligned-monitor, which is built where          *|
|* cpp-httplib is. Errors and ownership are as in Aligned.h.                  *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef ALIGNED_C_METRICSSERVER_H
#define ALIGNED_C_METRICSSERVER_H

#include "aligned-c/Metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct AlignedMetricsServerImpl *AlignedMetricsServer;

/* Answers GET /metrics with the Prometheus format and GET /metrics.json with
   JSON, from threads of its own, until it is destroyed; destroy it before the
   device. `address`: where to listen, "127.0.0.1" for this machine alone; what
   it answers is not secret, but it asks nobody who they are. `port`: 0 takes a
   free one. */
ALIGNED_CAPI AlignedError alignedMetricsServerStart(
    AlignedDevice device, const char *address, int port,
    AlignedMetricsServer *server);
ALIGNED_CAPI int alignedMetricsServerGetPort(AlignedMetricsServer server);
ALIGNED_CAPI void alignedMetricsServerDestroy(AlignedMetricsServer server);

#ifdef __cplusplus
}
#endif

#endif /* ALIGNED_C_METRICSSERVER_H */
