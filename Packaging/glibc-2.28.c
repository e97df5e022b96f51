// Lets the packaged program run on glibc 2.28 (2018) and newer, though it is linked on a newer system.
//
// The linker binds a function to the newest version that the system has of it. Most of those differ from older ones in nothing
// that matters here: 2.34 moved what threads and dlopen need into libc.so itself, 2.29 and 2.35 left out an error handler that
// nobody sets. `Packaging/build-program` gives the linker `--wrap=NAME` for each name in this file, so that calls
// come here and go on to the oldest version. `Packaging/check-program` finds what a newer compiler adds.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OLDEST "GLIBC_2.2.5"
#define SETNAME "GLIBC_2.12"
#define AFFINITY "GLIBC_2.3.4"
#define STAT_VERSION 1
#elif defined(__aarch64__)
#define OLDEST "GLIBC_2.17"
#define SETNAME OLDEST
#define AFFINITY OLDEST
#define STAT_VERSION 0
#else
#error "the versions of this processor's glibc are not known here"
#endif

// wraps NAME: calls of NAME go to that function's VERSION.
#define WRAP_AT(version, result, name, parameters, arguments) \
  result old_##name parameters; \
  __asm__(".symver old_" #name "," #name "@" version); \
  result __wrap_##name parameters { return old_##name arguments; }
#define WRAP(result, name, parameters, arguments) WRAP_AT(OLDEST, result, name, parameters, arguments)

// 2.29 and 2.35: without the error handler of SVID.
WRAP(double, exp, (double x), (x))
WRAP(double, exp2, (double x), (x))
WRAP(double, log, (double x), (x))
WRAP(double, log2, (double x), (x))
WRAP(double, pow, (double x, double y), (x, y))
WRAP(float, hypotf, (float x, float y), (x, y))

// 2.32 and 2.34: libpthread and libdl became part of libc.
WRAP(int, pthread_create, (pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *p), (t, a, f, p))
WRAP(int, pthread_detach, (pthread_t t), (t))
WRAP(int, pthread_kill, (pthread_t t, int s), (t, s))
WRAP(int, pthread_sigmask, (int how, const sigset_t *new, sigset_t *old), (how, new, old))
WRAP(int, pthread_key_create, (pthread_key_t *k, void (*f)(void *)), (k, f))
WRAP(int, pthread_key_delete, (pthread_key_t k), (k))
WRAP(void *, pthread_getspecific, (pthread_key_t k), (k))
WRAP(int, pthread_setspecific, (pthread_key_t k, const void *v), (k, v))
WRAP(int, pthread_once, (pthread_once_t *o, void (*f)(void)), (o, f))
WRAP(int, pthread_join, (pthread_t t, void **r), (t, r))
WRAP(int, pthread_mutexattr_init, (pthread_mutexattr_t *a), (a))
WRAP(int, pthread_mutexattr_settype, (pthread_mutexattr_t *a, int t), (a, t))
WRAP(int, pthread_mutexattr_destroy, (pthread_mutexattr_t *a), (a))
WRAP_AT(SETNAME, int, pthread_setname_np, (pthread_t t, const char *n), (t, n))
WRAP_AT(AFFINITY, int, pthread_getaffinity_np, (pthread_t t, size_t n, cpu_set_t *s), (t, n, s))
WRAP(int, sem_init, (sem_t *s, int shared, unsigned value), (s, shared, value))
WRAP(int, sem_destroy, (sem_t *s), (s))
WRAP(int, sem_post, (sem_t *s), (s))
WRAP(int, sem_wait, (sem_t *s), (s))
WRAP(int, sem_timedwait, (sem_t *s, const struct timespec *t), (s, t))
WRAP(void *, dlopen, (const char *file, int mode), (file, mode))
WRAP(void *, dlsym, (void *library, const char *name), (library, name))
WRAP(char *, dlerror, (void), ())
WRAP(int, dladdr, (const void *place, Dl_info *info), (place, info))

sem_t *old_sem_open(const char *name, int flags, mode_t mode, unsigned value);
__asm__(".symver old_sem_open,sem_open@" OLDEST);
sem_t *__wrap_sem_open(const char *name, int flags, ...) {
  mode_t mode = 0;
  unsigned value = 0;
  if (flags & O_CREAT) {
    va_list more;
    va_start(more, flags);
    mode = va_arg(more, mode_t);
    value = va_arg(more, unsigned);
    va_end(more);
  }
  return old_sem_open(name, flags, mode, value);
}

// 2.33: these were inline functions before.
int __xstat(int version, const char *path, struct stat *result);
int __lxstat(int version, const char *path, struct stat *result);
int __fxstat(int version, int file, struct stat *result);
__asm__(".symver __xstat,__xstat@" OLDEST);
__asm__(".symver __lxstat,__lxstat@" OLDEST);
__asm__(".symver __fxstat,__fxstat@" OLDEST);
int __wrap_stat(const char *path, struct stat *result) { return __xstat(STAT_VERSION, path, result); }
int __wrap_lstat(const char *path, struct stat *result) { return __lxstat(STAT_VERSION, path, result); }
int __wrap_fstat(int file, struct stat *result) { return __fxstat(STAT_VERSION, file, result); }

// 2.34, and a library of its own before.
int __wrap_openpty(int *main, int *terminal, char *name, const struct termios *modes, const struct winsize *size) {
  char path[128];
  int theirs = -1, ours = posix_openpt(O_RDWR | O_NOCTTY);
  if (ours < 0) return -1;
  if (grantpt(ours) == 0 && unlockpt(ours) == 0 && ptsname_r(ours, path, sizeof path) == 0)
    theirs = open(path, O_RDWR | O_NOCTTY);
  if (theirs < 0) {
    int reason = errno;
    close(ours);
    errno = reason;
    return -1;
  }
  if (modes) tcsetattr(theirs, TCSAFLUSH, modes);
  if (size) ioctl(theirs, TIOCSWINSZ, size);
  *main = ours;
  *terminal = theirs;
  if (name) strcpy(name, path);
  return 0;
}

// 2.32: always false, which costs the C++ library an atomic operation here and there.
char __libc_single_threaded __attribute__((visibility("hidden"))) = 0;

// 2.34: the C library runs the initializers of a program itself, and ran what it was given before.
typedef void Initializer(int, char **, char **);
extern Initializer *__init_array_start[] __attribute__((visibility("hidden")));
extern Initializer *__init_array_end[] __attribute__((visibility("hidden")));
extern void _init(void) __attribute__((visibility("hidden")));

static void initialize(int count, char **arguments, char **environment) {
  _init();
  for (Initializer **each = __init_array_start; each < __init_array_end; each++) (*each)(count, arguments, environment);
}

typedef int Start(int (*)(int, char **, char **), int, char **, Initializer *, void (*)(void), void (*)(void), void *);
Start old_libc_start_main;
__asm__(".symver old_libc_start_main,__libc_start_main@" OLDEST);
int __wrap___libc_start_main(
  int (*main)(int, char **, char **), int count, char **arguments, Initializer *initializer, void (*finish)(void),
  void (*unload)(void), void *stack) {
  return old_libc_start_main(main, count, arguments, initializer ? initializer : initialize, finish, unload, stack);
}
