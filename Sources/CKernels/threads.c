#define _GNU_SOURCE
#include "umwelt_threads.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// libgomp's entry points. clang's own -fopenmp would bring a second runtime beside oneDNN's.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_in_parallel(void);
extern void omp_set_num_threads(int);

typedef struct {
  _Atomic int64_t next;
  int64_t count;
  void (*body)(void *, int64_t);
  void *context;
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

static void run_region(void *data) {
  Region *region = data;
  unsigned saved = enter_kernels();
  omp_set_num_threads(1);
  for (;;) {
    int64_t index = atomic_fetch_add_explicit(&region->next, 1, memory_order_relaxed);
    if (index >= region->count) break;
    region->body(region->context, index);
  }
  leave_kernels(saved);
}

void umwelt_parallel_for(
    int64_t count, int32_t threads, void (*body)(void *, int64_t), void *context) {
  if (count <= 0) return;
  Region region = {.next = 0, .count = count, .body = body, .context = context};
  if (threads > count) threads = (int32_t)count;
  if (threads <= 1 || omp_in_parallel()) {
    run_region(&region);
    return;
  }
  GOMP_parallel(run_region, &region, (unsigned)threads, 0);
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
