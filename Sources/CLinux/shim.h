#ifndef FEDOW_TAP_CLINUX_H
#define FEDOW_TAP_CLINUX_H
// Calls of Linux that Swift's Glibc module does not show, because they hide behind _GNU_SOURCE (which cannot be defined
// here: it changes types that Glibc's module has already laid out) or in another header.
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

extern void *memmem(const void *bytes, size_t count, const void *mark, size_t length);
extern int pipe2(int ends[2], int flags);
extern int posix_openpt(int flags);
extern int grantpt(int descriptor);
extern int unlockpt(int descriptor);
extern int ptsname_r(int descriptor, char *buffer, size_t length);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

static inline int fedow_event_descriptor(void) { return eventfd(0, EFD_CLOEXEC); }
static inline int fedow_event_signal(int descriptor) { return eventfd_write(descriptor, 1); }
static inline int fedow_pipe(int ends[2]) { return pipe2(ends, EFD_CLOEXEC); } // the same bit as O_CLOEXEC
static inline int fedow_spawn_close_from(posix_spawn_file_actions_t *actions, int from) {
  return posix_spawn_file_actions_addclosefrom_np(actions, from);
}
static inline int fedow_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
/// The leading end of a new pseudo-terminal, with the name of its other end; -1 when there is none to be had.
static inline int fedow_open_terminal(int flags, char *name, size_t length) {
  int descriptor = posix_openpt(flags);
  if (descriptor >= 0 && grantpt(descriptor) == 0 && unlockpt(descriptor) == 0 &&
      ptsname_r(descriptor, name, length) == 0) return descriptor;
  return -1;
}
#endif
