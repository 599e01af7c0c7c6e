/*
 * The child is QEMU, not the watcher, so that its end is known exactly: only a parent is told of that. Whoever started
 * QEMU sees the watcher instead, which passes on what it is sent and ends in the same way.
 *
 * Copyright 2026 the lockstep authors. SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "watcher.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const int forwarded[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
enum { FORWARDED_COUNT = sizeof forwarded / sizeof *forwarded };

static pid_t child;

void *watcher_room(size_t size) {
    void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return room == MAP_FAILED ? NULL : room;
}

/* A terminal's signals are sent to both; another process's only to the watcher. */
static void forward(int signal, siginfo_t *info, void *context) {
    (void)context;
    if (info->si_code <= 0)
        kill(child, signal);
}

static void forward_signals(void) {
    struct sigaction action = {.sa_sigaction = forward, .sa_flags = SA_SIGINFO | SA_RESTART};
    for (int i = 0; i < FORWARDED_COUNT; i++) {
        struct sigaction before;
        /* What is ignored stays ignored. */
        if (sigaction(forwarded[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(forwarded[i], &action, NULL);
    }
}

_Noreturn static void end_by(int number) {
    struct rlimit no_core = {0, 0};
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    setrlimit(RLIMIT_CORE, &no_core);
    signal(number, SIG_DFL);
    kill(getpid(), number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    _exit(128 + number);
}

_Noreturn static void watch(void (*on_death)(int signal)) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFSIGNALED(status))
        _exit(WEXITSTATUS(status));
    on_death(WTERMSIG(status));
    end_by(WTERMSIG(status));
}

bool watcher_start(void (*on_death)(int signal)) {
    pid_t watcher = getpid();
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before); /* None is lost between the child's start and the watcher's handlers. */
    child = fork();
    if (child > 0)
        forward_signals();
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (child < 0)
        return false;
    if (child > 0)
        watch(on_death);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != watcher) /* It was gone before that took effect. */
        _exit(1);
    return true;
}
