// Giving the terminal back, also in the middle of a crash: everything here that runs in a signal handler calls only
// what POSIX allows there. It is C because a handler must not touch what a Swift runtime keeps.
#ifndef HEADSCOPE_CNCURSES_RESTORATION_H
#define HEADSCOPE_CNCURSES_RESTORATION_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

enum { hs_most_sequences = 512, hs_signal_count = 65 };

struct hs_restoration {
  /// Whether the terminal is ours, so that it has to be given back.
  volatile sig_atomic_t active;
  /// The process that took it: a forked child must leave it alone.
  pid_t owner;
  int terminal;
  struct termios modes;
  char sequences[hs_most_sequences];
  size_t length;
  /// Where handlers write the numbers of signals.
  int notices;
  /// How often the program was asked to end and did not look.
  volatile sig_atomic_t requests;
  /// What goes to standard error meanwhile is kept in a file without a name: on the screen it would only leave dirt.
  int messages, standard_error;
  off_t shown;
  struct sigaction previous[hs_signal_count];
  bool handled[hs_signal_count];
  bool registered;
};

/// The one state. Weak, so that all objects that this header is compiled into share it.
__attribute__((weak, visibility("hidden"))) struct hs_restoration *hs_restoration(void) {
  static struct hs_restoration state = {.notices = -1, .messages = -1, .standard_error = -1};
  return &state;
}

static inline bool hs_write(int file, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(file, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    length -= (size_t)count;
  }
  return true;
}

/// Keeps what is written to standard error from now on, if that is the terminal.
static inline void hs_hold_messages(void) {
  struct hs_restoration *state = hs_restoration();
  if (state->standard_error >= 0 || !isatty(STDERR_FILENO)) return;
  if (state->messages < 0) state->messages = (int)syscall(SYS_memfd_create, "headscope-messages", 1u /* MFD_CLOEXEC */);
  if (state->messages < 0) return;
  state->standard_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (state->standard_error >= 0) dup2(state->messages, STDERR_FILENO);
}

/// Gives standard error back and shows on it what was kept.
static inline void hs_release_messages(void) {
  struct hs_restoration *state = hs_restoration();
  if (state->standard_error < 0) return;
  dup2(state->standard_error, STDERR_FILENO);
  close(state->standard_error);
  state->standard_error = -1;
  char buffer[4096];
  ssize_t count;
  while ((count = pread(state->messages, buffer, sizeof buffer, state->shown)) > 0) {
    if (!hs_write(STDERR_FILENO, buffer, (size_t)count)) break;
    state->shown += count;
  }
}

/// Gives the terminal back, once, without ncurses.
static inline void hs_restore(void) {
  struct hs_restoration *state = hs_restoration();
  if (!state->active || state->owner != getpid()) return;
  state->active = 0;
  // Also from the background, where a terminal may stop a process that writes: only this program can take back what it asked the terminal to do.
  sigset_t only, before;
  sigemptyset(&only);
  sigaddset(&only, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &only, &before);
  hs_write(state->terminal, state->sequences, state->length);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  // Only the foreground process may set how lines are edited.
  if (tcgetpgrp(state->terminal) == getpgrp()) tcsetattr(state->terminal, TCSANOW, &state->modes);
  hs_release_messages();
}

/// Hands a signal on to the handler that was installed before ours, or to the system.
static inline void hs_pass_on(int signal, siginfo_t *info) {
  sigaction(signal, &hs_restoration()->previous[signal], NULL);
  // A fault of the processor happens again as soon as the handler returns; anything else has to be sent again.
  bool fault = signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE;
  if (!fault || info->si_code <= 0) raise(signal);
}

static void hs_crashed(int signal, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  hs_restore();
  hs_pass_on(signal, info);
  errno = error;
}

static void hs_noticed(int signal, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  struct hs_restoration *state = hs_restoration();
  char number = (char)signal;
  if (write(state->notices, &number, 1) < 0) { /* Full: enough is known already. */ }
  bool asked_to_end = signal == SIGINT || signal == SIGTERM || signal == SIGHUP;
  if (asked_to_end && ++state->requests >= 4) {
    hs_restore();
    hs_pass_on(signal, info);
  }
  errno = error;
}

/// Installs a handler, unless the signal is ignored: what was started with nohup, say, shall go on so.
static inline void hs_handle(int signal, void (*handler)(int, siginfo_t *, void *)) {
  struct hs_restoration *state = hs_restoration();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  struct sigaction old;
  if (sigaction(signal, NULL, &old) != 0) return;
  if (!(old.sa_flags & SA_SIGINFO) && old.sa_handler == SIG_IGN) return;
  if (sigaction(signal, &action, NULL) != 0) return;
  state->previous[signal] = old;
  state->handled[signal] = true;
  // The parent process may have left it blocked.
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, signal);
  pthread_sigmask(SIG_UNBLOCK, &only, NULL);
}

/// Remembers how to give the terminal back, and catches every signal that would end or stop the program.
///
/// Numbers of signals that ask for something (an end, a stop, a new size) are written to `notices`.
static inline bool hs_take(
    int terminal, const struct termios *modes, const char *sequences, size_t length, int notices) {
  struct hs_restoration *state = hs_restoration();
  if (state->active || length > hs_most_sequences) return false;
  state->owner = getpid();
  state->terminal = terminal;
  state->modes = *modes;
  memcpy(state->sequences, sequences, length);
  state->length = length;
  state->notices = notices;
  state->requests = 0;
  state->active = 1;

  if (!state->registered) {
    state->registered = true;
    atexit(hs_restore);
    // A stack overflow leaves no room for a handler on the stack itself.
    stack_t current, stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_size = 65536;
    stack.ss_sp = malloc(stack.ss_size);
    if (stack.ss_sp && sigaltstack(NULL, &current) == 0 && (current.ss_flags & SS_DISABLE)) sigaltstack(&stack, NULL);
  }
  // Whatever ends a program by default, or has ended it by the time its handler returns.
  static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT, SIGSYS,
                              SIGXCPU, SIGXFSZ, SIGPIPE, SIGALRM, SIGVTALRM, SIGPROF, SIGUSR1, SIGUSR2};
  for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index++) hs_handle(fatal[index], hs_crashed);
  static const int notes[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
  for (size_t index = 0; index < sizeof notes / sizeof *notes; index++) hs_handle(notes[index], hs_noticed);
  return true;
}

/// The program looked at what it was asked.
static inline void hs_requests_seen(void) { hs_restoration()->requests = 0; }

/// Says that the terminal is given back, and restores the signal handlers from before.
static inline void hs_let_go(void) {
  struct hs_restoration *state = hs_restoration();
  state->active = 0;
  hs_release_messages();
  for (int signal = 1; signal < hs_signal_count; signal++) {
    if (!state->handled[signal]) continue;
    sigaction(signal, &state->previous[signal], NULL);
    state->handled[signal] = false;
  }
}

/// While stopped, the terminal is not ours; `active` says whether it is.
static inline void hs_set_active(bool active) {
  struct hs_restoration *state = hs_restoration();
  if (state->owner == getpid()) state->active = active;
}

/// Stops this job, as Ctrl-Z does when it is not caught.
static inline void hs_stop_job(void) {
  struct hs_restoration *state = hs_restoration();
  struct sigaction ours;
  bool handled = state->handled[SIGTSTP] && sigaction(SIGTSTP, &state->previous[SIGTSTP], &ours) == 0;
  // The whole job, not only this process: a `make run` in front of it has to stop, too, for the shell to come back.
  kill(0, SIGTSTP);
  if (handled) sigaction(SIGTSTP, &ours, NULL);
}

#endif
