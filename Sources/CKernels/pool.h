#pragma once
#include <stdint.h>

/// Runs `share(data)` on the calling thread, and on up to `helpers` others that come while it runs.
///
/// `share` takes work until none is left; a thread that comes too late is not waited for. Returns when no
/// thread is inside any more. Where the pool is in use by another thread, the caller works alone.
void umwelt_pool_run(void (*share)(void *data), void *data, int32_t helpers);
