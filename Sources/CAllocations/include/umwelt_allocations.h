#pragma once
#include <stdint.h>

/// Starts counting how often memory is asked for; false where this system offers no way.
///
/// Once started, counting goes on until the process ends; it costs an addition an allocation.
_Bool umwelt_count_allocations(void);

/// How often this thread has asked for memory since counting started.
uint64_t umwelt_allocations_of_this_thread(void);
