#define _GNU_SOURCE
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// A region of a batch of worlds or of a dream lasts some microseconds. libgomp takes one of them to begin
// and end it on warm threads, and waits for every thread even where none has a processor; hence this pool.
// What passes between two processors costs a tenth of a microsecond a cache line: what a helper must know
// to begin lies in one line, the indices that it takes first in another.

// libgomp's setting. oneDNN's own threads, which are libgomp's, are never used.
extern void omp_set_num_threads(int);

#define LINE 128
#define MOST_HELPERS 63
#define LONGEST_SPIN 20000
#define SHORTEST_SPIN 50

// The state of the region at hand: how many helpers joined, how many left, whether more may join, and, in
// the high half, the region's number.
#define JOINED UINT64_C(1)
#define LEFT (UINT64_C(1) << 15)
#define COUNT (LEFT - 1)
#define OPEN (UINT64_C(1) << 31)
#define NUMBER_SHIFT 32

// The indices that one thread takes first, and in the end whoever has nothing left. What a thread touched
// in one region is still in its cache in the next one over the same things.
typedef struct {
  _Alignas(LINE) _Atomic int64_t next;
  int64_t end;
} Share;

static struct {
  _Alignas(LINE) _Atomic uint64_t state;
  void (*body)(void *, int64_t);
  void *context;
  _Atomic uint32_t wanted;
  _Alignas(LINE) Share shares[MOST_HELPERS + 1];
  _Alignas(LINE) _Atomic int32_t asleep;
  _Atomic int32_t spin;
  int32_t threads;
  pthread_mutex_t use, sleep;
  pthread_cond_t wake;
} pool = {
    .use = PTHREAD_MUTEX_INITIALIZER,
    .sleep = PTHREAD_MUTEX_INITIALIZER,
    .wake = PTHREAD_COND_INITIALIZER,
};

// Whether this thread works on a region shared with others.
static _Thread_local _Bool is_inside;

// Nanoseconds that this thread has waited at the ends of its regions for those inside, all together.
static _Thread_local int64_t waited;

static inline void relax(void) {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static inline uint32_t joined(uint64_t state) { return state & COUNT; }
static inline uint32_t left(uint64_t state) { return state / LEFT & COUNT; }

// What the kernels need of a thread: denormals are flushed to zero, oneDNN sees one thread.
static unsigned enter_kernels(void) {
  omp_set_num_threads(1);
#if defined(__x86_64__)
  unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040u);
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

static void run_alone(int64_t count, void (*body)(void *, int64_t), void *context) {
  unsigned saved = enter_kernels();
  for (int64_t index = 0; index < count; index++) body(context, index);
  leave_kernels(saved);
}

static void run_share(Share *share, void (*body)(void *, int64_t), void *context) {
  while (atomic_load_explicit(&share->next, memory_order_relaxed) < share->end) {
    int64_t index = atomic_fetch_add_explicit(&share->next, 1, memory_order_relaxed);
    if (index >= share->end) return;
    body(context, index);
  }
}

// The shares of the region at hand, one's own first. Helpers have numbers from 1.
static void run_shares(int32_t number) {
  void (*body)(void *, int64_t) = pool.body;
  void *context = pool.context;
  int32_t count = (int32_t)atomic_load_explicit(&pool.wanted, memory_order_relaxed) + 1;
  is_inside = 1;
  for (int32_t turn = 0; turn < count; turn++) {
    run_share(&pool.shares[(number + turn) % count], body, context);
  }
  is_inside = 0;
}

// Whether the region is one that this thread has not served yet, and wants one more.
static int is_wanted(uint64_t state, uint64_t served) {
  return (state & OPEN) && state >> NUMBER_SHIFT != served &&
         joined(state) < atomic_load_explicit(&pool.wanted, memory_order_relaxed);
}

static uint64_t wait_for_region(uint64_t served) {
  int32_t limit = atomic_load_explicit(&pool.spin, memory_order_relaxed);
  for (int32_t turn = 0; turn < limit; turn++) {
    uint64_t state = atomic_load_explicit(&pool.state, memory_order_acquire);
    if (is_wanted(state, served)) return state;
    relax();
  }
  pthread_mutex_lock(&pool.sleep);
  atomic_fetch_add(&pool.asleep, 1);
  uint64_t state;
  while (!is_wanted(state = atomic_load(&pool.state), served)) {
    pthread_cond_wait(&pool.wake, &pool.sleep);
  }
  atomic_fetch_sub(&pool.asleep, 1);
  pthread_mutex_unlock(&pool.sleep);
  return state;
}

static void *serve(void *argument) {
  int32_t number = (int32_t)(intptr_t)argument;
  uint64_t served = 0;
  (void)enter_kernels();
  for (;;) {
    uint64_t state = wait_for_region(served);
    while (is_wanted(state, served)) {
      if (!atomic_compare_exchange_weak(&pool.state, &state, state + JOINED)) continue;
      served = state >> NUMBER_SHIFT;
      run_shares(number);
      atomic_fetch_add_explicit(&pool.state, LEFT, memory_order_release);
    }
  }
  return NULL;
}

// The threads do not live on in a process that is forked off: it begins with none, and grows its own.
static void begin_in_child(void) {
  pool.threads = 0;
  atomic_store(&pool.asleep, 0);
  uint64_t number = atomic_load(&pool.state) >> NUMBER_SHIFT;
  atomic_store(&pool.state, number << NUMBER_SHIFT);
  pthread_mutex_init(&pool.use, NULL);
  pthread_mutex_init(&pool.sleep, NULL);
  pthread_cond_init(&pool.wake, NULL);
}

static void watch_forks(void) { pthread_atfork(NULL, NULL, begin_in_child); }

// Threads that the system refuses are done without. Where there are more threads than processors, those
// that wait must not keep others from working.
static void grow(int32_t helpers) {
  static pthread_once_t watches = PTHREAD_ONCE_INIT;
  pthread_once(&watches, watch_forks);
  while (pool.threads < helpers) {
    pthread_t thread;
    void *number = (void *)(intptr_t)(pool.threads + 1);
    if (pthread_create(&thread, NULL, serve, number) != 0) break;
    pthread_detach(thread);
    pool.threads++;
  }
  int32_t spin = pool.threads < sysconf(_SC_NPROCESSORS_ONLN) ? LONGEST_SPIN : SHORTEST_SPIN;
  atomic_store_explicit(&pool.spin, spin, memory_order_relaxed);
}

static void begin(int64_t count, int32_t helpers, void (*body)(void *, int64_t), void *context) {
  int64_t shares = helpers + 1;
  for (int64_t share = 0; share < shares; share++) {
    int64_t first = count * share / shares;
    atomic_store_explicit(&pool.shares[share].next, first, memory_order_relaxed);
    pool.shares[share].end = count * (share + 1) / shares;
  }
  // The caller takes the first index without asking, while the lines above are on their way.
  atomic_store_explicit(&pool.shares[0].next, 1, memory_order_relaxed);
  pool.body = body;
  pool.context = context;
  atomic_store_explicit(&pool.wanted, (uint32_t)helpers, memory_order_relaxed);
  uint64_t number = atomic_load_explicit(&pool.state, memory_order_relaxed) >> NUMBER_SHIFT;
  uint64_t state = ((number + 1) & UINT32_MAX) << NUMBER_SHIFT | OPEN;
  atomic_store_explicit(&pool.state, state, memory_order_release);
  // Without a fence one that falls asleep just now may be missed: it wakes for the next region.
  if (atomic_load_explicit(&pool.asleep, memory_order_relaxed) == 0) return;
  pthread_mutex_lock(&pool.sleep);
  pthread_cond_broadcast(&pool.wake);
  pthread_mutex_unlock(&pool.sleep);
}

int64_t umwelt_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

// Lets nobody in any more, and waits for those inside.
static void end(uint32_t wanted) {
  uint64_t state = atomic_load_explicit(&pool.state, memory_order_acquire);
  if (joined(state) < wanted) state = atomic_fetch_and(&pool.state, ~OPEN);
  if (left(state) == joined(state)) return;
  int64_t start = umwelt_nanoseconds();
  for (int32_t turn = 0; left(state) < joined(state); turn++) {
    if (turn < LONGEST_SPIN) relax();
    else sched_yield();
    state = atomic_load_explicit(&pool.state, memory_order_acquire);
  }
  waited += umwelt_nanoseconds() - start;
}

int64_t umwelt_waited(void) { return waited; }

void umwelt_pool_run(
    int64_t count, int32_t helpers, void (*body)(void *context, int64_t index), void *context) {
  if (helpers > MOST_HELPERS) helpers = MOST_HELPERS;
  if (helpers < 1 || is_inside || pthread_mutex_trylock(&pool.use) != 0) {
    run_alone(count, body, context);
    return;
  }
  if (pool.threads < helpers) grow(helpers);
  unsigned saved = enter_kernels();
  begin(count, helpers, body, context);
  is_inside = 1;
  body(context, 0);
  run_shares(0);
  end((uint32_t)helpers);
  leave_kernels(saved);
  pthread_mutex_unlock(&pool.use);
}
