#define _GNU_SOURCE
#include "CKiwiLinux.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <sys/vfs.h>

int kiwi_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int kiwi_pipe(int ends[2], int nonBlocking) { return pipe2(ends, O_CLOEXEC | (nonBlocking ? O_NONBLOCK : 0)); }

long kiwi_attribute_size(const char *path, const char *name) { return lgetxattr(path, name, 0, 0); }

long kiwi_list_attributes(const char *path, char *names, unsigned long size) { return llistxattr(path, names, size); }

long kiwi_get_attribute(const char *path, const char *name, void *value, unsigned long size) {
    return lgetxattr(path, name, value, size);
}

int kiwi_set_attribute(const char *path, const char *name, const void *value, unsigned long size) {
    return lsetxattr(path, name, value, size, 0);
}

int kiwi_wait(int end, int milliseconds) {
    sigset_t none;
    sigemptyset(&none);
    struct pollfd request = {.fd = end, .events = 0};
    struct timespec limit = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L};
    int ready = ppoll(&request, 1, &limit, &none);
    return ready > 0 && (request.revents & POLLHUP) != 0;
}

unsigned long kiwi_file_system_kind(const char *path) {
    struct statfs info;
    return statfs(path, &info) == 0 ? (unsigned long)info.f_type & 0xFFFFFFFFul : 0;
}

long kiwi_copy_range(int from, long *fromOffset, int to, long *toOffset, unsigned long count) {
    return copy_file_range(from, fromOffset, to, toOffset, count, 0);
}
