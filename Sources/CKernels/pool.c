#define _GNU_SOURCE
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

// A region of a batch of worlds or of a dream lasts some microseconds. libgomp takes one of them to begin
// and end it on warm threads, and waits for every thread even where none has a processor; hence this pool.

#define LINE 128
#define MOST_THREADS 256
#define LONGEST_SPIN 20000
#define SHORTEST_SPIN 50

// The region at hand. The low half counts the helpers inside, above them lies whether more may come, and
// in the high half the region's number.
#define OPEN (UINT64_C(1) << 31)
#define NUMBER (UINT64_C(1) << 32)
#define INSIDE (OPEN - 1)

static struct {
  _Alignas(LINE) _Atomic uint64_t ticket;
  _Alignas(LINE) void (*share)(void *);
  void *data;
  _Atomic uint32_t wanted;
  _Alignas(LINE) _Atomic int32_t asleep;
  _Alignas(LINE) _Atomic int32_t spin;
  int32_t threads;
  pthread_mutex_t use, sleep;
  pthread_cond_t wake;
} pool = {
    .use = PTHREAD_MUTEX_INITIALIZER,
    .sleep = PTHREAD_MUTEX_INITIALIZER,
    .wake = PTHREAD_COND_INITIALIZER,
};

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Whether a region that this thread has not served yet wants one more.
static int is_wanted(uint64_t ticket, uint64_t served) {
  return (ticket & OPEN) && (ticket >> 32) != served &&
         (ticket & INSIDE) < atomic_load_explicit(&pool.wanted, memory_order_relaxed);
}

static uint64_t wait_for_region(uint64_t served) {
  int32_t limit = atomic_load_explicit(&pool.spin, memory_order_relaxed);
  for (int32_t turn = 0; turn < limit; turn++) {
    uint64_t ticket = atomic_load_explicit(&pool.ticket, memory_order_acquire);
    if (is_wanted(ticket, served)) return ticket;
    relax();
  }
  pthread_mutex_lock(&pool.sleep);
  atomic_fetch_add(&pool.asleep, 1);
  uint64_t ticket;
  while (!is_wanted(ticket = atomic_load(&pool.ticket), served)) {
    pthread_cond_wait(&pool.wake, &pool.sleep);
  }
  atomic_fetch_sub(&pool.asleep, 1);
  pthread_mutex_unlock(&pool.sleep);
  return ticket;
}

static void *serve(void *unused) {
  (void)unused;
  uint64_t served = 0;
  for (;;) {
    uint64_t ticket = wait_for_region(served);
    while (is_wanted(ticket, served)) {
      if (!atomic_compare_exchange_weak(&pool.ticket, &ticket, ticket + 1)) continue;
      served = ticket >> 32;
      pool.share(pool.data);
      atomic_fetch_sub_explicit(&pool.ticket, 1, memory_order_release);
    }
  }
  return NULL;
}

// Threads that the system refuses are done without.
static void grow(int32_t helpers) {
  if (helpers > MOST_THREADS) helpers = MOST_THREADS;
  while (pool.threads < helpers) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve, NULL) != 0) break;
    pthread_detach(thread);
    pool.threads++;
  }
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  int32_t spin = pool.threads < processors ? LONGEST_SPIN : SHORTEST_SPIN;
  atomic_store_explicit(&pool.spin, spin, memory_order_relaxed);
}

static void wake_sleepers(void) {
  if (atomic_load(&pool.asleep) == 0) return;
  pthread_mutex_lock(&pool.sleep);
  pthread_cond_broadcast(&pool.wake);
  pthread_mutex_unlock(&pool.sleep);
}

static void wait_until_empty(void) {
  for (int32_t turn = 0; atomic_load_explicit(&pool.ticket, memory_order_acquire) & INSIDE; turn++) {
    if (turn < LONGEST_SPIN) relax();
    else sched_yield();
  }
}

void umwelt_pool_run(void (*share)(void *data), void *data, int32_t helpers) {
  if (helpers < 1 || pthread_mutex_trylock(&pool.use) != 0) {
    share(data);
    return;
  }
  if (pool.threads < helpers) grow(helpers);
  pool.share = share;
  pool.data = data;
  atomic_store_explicit(&pool.wanted, (uint32_t)helpers, memory_order_relaxed);
  uint64_t number = (atomic_load_explicit(&pool.ticket, memory_order_relaxed) >> 32) + 1;
  atomic_store(&pool.ticket, (number & UINT32_MAX) * NUMBER | OPEN);
  wake_sleepers();
  share(data);
  atomic_fetch_and(&pool.ticket, ~OPEN);
  wait_until_empty();
  pthread_mutex_unlock(&pool.use);
}
