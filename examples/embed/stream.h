/*===- stream.h - A CUDA stream, without cuda.h -------------------*- C -*-===*\
|*                                                                            *|
|* Part of the Aligned project, under the Apache License v2.0 with LLVM       *|
|* Exceptions. See LICENSE for license information.                           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef EMBED_STREAM_H
#define EMBED_STREAM_H

/* A stream of GPU `ordinal`, as an engine has one of its own; NULL, and a
   message on stderr, if that fails. The driver is found at run time, so that
   the program starts where there is none. */
void *createStream(int ordinal);
void destroyStream(void *stream);

#endif /* EMBED_STREAM_H */
