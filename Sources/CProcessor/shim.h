#ifndef HEADSCOPE_CPROCESSOR_SHIM_H
#define HEADSCOPE_CPROCESSOR_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <stdbool.h>
#include <unistd.h>

/// How many processors the system lets this program run on.
static inline long headscope_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return sysconf(_SC_NPROCESSORS_ONLN);
}

/// Tells the processor that this thread waits for another one.
static inline void headscope_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Asks for what lies there to be brought into the first-level cache, 64 bytes of it.
static inline void headscope_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

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

#if defined(__AVX2__) && defined(__FMA__)
/// What a register holds of those instructions that the importing module is compiled for.
#if defined(__AVX512F__)
typedef float headscope_register __attribute__((vector_size(64)));
#else
typedef float headscope_register __attribute__((vector_size(32)));
#endif

/// A number in every lane, straight from memory: one instruction, whatever else the compiler would make of several.
static inline headscope_register headscope_broadcast(const float *number) {
  headscope_register result;
  __asm__("vbroadcastss %1, %0" : "=v"(result) : "m"(*number));
  return result;
}

/// a · b + c, rounded once.
static inline headscope_register headscope_multiply_add(headscope_register a, headscope_register b,
                                                        headscope_register c) {
  return __builtin_elementwise_fma(a, b, c);
}
#endif

#endif
