/*
 * Replays a recording as an engine, as replay.py does; README.md says how a recording looks.
 *
 *     cc -O2 -o replay replay.c
 *     lockstep run --grain block --reference "cmd:replay RECORDING" PROGRAM [ARG...]
 */
#define _POSIX_C_SOURCE 200809L
#include "lockstep.h"

#include <inttypes.h>
#include <signal.h>

enum { MAX_ITEMS = 64, MAX_ARGUMENTS = 6, MAX_WRITES = 1024 };

static const LockstepGrain GRAINS[] = {LOCKSTEP_STRICT, LOCKSTEP_BLOCK, 0};
static const LockstepStrength STRENGTHS[] = {LOCKSTEP_PC, LOCKSTEP_PATH, LOCKSTEP_COMMIT, LOCKSTEP_FULL, 0};

static void fail(const char *what, const char *why) {
    fprintf(stderr, "replay: %s: %s\n", what, why);
    exit(1);
}

/* ---- a recording, line by line ---- */

typedef struct {
    const char *path;
    FILE *file;
    char *line, *rest;
    size_t capacity;
} Recording;

static void rewind_to_start(Recording *recording) {
    if (!recording->file && !(recording->file = fopen(recording->path, "r")))
        fail(recording->path, strerror(errno));
    rewind(recording->file);
}

/* Returns the first word of the next line, NULL at the end. */
static char *next_line(Recording *recording) {
    while (getline(&recording->line, &recording->capacity, recording->file) >= 0) {
        char *word = strtok_r(recording->line, " \n", &recording->rest);
        if (word && *word != '#')
            return word;
    }
    return NULL;
}

static char *word_of(Recording *recording) {
    char *word = strtok_r(NULL, " \n", &recording->rest);
    return word ? word : "";
}

static uint64_t bits_of(Recording *recording) {
    return strtoull(word_of(recording), NULL, 16);
}

static uint64_t count_of(Recording *recording) {
    return strtoull(word_of(recording), NULL, 10);
}

static char *copy(const char *text) {
    char *copied = strdup(text);
    if (!copied)
        abort();
    return copied;
}

/* Decodes pairs of digits; returns how many. */
static size_t bytes_of(const char *digits, uint8_t *bytes, size_t limit) {
    size_t length = 0;
    for (unsigned byte; length < limit && sscanf(digits + 2 * length, "%2x", &byte) == 1; length++)
        bytes[length] = (uint8_t)byte;
    return length;
}

/* ---- what it says of the engine ---- */

typedef struct {
    LockstepEngine engine;
    LockstepItem items[MAX_ITEMS];
    uint64_t start;
} Introduction;

static void add_item(Introduction *introduction, Recording *recording) {
    if (introduction->engine.agreement_count == MAX_ITEMS)
        fail(recording->path, "too many items");
    LockstepItem *item = &introduction->items[introduction->engine.agreement_count++];
    item->name = copy(word_of(recording));
    bytes_of(word_of(recording), item->digest, sizeof item->digest);
    char *text = strtok_r(NULL, "\n", &recording->rest);
    item->text = copy(text ? text : "");
}

static void introduce(Recording *recording, Introduction *introduction) {
    introduction->engine = (LockstepEngine){
            .implementation = "replay.c",
            .isa = "",
            .grains = GRAINS,
            .strengths = STRENGTHS,
            .agreement = introduction->items,
    };
    rewind_to_start(recording);
    for (char *word; (word = next_line(recording));) {
        if (strcmp(word, "isa") == 0)
            introduction->engine.isa = copy(word_of(recording));
        else if (strcmp(word, "agree") == 0)
            add_item(introduction, recording);
        else if (strcmp(word, "start") == 0)
            introduction->start = bits_of(recording);
    }
}

/* ---- what it did ---- */

/* An input whose result may take further lines. */
typedef struct {
    bool is_open;
    LockstepQuestion question;
    uint64_t arguments[MAX_ARGUMENTS];
    LockstepWrite writes[MAX_WRITES];
} Input;

static void begin_input(Input *input, Recording *recording) {
    LockstepQuestion *question = &input->question;
    *question = (LockstepQuestion){.arguments = input->arguments, .writes = input->writes};
    input->is_open = true;
    question->number = strtoll(word_of(recording), NULL, 10);
    question->pc = bits_of(recording);
    question->open_steps = count_of(recording);
    question->open_digest = bits_of(recording);
    question->open_turns = count_of(recording);
    question->output_bytes = count_of(recording);
    question->output_digest = bits_of(recording);
    for (char *word; *(word = word_of(recording)) && question->argument_count < MAX_ARGUMENTS;)
        input->arguments[question->argument_count++] = strtoull(word, NULL, 16);
}

static void add_write(Input *input, Recording *recording) {
    if (input->question.write_count == MAX_WRITES)
        fail(recording->path, "too many pieces of memory in one input");
    LockstepWrite *write = &input->writes[input->question.write_count++];
    write->address = bits_of(recording);
    const char *digits = word_of(recording);
    uint8_t *bytes = malloc(strlen(digits) / 2 + 1);
    if (!bytes)
        abort();
    write->length = bytes_of(digits, bytes, strlen(digits) / 2);
    write->bytes = bytes;
}

static bool close_input(Input *input, LockstepSession *session) {
    bool goes_on = !input->is_open || lockstep_ask(session, &input->question);
    for (size_t i = 0; i < input->question.write_count; i++)
        free((void *)input->writes[i].bytes);
    input->question.write_count = 0;
    input->is_open = false;
    return goes_on;
}

static bool replay_block(Recording *recording, LockstepSession *session) {
    uint64_t next_pc = bits_of(recording), digest = bits_of(recording);
    uint32_t steps = (uint32_t)count_of(recording), turns = (uint32_t)count_of(recording);
    return lockstep_executed(session, next_pc, digest, steps, turns);
}

static bool replay_end(Recording *recording, LockstepSession *session) {
    uint64_t reason = count_of(recording), status = count_of(recording);
    uint64_t register_digest = bits_of(recording), memory_digest = bits_of(recording);
    return lockstep_end(session, (LockstepReason)reason, status, register_digest, memory_digest);
}

static bool replay_line(const char *word, Recording *recording, Input *input, LockstepSession *session) {
    if (strcmp(word, "result") == 0)
        input->question.value = bits_of(recording);
    else if (strcmp(word, "write") == 0)
        add_write(input, recording);
    else if (!close_input(input, session))
        return false;
    else if (strcmp(word, "block") == 0)
        return replay_block(recording, session);
    else if (strcmp(word, "input") == 0)
        begin_input(input, recording);
    else if (strcmp(word, "end") == 0)
        return replay_end(recording, session);
    return true;
}

static void replay(Recording *recording, LockstepSession *session) {
    static Introduction introduction;
    static Input input;
    introduce(recording, &introduction);
    if (!lockstep_join(session, &introduction.engine, introduction.start))
        return;
    rewind_to_start(recording);
    for (char *word; (word = next_line(recording));) {
        if (!replay_line(word, recording, &input, session))
            return;
    }
}

/* Returns what the environment says unless an option does; program and arguments come behind them. */
static const char *option(int argc, char **argv, const char *name, const char *variable) {
    for (int i = 2; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0)
            return argv[i + 1];
    }
    const char *value = getenv(variable);
    if (!value)
        fail(name, "not given");
    return value;
}

int main(int argc, char **argv) {
    if (argc < 2)
        fail("usage", "replay RECORDING --connect SOCKET --run NAME --role reference|subject --name NAME");
    signal(SIGINT, SIG_IGN); /* The coordinator says when it is over. */
    Recording recording = {.path = argv[1]};
    LockstepSession session;
    if (lockstep_connect(
                &session,
                option(argc, argv, "--connect", "LOCKSTEP_SOCKET"),
                option(argc, argv, "--run", "LOCKSTEP_RUN"),
                option(argc, argv, "--role", "LOCKSTEP_ROLE"),
                option(argc, argv, "--name", "LOCKSTEP_NAME")))
        replay(&recording, &session);
    lockstep_goodbye(&session);
    if (recording.file)
        fclose(recording.file);
    free(recording.line);
    if (!session.is_halted)
        fail("it ended early", *session.error ? session.error : "the recording has no end");
    return 0;
}
