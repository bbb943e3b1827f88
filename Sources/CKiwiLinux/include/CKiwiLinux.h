// Linux calls that Swift's Glibc module does not show. No system header is
// included here: their declarations would clash with those of Glibc.
#pragma once

/// Orphaned descendants become children of this process.
int kiwi_become_subreaper(void);

/// A pipe whose ends are closed in programs that are started.
int kiwi_pipe(int ends[2], int nonBlocking);

/// Size of an extended attribute of a file, not following symlinks; negative when it has none.
long kiwi_attribute_size(const char *path, const char *name);
