/*
 * Holds lockstep.h against the golden frames: what it sends is what they are, byte for byte, and it understands what it
 * hears; as golden.py does for lockstep.py.
 *
 *     cc -std=c99 -fsanitize=address,undefined -o golden test/golden.c
 *     ./golden ../../proto/src/main/proto/lockstep/v1/golden
 */
#define _POSIX_C_SOURCE 200809L
#include "../lockstep.h"

#include <dirent.h>
#include <inttypes.h>

enum { MAX_FRAME = 16384, MAX_DAMAGED = 1024 };

typedef struct {
    uint8_t bytes[MAX_FRAME];
    size_t length;
} Frame;

/* A session, and the coordinator's end of its connection. */
typedef struct {
    LockstepSession session;
    int far;
} Conversation;

static const char *folder;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "golden: %s: %s\n", what, why);
    exit(1);
}

static void check(const char *what, uint64_t actual, uint64_t expected) {
    if (actual != expected) {
        fprintf(stderr, "golden: %s: %" PRIu64 " (expected: %" PRIu64 ")\n", what, actual, expected);
        exit(1);
    }
}

static Frame golden(const char *name) {
    static char path[4096];
    Frame frame = {.length = 0};
    snprintf(path, sizeof path, "%s/%s.hex", folder, name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path, strerror(errno));
    for (unsigned byte; frame.length < MAX_FRAME && fscanf(file, "%2x", &byte) == 1;)
        frame.bytes[frame.length++] = (uint8_t)byte;
    fclose(file);
    return frame;
}

static void hear_bytes(const Conversation *talk, const uint8_t *bytes, size_t length) {
    if (write(talk->far, bytes, length) != (ssize_t)length)
        fail("write", strerror(errno));
}

static void hear(const Conversation *talk, const char *name) {
    Frame frame = golden(name);
    hear_bytes(talk, frame.bytes, frame.length);
}

static void read_whole(int socket, uint8_t *bytes, size_t length) {
    for (ssize_t got; length; bytes += got, length -= (size_t)got) {
        if ((got = read(socket, bytes, length)) <= 0)
            fail("read", "the session has said less than it should");
    }
}

static Frame said(const Conversation *talk) {
    Frame frame;
    read_whole(talk->far, frame.bytes, 4);
    frame.length = 4 + lockstep_little_endian(frame.bytes, 4);
    read_whole(talk->far, frame.bytes + 4, frame.length - 4);
    return frame;
}

static void expect(const Conversation *talk, const char *name) {
    Frame actual = said(talk), expected = golden(name);
    check(name, actual.length, expected.length);
    for (size_t i = 0; i < actual.length; i++) {
        if (actual.bytes[i] != expected.bytes[i]) {
            fprintf(stderr, "golden: %s: byte %zu is %02x, not %02x\n", name, i, actual.bytes[i], expected.bytes[i]);
            exit(1);
        }
    }
}

static Conversation converse(LockstepRole role) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        fail("socketpair", strerror(errno));
    return (Conversation){
            .session = {.socket = ends[0], .run = "r1", .name = "recomp", .role = role, .process_id = 4711},
            .far = ends[1],
    };
}

static void end(Conversation *talk) {
    lockstep_goodbye(&talk->session);
    close(talk->far);
}

static const LockstepGrain GRAINS[] = {LOCKSTEP_BLOCK, 0};
static const LockstepItem RULES = {"rules", {0}, "block-rule 1, digest 1"};

static void join(Conversation *talk) {
    static const LockstepStrength strengths[] = {LOCKSTEP_FULL, 0};
    LockstepEngine engine = {
            .implementation = "lockstep recomp 0.1.0",
            .isa = "rv64imafdc_zicsr_zifencei",
            .grains = GRAINS,
            .strengths = strengths,
            .agreement = &RULES,
            .agreement_count = 1,
    };
    hear(talk, "coordinator-welcome");
    if (!lockstep_join(&talk->session, &engine, 0x10074))
        fail("join", talk->session.error);
    if (!lockstep_executed(&talk->session, 0x10484, UINT64_C(0xFEDCBA9876543210), 9, 1)
        || !lockstep_flush(&talk->session))
        fail("executed", talk->session.error);
}

static void ask(Conversation *talk) {
    static const uint64_t arguments[] = {0, 0x7FFFE000, 4};
    static const LockstepWrite write = {0x7FFFE000, (const uint8_t *)"abc\n", 4};
    LockstepQuestion question = {
            .number = 63,
            .pc = 0x10490,
            .arguments = arguments,
            .argument_count = 3,
            .open_steps = 3,
            .open_digest = UINT64_C(0x0123456789ABCDEF),
            .value = 4,
            .writes = &write,
            .write_count = 1,
    };
    if (!lockstep_ask(&talk->session, &question))
        fail("ask", talk->session.error);
}

static void act_as_subject(void) {
    Conversation talk = converse(LOCKSTEP_SUBJECT);
    join(&talk);
    expect(&talk, "engine-hello");
    expect(&talk, "engine-record-batch");
    hear(&talk, "coordinator-peer-state");
    hear(&talk, "coordinator-input-result");
    ask(&talk);
    expect(&talk, "engine-input-request");
    lockstep_executed(&talk.session, 0x10500, 0, 4991, 0);
    hear(&talk, "coordinator-halt");
    lockstep_end(&talk.session, LOCKSTEP_EXITED, 3, 1, UINT64_MAX);
    check("is halted", talk.session.is_halted, true);
    if (strcmp(talk.session.error, "match") != 0)
        fail("the halt", talk.session.error);
    said(&talk);
    expect(&talk, "engine-guest-end");
    talk.session.block_count = 900;
    LockstepBuffer account = lockstep_account(&talk.session, 17, 99 << 20);
    lockstep_send(&talk.session, 9, &account);
    expect(&talk, "engine-goodbye");
    end(&talk);
}

static void act_as_reference(void) {
    Conversation talk = converse(LOCKSTEP_REFERENCE);
    join(&talk);
    ask(&talk);
    said(&talk);
    said(&talk);
    expect(&talk, "engine-input-report");
    check("what it costs", talk.session.input_bytes, 2 * LOCKSTEP_INPUT_BYTES + 4);
    end(&talk);
}

static void tell_registers(void) {
    static const LockstepStrength strengths[] = {LOCKSTEP_PC, LOCKSTEP_REGISTERS, 0};
    static const LockstepRegister file[] = {{"rax", 64}, {"eflags", 32}, {"xmm0", 128}};
    LockstepEngine engine = {
            .implementation = "an x86 emulator",
            .isa = "x86_64",
            .grains = GRAINS,
            .strengths = strengths,
            .agreement = &RULES,
            .agreement_count = 1,
            .registers = file,
            .register_count = 3,
    };
    Conversation talk = converse(LOCKSTEP_SUBJECT);
    LockstepBuffer welcome = {0}, credit = {0}, frame = {0}, row = {0};
    lockstep_number(&credit, 2, 8);
    lockstep_number(&welcome, 3, LOCKSTEP_REGISTERS);
    lockstep_number(&welcome, 4, 8);
    lockstep_message(&welcome, 5, &credit);
    lockstep_put(lockstep_room(&frame, 4), 2 + welcome.length, 4);
    lockstep_message(&frame, 3, &welcome);
    hear_bytes(&talk, frame.bytes, frame.length);
    if (!lockstep_join(&talk.session, &engine, 0x10074))
        fail("join", talk.session.error);
    lockstep_put(lockstep_room(&row, 8), UINT64_C(0x0123456789ABCDEF), 8);
    lockstep_put(lockstep_room(&row, 4), 0x246, 4);
    lockstep_put(lockstep_room(&row, 8), UINT64_C(0xBFD0000000000000), 8);
    lockstep_put(lockstep_room(&row, 8), UINT64_C(0x4000000000000000), 8);
    lockstep_registers(&talk.session, row.bytes);
    if (!lockstep_executed(&talk.session, 0x10484, 0, 9, 0) || !lockstep_flush(&talk.session))
        fail("executed", talk.session.error);
    expect(&talk, "engine-hello-registers");
    expect(&talk, "engine-record-batch-registers");
    if (lockstep_executed(&talk.session, 0x10484, 0, 9, 0) && lockstep_flush(&talk.session))
        fail("executed", "a block without its registers was sent");
    free(frame.bytes);
    free(row.bytes);
    end(&talk);
}

static void take_credit(const char *name, LockstepCredit expected) {
    Conversation talk = converse(LOCKSTEP_SUBJECT);
    hear(&talk, name);
    if (!lockstep_receive(&talk.session))
        fail(name, talk.session.error);
    check("agreed_step", talk.session.credit.agreed_step, expected.agreed_step);
    check("record_count", talk.session.credit.records, expected.records);
    check("input_bytes", talk.session.credit.input_bytes, expected.input_bytes);
    check("input_count", talk.session.credit.inputs, expected.inputs);
    end(&talk);
}

static void hear_damaged(const uint8_t *body, size_t length) {
    Conversation talk = converse(LOCKSTEP_SUBJECT);
    uint8_t header[4];
    lockstep_put(header, length, 4);
    hear_bytes(&talk, header, 4);
    hear_bytes(&talk, body, length);
    lockstep_receive(&talk.session); /* Nothing that arrives does worse than to end the session. */
    talk.session.is_halted = false;
    end(&talk);
}

static int damage(const char *name) {
    static const uint8_t wrong[] = {0, 7, 0x7F, 0xFF};
    Frame frame = golden(name);
    int count = 0;
    for (size_t at = 4; frame.length < MAX_DAMAGED && at < frame.length; at++) {
        hear_damaged(frame.bytes + 4, at - 4);
        count++;
        for (size_t i = 0; i < sizeof wrong; i++, count++) {
            uint8_t right = frame.bytes[at];
            frame.bytes[at] = wrong[i];
            hear_damaged(frame.bytes + 4, frame.length - 4);
            frame.bytes[at] = right;
        }
    }
    return count;
}

static int damage_all(void) {
    int count = 0;
    DIR *frames = opendir(folder);
    if (!frames)
        fail(folder, strerror(errno));
    for (struct dirent *entry; (entry = readdir(frames));) {
        char *suffix = strstr(entry->d_name, ".hex");
        if (suffix && strncmp(entry->d_name, "coordinator-", 12) == 0) {
            *suffix = '\0';
            count += damage(entry->d_name);
        }
    }
    closedir(frames);
    return count;
}

int main(int argc, char **argv) {
    if (argc != 2)
        fail("usage", "golden DIRECTORY");
    folder = argv[1];
    take_credit("coordinator-credit", (LockstepCredit){9, 262144, 16 << 20, 0});
    take_credit("coordinator-credit-strict", (LockstepCredit){9, 2, 16 << 20, 1});
    act_as_subject();
    act_as_reference();
    tell_registers();
    printf("8 golden frames sent, %d damaged ones survived\n", damage_all());
    return 0;
}
