/*
 * A process that outlives QEMU: a signal that ends the guest ends QEMU too, before anything of a plugin's is called.
 *
 * Copyright 2026 the lockstep authors. SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef WATCHER_H
#define WATCHER_H

#include <stdbool.h>
#include <stddef.h>

/* Returns zeroed memory that QEMU and its watcher have in common; NULL if there is none. */
void *watcher_room(size_t size);

/*
 * Goes on in a child and leaves the parent as its watcher; false if there can be no child. The watcher never returns:
 * it ends as the child does, and calls on_death before if that was by a signal.
 */
bool watcher_start(void (*on_death)(int signal));

#endif
