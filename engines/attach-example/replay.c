/*
 * Replays a recording as an engine, as replay.py does; README.md says how a recording looks.
 *
 *     cc -O2 -o replay replay.c
 *     lockstep run --grain block --reference "cmd:replay RECORDING" PROGRAM [ARG...]
 */
#define _POSIX_C_SOURCE 200809L
#include "lockstep.h"

#include <ctype.h>
#include <signal.h>

enum { MAX_ITEMS = 64, MAX_REGISTERS = 1024, MAX_REGISTER_BITS = 2048, MAX_ARGUMENTS = 6, MAX_WRITES = 1024 };

static const LockstepGrain GRAINS[] = {LOCKSTEP_STRICT, LOCKSTEP_BLOCK, 0};
static const LockstepStrength STRENGTHS[] = {LOCKSTEP_PC, LOCKSTEP_PATH, LOCKSTEP_COMMIT, LOCKSTEP_FULL, 0};

static const LockstepStrength STRENGTHS_WITH_REGISTERS[] = {LOCKSTEP_PC, LOCKSTEP_REGISTERS, 0};

static void fail(const char *what, const char *why) {
    fprintf(stderr, "replay: %s: %s\n", what, why);
    exit(1);
}

static void *checked(void *allocated) {
    if (!allocated)
        abort();
    return allocated;
}

/* ---- a recording, line by line ---- */

typedef struct {
    const char *path;
    FILE *file;
    char *line, *rest;
    size_t capacity;
    unsigned long number; /* of the line, from 1 */
} Recording;

/* Ends the process for what is wrong with the line at hand. */
static void reject(const Recording *recording, const char *word, const char *expected) {
    fprintf(stderr, "replay: %s:%lu: '%.80s' (expected: %s)\n", recording->path, recording->number, word, expected);
    exit(1);
}

static void rewind_to_start(Recording *recording) {
    if (!recording->file && !(recording->file = fopen(recording->path, "r")))
        fail(recording->path, strerror(errno));
    rewind(recording->file);
    recording->number = 0;
}

/* Returns the first word of the next line, NULL at the end. */
static char *next_line(Recording *recording) {
    while (getline(&recording->line, &recording->capacity, recording->file) >= 0) {
        recording->number++;
        char *word = strtok_r(recording->line, " \n", &recording->rest);
        if (word && *word != '#')
            return word;
    }
    if (ferror(recording->file))
        fail(recording->path, strerror(errno));
    return NULL;
}

/* Returns the next word, empty if the line has no more. */
static char *word_of(Recording *recording) {
    char *word = strtok_r(NULL, " \n", &recording->rest);
    return word ? word : "";
}

static void end_line(Recording *recording) {
    char *word = word_of(recording);
    if (*word)
        reject(recording, word, "the end of the line");
}

static uint64_t number_in(const Recording *recording, const char *word, int base, uint64_t limit) {
    char *end;
    errno = 0;
    uint64_t value = strtoull(word, &end, base);
    bool is_number = isxdigit((unsigned char)*word) && !*end && !errno && value <= limit;
    if (!is_number)
        reject(recording, word, base == 16 ? "a hexadecimal number of up to 64 bits" : "a count that fits");
    return value;
}

static uint64_t bits_of(Recording *recording) {
    return number_in(recording, word_of(recording), 16, UINT64_MAX);
}

static uint64_t count_of(Recording *recording) {
    return number_in(recording, word_of(recording), 10, INT64_MAX);
}

static uint32_t small_count_of(Recording *recording) {
    return (uint32_t)number_in(recording, word_of(recording), 10, UINT32_MAX);
}

static int64_t signed_of(Recording *recording) {
    char *word = word_of(recording);
    bool is_negative = *word == '-';
    int64_t value = (int64_t)number_in(recording, word + is_negative, 10, INT64_MAX);
    return is_negative ? -value : value;
}

static int digit_of(const Recording *recording, const char *digits, size_t at) {
    int digit = digits[at];
    if (!isxdigit((unsigned char)digit))
        reject(recording, digits, "hexadecimal digits");
    return isdigit((unsigned char)digit) ? digit - '0' : tolower((unsigned char)digit) - 'a' + 10;
}

/* Decodes pairs of digits, all of the word's. */
static void bytes_in(const Recording *recording, const char *digits, uint8_t *bytes) {
    if (strlen(digits) % 2)
        reject(recording, digits, "two digits for each byte");
    for (size_t i = 0; i < strlen(digits) / 2; i++)
        bytes[i] = (uint8_t)(digit_of(recording, digits, 2 * i) << 4 | digit_of(recording, digits, 2 * i + 1));
}

/* ---- what it says of the engine ---- */

typedef struct {
    LockstepEngine engine;
    LockstepItem items[MAX_ITEMS];
    LockstepRegister registers[MAX_REGISTERS];
    bool has_start;
    uint64_t start;
} Introduction;

static void add_item(Introduction *introduction, Recording *recording) {
    if (introduction->engine.agreement_count == MAX_ITEMS)
        fail(recording->path, "too many items");
    LockstepItem *item = &introduction->items[introduction->engine.agreement_count++];
    item->name = checked(strdup(word_of(recording)));
    char *digits = word_of(recording);
    if (strlen(digits) != 2 * sizeof item->digest)
        reject(recording, digits, "64 hexadecimal digits");
    bytes_in(recording, digits, item->digest);
    char *text = strtok_r(NULL, "\n", &recording->rest);
    item->text = checked(strdup(text ? text : ""));
}

static void add_register(Introduction *introduction, Recording *recording) {
    if (introduction->engine.register_count == MAX_REGISTERS)
        fail(recording->path, "too many registers");
    LockstepRegister *added = &introduction->registers[introduction->engine.register_count++];
    added->name = checked(strdup(word_of(recording)));
    added->bit_count = (uint32_t)number_in(recording, word_of(recording), 10, MAX_REGISTER_BITS);
    introduction->engine.strengths = STRENGTHS_WITH_REGISTERS;
    end_line(recording);
}

static void set_start(Introduction *introduction, Recording *recording) {
    introduction->has_start = true;
    introduction->start = bits_of(recording);
    end_line(recording);
}

static void introduce(Recording *recording, Introduction *introduction) {
    introduction->engine = (LockstepEngine){
            .implementation = "replay.c",
            .isa = "",
            .grains = GRAINS,
            .strengths = STRENGTHS,
            .agreement = introduction->items,
            .registers = introduction->registers,
    };
    rewind_to_start(recording);
    for (char *word; (word = next_line(recording));) {
        if (strcmp(word, "isa") == 0)
            introduction->engine.isa = checked(strdup(word_of(recording)));
        else if (strcmp(word, "agree") == 0)
            add_item(introduction, recording);
        else if (strcmp(word, "register") == 0)
            add_register(introduction, recording);
        else if (strcmp(word, "start") == 0)
            set_start(introduction, recording);
    }
    if (!introduction->has_start)
        fail(recording->path, "no line 'start PC'");
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
    question->number = signed_of(recording);
    question->pc = bits_of(recording);
    question->open_steps = count_of(recording);
    question->open_digest = bits_of(recording);
    question->open_turns = count_of(recording);
    question->output_bytes = count_of(recording);
    question->output_digest = bits_of(recording);
    for (char *word; *(word = word_of(recording));) {
        if (question->argument_count == MAX_ARGUMENTS)
            reject(recording, word, "six arguments at most");
        input->arguments[question->argument_count++] = number_in(recording, word, 16, UINT64_MAX);
    }
}

static void check_open(const Input *input, const Recording *recording, const char *word) {
    if (!input->is_open)
        reject(recording, word, "an input before its answer");
}

static void set_result(Input *input, Recording *recording) {
    check_open(input, recording, "result");
    input->question.value = bits_of(recording);
    end_line(recording);
}

static void add_write(Input *input, Recording *recording) {
    check_open(input, recording, "write");
    if (input->question.write_count == MAX_WRITES)
        fail(recording->path, "too many pieces of memory in one input");
    LockstepWrite *write = &input->writes[input->question.write_count++];
    write->address = bits_of(recording);
    char *digits = word_of(recording);
    uint8_t *bytes = checked(malloc(strlen(digits) / 2 + 1));
    bytes_in(recording, digits, bytes);
    write->length = strlen(digits) / 2;
    write->bytes = bytes;
    end_line(recording);
}

/* Asks what was begun, if anything was. */
static bool close_input(Input *input, LockstepSession *session) {
    if (!input->is_open)
        return true;
    bool goes_on = lockstep_ask(session, &input->question);
    for (size_t i = 0; i < input->question.write_count; i++)
        free((void *)input->writes[i].bytes);
    input->question.write_count = 0;
    input->is_open = false;
    return goes_on;
}

/* Reads the value of a register, of whatever width, into its bytes, the least significant one first. */
static void value_of(Recording *recording, uint8_t *bytes, size_t byte_count) {
    char *digits = word_of(recording);
    size_t digit_count = strlen(digits);
    if (!digit_count || digit_count > 2 * byte_count)
        reject(recording, digits, "the value of a register, no wider than that");
    for (size_t i = 0; i < digit_count; i++)
        bytes[i / 2] |= (uint8_t)(digit_of(recording, digits, digit_count - 1 - i) << i % 2 * 4);
}

static void replay_registers(Recording *recording, const LockstepEngine *engine, LockstepSession *session) {
    LockstepBuffer row = {0};
    for (size_t i = 0; i < engine->register_count; i++) {
        size_t byte_count = (engine->registers[i].bit_count + 7) / 8;
        uint8_t *bytes = lockstep_room(&row, byte_count);
        memset(bytes, 0, byte_count);
        value_of(recording, bytes, byte_count);
    }
    lockstep_registers(session, row.bytes);
    free(row.bytes);
}

static bool replay_block(Recording *recording, const LockstepEngine *engine, LockstepSession *session) {
    uint64_t next_pc = bits_of(recording), digest = bits_of(recording);
    uint32_t steps = small_count_of(recording), turns = small_count_of(recording);
    replay_registers(recording, engine, session);
    end_line(recording);
    return lockstep_executed(session, next_pc, digest, steps, turns);
}

static bool replay_end(Recording *recording, LockstepSession *session) {
    uint64_t reason = count_of(recording), status = count_of(recording);
    uint64_t register_digest = bits_of(recording), memory_digest = bits_of(recording);
    end_line(recording);
    return lockstep_end(session, (LockstepReason)reason, status, register_digest, memory_digest);
}

static void replay(Recording *recording, LockstepSession *session) {
    static Introduction introduction;
    static Input input;
    introduce(recording, &introduction);
    if (!lockstep_join(session, &introduction.engine, introduction.start))
        return;
    rewind_to_start(recording);
    bool goes_on = true;
    for (char *word; goes_on && (word = next_line(recording));) {
        if (strcmp(word, "result") == 0)
            set_result(&input, recording);
        else if (strcmp(word, "write") == 0)
            add_write(&input, recording);
        else if (!close_input(&input, session))
            return;
        else if (strcmp(word, "block") == 0)
            goes_on = replay_block(recording, &introduction.engine, session);
        else if (strcmp(word, "input") == 0)
            begin_input(&input, recording);
        else if (strcmp(word, "end") == 0)
            goes_on = replay_end(recording, session);
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
