package dev.lockstep.riscv.host;

/** A system call of the host. */
public enum HostCall {
    SETXATTR(5, 188),
    LSETXATTR(6, 189),
    FSETXATTR(7, 190),
    GETXATTR(8, 191),
    LGETXATTR(9, 192),
    FGETXATTR(10, 193),
    LISTXATTR(11, 194),
    LLISTXATTR(12, 195),
    FLISTXATTR(13, 196),
    REMOVEXATTR(14, 197),
    LREMOVEXATTR(15, 198),
    FREMOVEXATTR(16, 199),
    EVENTFD2(19, 290),
    EPOLL_CREATE1(20, 291),
    EPOLL_CTL(21, 233),
    EPOLL_PWAIT(22, 281),
    DUP(23, 32),
    FCNTL(25, 72),
    IOCTL(29, 16),
    FLOCK(32, 73),
    MKNODAT(33, 259),
    MKDIRAT(34, 258),
    UNLINKAT(35, 263),
    SYMLINKAT(36, 266),
    LINKAT(37, 265),
    STATFS(43, 137),
    FSTATFS(44, 138),
    TRUNCATE(45, 76),
    FTRUNCATE(46, 77),
    FALLOCATE(47, 285),
    FACCESSAT(48, 269),
    FCHMOD(52, 91),
    FCHMODAT(53, 268),
    FCHOWNAT(54, 260),
    FCHOWN(55, 93),
    OPENAT(56, 257),
    CLOSE(57, 3),
    PIPE2(59, 293),
    GETDENTS64(61, 217),
    LSEEK(62, 8),
    READ(63, 0),
    WRITE(64, 1),
    READV(65, 19),
    WRITEV(66, 20),
    PREAD64(67, 17),
    PWRITE64(68, 18),
    PREADV(69, 295),
    PWRITEV(70, 296),
    SENDFILE(71, 40),
    PPOLL(73, 271),
    SPLICE(76, 275),
    READLINKAT(78, 267),
    SYNC(81, 162),
    FSYNC(82, 74),
    FDATASYNC(83, 75),
    SYNC_FILE_RANGE(84, 277),
    TIMERFD_CREATE(85, 283),
    TIMERFD_SETTIME(86, 286),
    TIMERFD_GETTIME(87, 287),
    UTIMENSAT(88, 280),
    CAPGET(90, 125),
    CLOCK_GETTIME(113, 228),
    CLOCK_GETRES(114, 229),
    SCHED_GETSCHEDULER(120, 145),
    SCHED_GETPARAM(121, 143),
    SCHED_GETAFFINITY(123, 204),
    SCHED_GET_PRIORITY_MAX(125, 146),
    SCHED_GET_PRIORITY_MIN(126, 147),
    SCHED_RR_GET_INTERVAL(127, 148),
    GETPRIORITY(141, 140),
    GETRESUID(148, 118),
    GETRESGID(150, 120),
    TIMES(153, 100),
    GETPGID(155, 121),
    GETSID(156, 124),
    GETGROUPS(158, 115),
    GETRUSAGE(165, 98),
    UMASK(166, 95),
    GETCPU(168, 309),
    SYSINFO(179, 99),
    READAHEAD(213, 187),
    MUNMAP(215, 11),
    MMAP(222, 9),
    FADVISE64(223, 221),
    MADVISE(233, 28),
    PRLIMIT64(261, 302),
    SYNCFS(267, 306),
    RENAMEAT2(276, 316),
    MEMFD_CREATE(279, 319),
    MEMBARRIER(283, 324),
    COPY_FILE_RANGE(285, 326),
    STATX(291, 332),
    FACCESSAT2(439, 439);

    private final int number;
    private final int x86Number;

    HostCall(int number, int x86Number) {
        this.number = number;
        this.x86Number = x86Number;
    }

    /** Returns the number in the generic table, which is that of the guest, too. */
    int number() {
        return number;
    }

    int x86Number() {
        return x86Number;
    }
}
