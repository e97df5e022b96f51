#ifndef HEADSCOPE_CPROCESSOR_SHIM_H
#define HEADSCOPE_CPROCESSOR_SHIM_H

#include <stdbool.h>

/// Tells the processor that this thread waits for another one.
static inline void headscope_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Asks for what lies there to be brought into the second-level cache, 64 bytes of it.
static inline void headscope_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

/// Whether the processor has AVX2 and FMA, and the system lets it be used.
static inline bool headscope_has_avx2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

/// Whether the processor has those parts of AVX-512 that all but the first with it have, and the system lets it be used.
static inline bool headscope_has_avx512(void) {
#if defined(__x86_64__)
  return headscope_has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#else
  return false;
#endif
}

#endif
