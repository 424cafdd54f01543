// What ThreadSanitizer does not see of Synchronization.Mutex, told to it; scripts/sanitize loads this before the tests.
//
// On Linux the way into a Mutex that is free is inlined into our code, where the sanitizer sees its atomics. The ways into
// one that is held, and out of one that another waits for, are functions of libswiftSynchronization.so, which is not
// instrumented: the kernel hands the lock on there (futex(2), FUTEX_LOCK_PI). Without these two lines the sanitizer takes
// whatever was passed under such a lock for a race.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Of the sanitizer's runtime (sanitizer/tsan_interface.h), which is in the tests and not in what runs them.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

__attribute__((swiftcall)) void lock_slow(uint32_t thread, SELF void *handle) __asm__(LOCK);
__attribute__((swiftcall)) void unlock_slow(SELF void *handle) __asm__(UNLOCK);

typedef __attribute__((swiftcall)) void (*lock_function)(uint32_t thread, SELF void *handle);
typedef __attribute__((swiftcall)) void (*unlock_function)(SELF void *handle);

static lock_function original_lock;
static unlock_function original_unlock;

__attribute__((constructor)) static void find(void) {
  original_lock = (lock_function)dlsym(RTLD_NEXT, LOCK);
  original_unlock = (unlock_function)dlsym(RTLD_NEXT, UNLOCK);
}

__attribute__((swiftcall)) void lock_slow(uint32_t thread, SELF void *handle) {
  original_lock(thread, handle);
  if (__tsan_acquire) __tsan_acquire(handle);
}

__attribute__((swiftcall)) void unlock_slow(SELF void *handle) {
  if (__tsan_release) __tsan_release(handle);
  original_unlock(handle);
}
