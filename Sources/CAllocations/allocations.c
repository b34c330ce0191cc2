#define _GNU_SOURCE
#include "umwelt_allocations.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Every library calls `malloc` through a table of addresses of its own. Counting puts other addresses into
// these tables, when it is asked for: a library that replaced `malloc` itself would meddle with programs
// that link it, and Swift's hook for instruments breaks `swift_retain` on Linux (Swift 6.3).

static _Thread_local uint64_t allocations;

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void *(*next_aligned_alloc)(size_t, size_t);
static int (*next_posix_memalign)(void **, size_t, size_t);

static void *count_malloc(size_t size) { return allocations++, next_malloc(size); }
static void *count_calloc(size_t count, size_t size) {
  return allocations++, next_calloc(count, size);
}
static void *count_realloc(void *old, size_t size) {
  return allocations++, next_realloc(old, size);
}
static void *count_aligned_alloc(size_t alignment, size_t size) {
  return allocations++, next_aligned_alloc(alignment, size);
}
static int count_posix_memalign(void **result, size_t alignment, size_t size) {
  return allocations++, next_posix_memalign(result, alignment, size);
}

static const struct {
  const char *name;
  void *next;
  void *count;
} functions[] = {
    {"malloc", &next_malloc, count_malloc},
    {"calloc", &next_calloc, count_calloc},
    {"realloc", &next_realloc, count_realloc},
    {"aligned_alloc", &next_aligned_alloc, count_aligned_alloc},
    {"posix_memalign", &next_posix_memalign, count_posix_memalign},
};
enum { function_count = sizeof functions / sizeof *functions };

static void *replacement(const char *name) {
  for (int index = 0; index < function_count; index++) {
    if (strcmp(functions[index].name, name) == 0) return functions[index].count;
  }
  return NULL;
}

// Tables are often made read-only once a library is loaded.
static void write_entry(void **entry, void *value) {
  if (*entry == value) return;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  void *start = (void *)((uintptr_t)entry & ~(page - 1));
  if (mprotect(start, page, PROT_READ | PROT_WRITE) == 0) *entry = value;
}

typedef struct {
  const ElfW(Rela) * entries;
  size_t size;
} Relocations;

static void replace_in(
    Relocations list, uintptr_t base, const ElfW(Sym) * symbols, const char *names) {
  for (size_t index = 0; index < list.size / sizeof(ElfW(Rela)); index++) {
    uint64_t info = list.entries[index].r_info;
#if defined(__x86_64__)
    int names_function = ELF64_R_TYPE(info) == R_X86_64_JUMP_SLOT ||
                         ELF64_R_TYPE(info) == R_X86_64_GLOB_DAT;
#else
    int names_function = ELF64_R_TYPE(info) == R_AARCH64_JUMP_SLOT ||
                         ELF64_R_TYPE(info) == R_AARCH64_GLOB_DAT;
#endif
    if (!names_function) continue;
    void *value = replacement(names + symbols[ELF64_R_SYM(info)].st_name);
    if (value) write_entry((void **)(base + list.entries[index].r_offset), value);
  }
}

static int replace_in_object(struct dl_phdr_info *object, size_t size, void *unused) {
  (void)size, (void)unused;
  uintptr_t base = object->dlpi_addr;
  const ElfW(Dyn) *entry = NULL;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    if (object->dlpi_phdr[index].p_type != PT_DYNAMIC) continue;
    entry = (const ElfW(Dyn) *)(base + object->dlpi_phdr[index].p_vaddr);
  }
  // The system's own objects have no table to be written to.
  if (!entry || strstr(object->dlpi_name, "vdso") || strstr(object->dlpi_name, "/ld-")) return 0;
  const ElfW(Sym) *symbols = NULL;
  const char *names = NULL;
  Relocations calls = {0}, others = {0};
  for (; entry->d_tag != DT_NULL; entry++) {
    uintptr_t place = entry->d_un.d_ptr;
    if (place < base) place += base;
    switch (entry->d_tag) {
      case DT_SYMTAB: symbols = (const ElfW(Sym) *)place; break;
      case DT_STRTAB: names = (const char *)place; break;
      case DT_JMPREL: calls.entries = (const ElfW(Rela) *)place; break;
      case DT_PLTRELSZ: calls.size = entry->d_un.d_val; break;
      case DT_RELA: others.entries = (const ElfW(Rela) *)place; break;
      case DT_RELASZ: others.size = entry->d_un.d_val; break;
      default: break;
    }
  }
  if (!symbols || !names) return 0;
  if (calls.entries) replace_in(calls, base, symbols, names);
  if (others.entries) replace_in(others, base, symbols, names);
  return 0;
}

// What the runtime library asks for is what must be counted: a probe shows whether it is.
extern void *swift_slowAlloc(size_t size, size_t alignment_mask) __attribute__((weak));
extern void swift_slowDealloc(void *memory, size_t size, size_t alignment_mask)
    __attribute__((weak));
static _Bool counts;
static void start(void) {
  for (int index = 0; index < function_count; index++) {
    void *found = dlsym(RTLD_DEFAULT, functions[index].name);
    if (!found) return;
    memcpy(functions[index].next, &found, sizeof found);
  }
  dl_iterate_phdr(replace_in_object, NULL);
  if (!swift_slowAlloc || !swift_slowDealloc) return;
  uint64_t before = allocations;
  swift_slowDealloc(swift_slowAlloc(64, 15), 64, 15);
  counts = allocations > before;
}

_Bool umwelt_count_allocations(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start);
  return counts;
}

uint64_t umwelt_allocations_of_this_thread(void) { return allocations; }

#else

_Bool umwelt_count_allocations(void) { return 0; }
uint64_t umwelt_allocations_of_this_thread(void) { return 0; }

#endif
