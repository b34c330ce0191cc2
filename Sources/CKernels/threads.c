#define _GNU_SOURCE
#include "umwelt_threads.h"
#include "pool.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// libgomp's setting. oneDNN's own threads, which are libgomp's, are never used: see `run_region`.
extern void omp_set_num_threads(int);

// The counter that all threads write has a cache line of its own.
typedef struct {
  _Alignas(128) _Atomic int64_t next;
  _Alignas(128) int64_t count;
  void (*body)(void *, int64_t);
  void *context;
  _Bool is_shared;
} Region;

static unsigned enter_kernels(void) {
#if defined(__x86_64__)
  unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040u);  // flush to zero, denormals are zero
  return saved;
#else
  return 0;
#endif
}

static void leave_kernels(unsigned saved) {
#if defined(__x86_64__)
  _mm_setcsr(saved);
#else
  (void)saved;
#endif
}

// Whether this thread works on a shared region.
static _Thread_local _Bool is_inside;

static void run_region(void *data) {
  Region *region = data;
  _Bool was_inside = is_inside;
  is_inside = was_inside || region->is_shared;
  unsigned saved = enter_kernels();
  omp_set_num_threads(1);
  for (;;) {
    int64_t index = atomic_fetch_add_explicit(&region->next, 1, memory_order_relaxed);
    if (index >= region->count) break;
    region->body(region->context, index);
  }
  leave_kernels(saved);
  is_inside = was_inside;
}

void umwelt_parallel_for(
    int64_t count, int32_t threads, void (*body)(void *, int64_t), void *context) {
  if (count <= 0) return;
  if (threads > count) threads = (int32_t)count;
  int32_t helpers = is_inside ? 0 : threads - 1;
  Region region = {
      .next = 0, .count = count, .body = body, .context = context, .is_shared = helpers > 0};
  umwelt_pool_run(run_region, &region, helpers);
}

void umwelt_prepare_thread(void) {
  omp_set_num_threads(1);
  (void)enter_kernels();
}

int32_t umwelt_processor_count(void) {
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return (int32_t)CPU_COUNT(&set);
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : (int32_t)count;
}

void umwelt_write_stdout_by_line(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
