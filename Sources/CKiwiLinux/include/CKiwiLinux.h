// Linux calls that Swift's Glibc module does not show. No system header is
// included here: their declarations would clash with those of Glibc.
#pragma once

/// Orphaned descendants become children of this process.
int kiwi_become_subreaper(void);

/// A pipe whose ends are closed in programs that are started.
int kiwi_pipe(int ends[2], int nonBlocking);

/// Size of an extended attribute of a file, not following symlinks; negative when it has none.
long kiwi_attribute_size(const char *path, const char *name);

/// Names of the extended attributes of a file, each ended by a zero byte, not following symlinks.
long kiwi_list_attributes(const char *path, char *names, unsigned long size);

/// The value of an extended attribute, not following symlinks.
long kiwi_get_attribute(const char *path, const char *name, void *value, unsigned long size);

/// Sets an extended attribute, not following symlinks.
int kiwi_set_attribute(const char *path, const char *name, const void *value, unsigned long size);

/// Waits for a signal, for the other end of a pipe to be closed (`end` < 0: not watched) or for
/// so many milliseconds; blocked signals are let through for that time.
/// Returns 1 when the other end is closed.
int kiwi_wait(int end, int milliseconds);

/// The number the kernel gives to the kind of file system of a path; 0 when it cannot be asked.
unsigned long kiwi_file_system_kind(const char *path);

/// Copies between two open files inside the kernel; the offsets move on. Returns how many bytes it copied.
long kiwi_copy_range(int from, long *fromOffset, int to, long *toOffset, unsigned long count);

/// Opens a path below a folder. Nothing on the way may lead out of it: no `..`, no absolute link, no mount trick.
int kiwi_open_beneath(int folder, const char *path, int flags, unsigned int mode);

/// The IPv4 address and netmask of an interface in network byte order; 0, or -1 when it has none.
int kiwi_interface_address(const char *name, unsigned int *address, unsigned int *mask);

/// This process and its children see the 32-bit form of the machine (`uname -m`).
int kiwi_narrow_machine(void);

/// A file in memory without a name; what is started does not get it by accident. Negative when there is none.
int kiwi_memory_file(const char *name);
