#ifndef HEADSCOPE_CONEDNN_SHIM_H
#define HEADSCOPE_CONEDNN_SHIM_H

#include <oneapi/dnnl/dnnl.h>
#include <stdbool.h>

/// Tells the processor that this thread waits for another one.
static inline void headscope_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Whether the processor has AVX2, and the system lets it be used.
static inline bool headscope_has_avx2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}

#endif
