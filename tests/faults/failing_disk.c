/* Before a server (LD_PRELOAD): while the file that WEFT_FAILING_DISK names exists, writes of files
 * write a part and fail, and syncs fail, with EIO. Sockets and pipes are left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int file) {
  const char* sign = getenv("WEFT_FAILING_DISK");
  struct stat status;
  const int before = errno;
  const int failing = sign != NULL && access(sign, F_OK) == 0 && fstat(file, &status) == 0 &&
                      (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
  errno = before;
  return failing;
}

ssize_t write(int file, const void* bytes, size_t size) {
  static ssize_t (*real)(int, const void*, size_t);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "write");
  if (!fails(file)) return real(file, bytes, size);
  (void)!real(file, bytes, size / 2);
  errno = EIO;
  return -1;
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  static ssize_t (*real)(int, const void*, size_t, off64_t);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "pwrite64");
  if (!fails(file)) return real(file, bytes, size, at);
  (void)!real(file, bytes, size / 2, at);
  errno = EIO;
  return -1;
}

int fsync(int file) {
  static int (*real)(int);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "fsync");
  if (!fails(file)) return real(file);
  errno = EIO;
  return -1;
}

int fdatasync(int file) {
  static int (*real)(int);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "fdatasync");
  if (!fails(file)) return real(file);
  errno = EIO;
  return -1;
}
