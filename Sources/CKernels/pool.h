#pragma once
#include <stdint.h>

/// Runs `body(context, index)` for every index below `count` on the calling thread and on up to `helpers`
/// others that come while it runs; returns when all are done.
///
/// A thread that comes too late is not waited for. Where the pool is in use by another thread, the caller
/// works alone.
void umwelt_pool_run(
    int64_t count, int32_t helpers, void (*body)(void *context, int64_t index), void *context);
