#define _GNU_SOURCE
#include "CKiwiLinux.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

int kiwi_open_beneath(int folder, const char *path, int flags, unsigned int mode) {
    struct open_how how = {
        .flags = (unsigned int)flags | O_CLOEXEC,
        .mode = (flags & O_CREAT) != 0 ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

int kiwi_interface_address(const char *name, unsigned int *address, unsigned int *mask) {
    struct ifaddrs *list, *entry;
    if (getifaddrs(&list) != 0) return -1;
    int result = -1;
    for (entry = list; entry != 0 && result != 0; entry = entry->ifa_next) {
        if (entry->ifa_addr == 0 || entry->ifa_netmask == 0 || entry->ifa_addr->sa_family != AF_INET) continue;
        if (strcmp(entry->ifa_name, name) != 0) continue;
        *address = ((struct sockaddr_in *)entry->ifa_addr)->sin_addr.s_addr;
        *mask = ((struct sockaddr_in *)entry->ifa_netmask)->sin_addr.s_addr;
        result = 0;
    }
    freeifaddrs(list);
    return result;
}

int kiwi_narrow_machine(void) {
    return personality(PER_LINUX32);
}

int kiwi_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
