#define _GNU_SOURCE
#include "umwelt_memory.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic _Bool ends, is_ending;

void umwelt_end_when_memory_runs_out(void) { atomic_store(&ends, 1); }

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

// The program's own definitions take the place of the C library's for all libraries, as glibc provides for:
// https://sourceware.org/glibc/manual/latest/html_node/Replacing-malloc.html. They pass every call on.
#if defined(__GLIBC__) && (defined(__x86_64__) || defined(__aarch64__)) && !defined(SANITIZED)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static void say(const char *text, size_t length) {
  if (write(STDERR_FILENO, text, length) < 0) return;
}

// Nothing here may ask for memory.
static void refused(size_t bytes) {
  if (!atomic_load(&ends)) return;
  while (atomic_exchange(&is_ending, 1)) pause();
  char digits[24];
  size_t first = sizeof digits;
  size_t mebibytes = (bytes + 1048575) / 1048576;
  do {
    digits[--first] = (char)('0' + mebibytes % 10);
    mebibytes /= 10;
  } while (mebibytes > 0);
  static const char before[] = "error: memory ran out: the system refused ";
  static const char after[] =
      " MiB more; use a smaller model or batch, raise the limit (ulimit -v), or close other programs."
      " What was saved is kept\n";
  if (isatty(STDERR_FILENO)) say("\n", 1);
  say(before, sizeof before - 1);
  say(digits + first, sizeof digits - first);
  say(after, sizeof after - 1);
  _exit(1);
}

static inline void *checked(void *memory, size_t bytes) {
  if (__builtin_expect(!memory && bytes > 0, 0)) refused(bytes);
  return memory;
}

void *malloc(size_t size) { return checked(__libc_malloc(size), size); }

void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) bytes = SIZE_MAX;
  return checked(__libc_calloc(count, size), bytes);
}

void *realloc(void *old, size_t size) { return checked(__libc_realloc(old, size), size); }

void *memalign(size_t alignment, size_t size) {
  return checked(__libc_memalign(alignment, size), size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  return checked(__libc_memalign(alignment, size), size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0)
    return EINVAL;
  int before = errno;
  void *found = checked(__libc_memalign(alignment, size), size);
  errno = before;
  if (!found && size > 0) return ENOMEM;
  *memory = found;
  return 0;
}

// OpenBLAS takes its buffers in this way. A file that cannot be mapped is an error of who maps it.
void *mmap(void *place, size_t size, int protection, int flags, int file, off_t offset) {
  void *memory = (void *)syscall(SYS_mmap, place, size, protection, flags, file, offset);
  if (memory == MAP_FAILED && errno == ENOMEM && (flags & MAP_ANONYMOUS) && !(flags & MAP_FIXED)) {
    refused(size);
    errno = ENOMEM;
  }
  return memory;
}

void *mmap64(void *place, size_t size, int protection, int flags, int file, off_t offset) {
  return mmap(place, size, protection, flags, file, offset);
}

#endif
