/*
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
 *
 * What an engine of lockstep says and hears, by docs/protocol.md: one C99 file, no library but POSIX sockets.
 *
 * A session is used in this order: lockstep_connect, lockstep_join; lockstep_executed for each block; lockstep_ask
 * before each input; lockstep_end; lockstep_goodbye. What returns bool returns false once nothing more can be
 * said: is_halted tells whether the coordinator has seen enough (then lockstep_goodbye is due) or something failed
 * (then error says what). One thread at a time.
 */
#ifndef LOCKSTEP_H
#define LOCKSTEP_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    LOCKSTEP_VERSION = 1,
    LOCKSTEP_MAX_FRAME_BYTES = 16 << 20,
    LOCKSTEP_RECORD_BYTES = 24,
    LOCKSTEP_INPUT_BYTES = 128, /* a part of an input, and each piece of memory in it beside its bytes */
    LOCKSTEP_ERROR_BYTES = 1024
};

typedef enum { LOCKSTEP_REFERENCE = 1, LOCKSTEP_SUBJECT = 2 } LockstepRole;
typedef enum { LOCKSTEP_STRICT = 1, LOCKSTEP_BLOCK = 2, LOCKSTEP_WINDOW = 3 } LockstepGrain;
typedef enum {
    LOCKSTEP_PC = 1,
    LOCKSTEP_PATH = 2,
    LOCKSTEP_COMMIT = 3,
    LOCKSTEP_FULL = 4,
    LOCKSTEP_REGISTERS = 5
} LockstepStrength;
typedef enum {
    LOCKSTEP_EXITED = 1,
    LOCKSTEP_SIGNALED = 2,
    LOCKSTEP_TRAPPED = 3,
    LOCKSTEP_LIMIT = 4,
    LOCKSTEP_KILLED = 5
} LockstepReason;

/* Something that all engines of a run must have in common; text is for people. */
typedef struct {
    const char *name;
    uint8_t digest[32]; /* SHA-256 */
    const char *text;
} LockstepItem;

/* A register, of whatever ISA. */
typedef struct {
    const char *name;
    uint32_t bit_count;
} LockstepRegister;

/* What an engine is; grains and strengths end with 0. */
typedef struct {
    const char *implementation;
    const char *isa;
    const LockstepGrain *grains;
    const LockstepStrength *strengths;
    const LockstepItem *agreement;
    size_t agreement_count;
    const LockstepRegister *registers; /* told at LOCKSTEP_REGISTERS */
    size_t register_count;
    bool has_own_inputs; /* its guest asks the world itself: lockstep_ask is never called */
} LockstepEngine;

typedef struct {
    uint64_t address;
    const uint8_t *bytes;
    size_t length;
} LockstepWrite;

/* An input: what the guest asks for, and, of a reference, what it got (value, writes). */
typedef struct {
    int64_t number;
    uint64_t pc;
    const uint64_t *arguments;
    size_t argument_count;
    uint64_t output_bytes, output_digest;
    uint64_t open_steps, open_digest, open_turns; /* the block so far */
    uint64_t value;
    const LockstepWrite *writes;
    size_t write_count;
} LockstepQuestion;

typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
} LockstepBuffer;

/* What the coordinator said when it let the engine start. */
typedef struct {
    uint64_t grain, strength, batch_limit, step_limit, window_steps;
} LockstepWelcome;

/* What may be sent, in totals. */
typedef struct {
    uint64_t agreed_step, records, input_bytes, inputs;
} LockstepCredit;

typedef struct {
    int socket;
    const char *run, *name;
    LockstepRole role;
    LockstepWelcome welcome;
    LockstepCredit credit;
    bool has_begun, is_halted;
    char error[LOCKSTEP_ERROR_BYTES];
    uint64_t pc, step, block_count;  /* after all that was executed */
    uint64_t first_pc, first_step;   /* of the records that were not sent */
    size_t register_bytes;           /* after each record; 0 if registers are not told */
    LockstepBuffer records, registers, frame, incoming;
    uint64_t sent_count, asked_count, answered_count, input_bytes;
    uint64_t process_id;
    LockstepReason reason;
    uint64_t status;
    struct timespec started;
} LockstepSession;

/* ---- digest ---- */

static inline uint64_t lockstep_mix(uint64_t value) {
    uint64_t a = value + UINT64_C(0x9E3779B97F4A7C15);
    return a ^ a >> 32;
}

static inline uint64_t lockstep_mix_store(uint64_t address, uint64_t value) {
    return lockstep_mix(address * UINT64_C(0xC2B2AE3D27D4EB4F) + value);
}

static inline uint64_t lockstep_constant(uint64_t pc, uint64_t slot) {
    uint64_t z = pc * UINT64_C(0x9E3779B97F4A7C15) + slot * UINT64_C(0xD6E8FEB86659FD93);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (z ^ z >> 31) | 1;
}

/* What a taken transfer that turns multiplies the digest by. */
#define LOCKSTEP_TURN UINT64_C(0xD1342543DE82EF95)

/* ---- bytes ---- */

static inline bool lockstep_fail(LockstepSession *session, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(session->error, sizeof session->error, format, arguments);
    va_end(arguments);
    return false;
}

/* Returns where so many more bytes go. */
static inline uint8_t *lockstep_room(LockstepBuffer *buffer, size_t length) {
    if (buffer->capacity - buffer->length < length) {
        buffer->capacity = 2 * buffer->capacity + length + 256;
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        if (!buffer->bytes)
            abort();
    }
    uint8_t *room = buffer->bytes + buffer->length;
    buffer->length += length;
    return room;
}

static inline void lockstep_append(LockstepBuffer *buffer, const void *bytes, size_t length) {
    if (length)
        memcpy(lockstep_room(buffer, length), bytes, length);
}

static inline void lockstep_put(uint8_t *bytes, uint64_t value, int byte_count) {
    for (int i = 0; i < byte_count; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

static inline uint64_t lockstep_little_endian(const uint8_t *bytes, int byte_count) {
    uint64_t value = 0;
    for (int i = 0; i < byte_count; i++)
        value |= (uint64_t)bytes[i] << 8 * i;
    return value;
}

/* ---- Protocol Buffers, as far as this protocol needs them: what is zero or empty stays out ---- */

static inline void lockstep_varint(LockstepBuffer *buffer, uint64_t value) {
    uint8_t bytes[10];
    size_t length = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[length++] = (uint8_t)(value | 0x80);
    bytes[length++] = (uint8_t)value;
    lockstep_append(buffer, bytes, length);
}

static inline void lockstep_number(LockstepBuffer *buffer, int field, uint64_t value) {
    if (value) {
        lockstep_varint(buffer, (uint64_t)field << 3);
        lockstep_varint(buffer, value);
    }
}

static inline void lockstep_fixed64(LockstepBuffer *buffer, int field, uint64_t value) {
    if (value) {
        lockstep_varint(buffer, (uint64_t)field << 3 | 1);
        lockstep_put(lockstep_room(buffer, 8), value, 8);
    }
}

static inline void lockstep_content(LockstepBuffer *buffer, int field, const void *bytes, size_t length) {
    lockstep_varint(buffer, (uint64_t)field << 3 | 2);
    lockstep_varint(buffer, length);
    lockstep_append(buffer, bytes, length);
}

static inline void lockstep_text(LockstepBuffer *buffer, int field, const char *text) {
    if (*text)
        lockstep_content(buffer, field, text, strlen(text));
}

/* Puts a message into another, and empties it. */
static inline void lockstep_message(LockstepBuffer *buffer, int field, LockstepBuffer *message) {
    lockstep_content(buffer, field, message->bytes, message->length);
    free(message->bytes);
    *message = (LockstepBuffer){0};
}

/* A field of a message that was received. */
typedef struct {
    int number;
    uint64_t value;       /* unless it has content */
    const uint8_t *bytes; /* its content, value of them; NULL if it is a number */
} LockstepField;

typedef struct {
    const uint8_t *at, *end;
    bool is_broken;
} LockstepReader;

static inline uint64_t lockstep_read_varint(LockstepReader *reader) {
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        if (reader->at == reader->end)
            break;
        uint8_t byte = *reader->at++;
        value |= shift < 64 ? (uint64_t)(byte & 0x7F) << shift : 0;
        if (byte < 0x80)
            return value;
    }
    reader->is_broken = true;
    return 0;
}

/* Returns whether there is another field. */
static inline bool lockstep_next(LockstepReader *reader, LockstepField *field) {
    if (reader->is_broken || reader->at == reader->end)
        return false;
    uint64_t key = lockstep_read_varint(reader);
    int wire = (int)(key & 7);
    *field = (LockstepField){.number = (int)(key >> 3)};
    if (wire == 0 || wire == 2)
        field->value = lockstep_read_varint(reader);
    uint64_t size = wire == 1 ? 8 : wire == 5 ? 4 : wire == 2 ? field->value : 0;
    if (reader->is_broken || wire == 3 || wire == 4 || wire > 5 || (uint64_t)(reader->end - reader->at) < size) {
        reader->is_broken = true;
        return false;
    }
    if (wire == 2)
        field->bytes = reader->at;
    else if (size)
        field->value = lockstep_little_endian(reader->at, (int)size);
    reader->at += size;
    return true;
}

static inline LockstepReader lockstep_reader(const LockstepField *field) {
    return (LockstepReader){field->bytes, field->bytes ? field->bytes + field->value : NULL, !field->bytes};
}

/* ---- frames ---- */

static inline bool lockstep_write_all(LockstepSession *session, const uint8_t *bytes, size_t length) {
    while (length) {
        ssize_t written = send(session->socket, bytes, length, MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return lockstep_fail(session, "cannot send to the coordinator: %s", strerror(errno));
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static inline bool lockstep_read_all(LockstepSession *session, uint8_t *bytes, size_t length) {
    while (length) {
        ssize_t got = read(session->socket, bytes, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return lockstep_fail(session, "cannot hear the coordinator: %s", strerror(errno));
        if (got == 0)
            return lockstep_fail(session, "the coordinator closed the connection");
        bytes += got;
        length -= (size_t)got;
    }
    return true;
}

/* Sends a message as the body of a frame, and empties it. */
static inline bool lockstep_send(LockstepSession *session, int kind, LockstepBuffer *body) {
    LockstepBuffer *frame = &session->frame, head = {0};
    lockstep_varint(&head, (uint64_t)kind << 3 | 2);
    lockstep_varint(&head, body->length);
    frame->length = 0;
    lockstep_put(lockstep_room(frame, 4), head.length + body->length, 4);
    lockstep_append(frame, head.bytes, head.length);
    lockstep_append(frame, body->bytes, body->length);
    free(head.bytes);
    free(body->bytes);
    *body = (LockstepBuffer){0};
    return lockstep_write_all(session, frame->bytes, frame->length);
}

static inline void lockstep_take_credit(LockstepSession *session, const LockstepField *credit) {
    LockstepReader reader = lockstep_reader(credit);
    for (LockstepField field; lockstep_next(&reader, &field);) {
        switch (field.number) {
        case 1: session->credit.agreed_step = field.value; break;
        case 2: session->credit.records = field.value; break;
        case 3: session->credit.input_bytes = field.value; break;
        case 4: session->credit.inputs = field.value; break;
        }
    }
}

static inline void lockstep_take_welcome(LockstepSession *session, const LockstepField *welcome) {
    LockstepReader reader = lockstep_reader(welcome);
    session->has_begun = true;
    for (LockstepField field; lockstep_next(&reader, &field);) {
        switch (field.number) {
        case 2: session->welcome.grain = field.value; break;
        case 3: session->welcome.strength = field.value; break;
        case 4: session->welcome.batch_limit = field.value; break;
        case 5: lockstep_take_credit(session, &field); break;
        case 6: session->welcome.step_limit = field.value; break;
        case 8: session->welcome.window_steps = field.value; break;
        }
    }
}

/* A result may travel in parts, of which all but the last say that more follow. */
static inline void lockstep_take_result(LockstepSession *session, const LockstepField *result) {
    LockstepReader reader = lockstep_reader(result);
    bool has_more = false;
    for (LockstepField field; lockstep_next(&reader, &field);)
        has_more |= field.number == 5 && field.value;
    session->answered_count += !has_more;
}

/* Returns false, with the second field of the message as the reason. */
static inline bool lockstep_take_end(LockstepSession *session, const LockstepField *end) {
    LockstepReader reader = lockstep_reader(end);
    for (LockstepField field; lockstep_next(&reader, &field);) {
        if (field.number == 2 && field.bytes)
            lockstep_fail(session, "%.*s", (int)field.value, (const char *)field.bytes);
    }
    return false;
}

static inline bool lockstep_take(LockstepSession *session, const LockstepField *field) {
    switch (field->number) {
    case 3: lockstep_take_welcome(session, field); return true;
    case 4: lockstep_take_credit(session, field); return true;
    case 5: lockstep_take_result(session, field); return true;
    case 6: session->is_halted = true; return lockstep_take_end(session, field);
    case 7: return lockstep_take_end(session, field);
    default: return true; /* what the other side reported, and what this engine did not offer */
    }
}

/* Waits for a frame, and takes what it says. */
static inline bool lockstep_receive(LockstepSession *session) {
    uint8_t header[4];
    if (!lockstep_read_all(session, header, sizeof header))
        return false;
    size_t length = (size_t)lockstep_little_endian(header, 4);
    if (length > LOCKSTEP_MAX_FRAME_BYTES)
        return lockstep_fail(session, "a frame of %zu bytes (expected: at most %d)", length, LOCKSTEP_MAX_FRAME_BYTES);
    LockstepBuffer *incoming = &session->incoming;
    incoming->length = 0;
    if (incoming->capacity < length) {
        free(incoming->bytes);
        *incoming = (LockstepBuffer){malloc(length), 0, length};
        if (!incoming->bytes)
            abort();
    }
    if (!lockstep_read_all(session, incoming->bytes, length))
        return false;
    LockstepReader reader = {incoming->bytes, incoming->bytes + length, false};
    for (LockstepField field; lockstep_next(&reader, &field);) {
        if (!lockstep_take(session, &field))
            return false;
    }
    return !reader.is_broken || lockstep_fail(session, "the coordinator sent what is no frame");
}

/* ---- the conversation ---- */

/* Connects; run and name stay the caller's. */
static inline bool lockstep_connect(
        LockstepSession *session, const char *path, const char *run, const char *role, const char *name) {
    *session = (LockstepSession){.socket = -1, .run = run, .name = name, .reason = LOCKSTEP_KILLED};
    session->process_id = (uint64_t)getpid();
    session->role = strcmp(role, "reference") == 0 ? LOCKSTEP_REFERENCE : LOCKSTEP_SUBJECT;
    if (session->role == LOCKSTEP_SUBJECT && strcmp(role, "subject") != 0)
        return lockstep_fail(session, "role '%s' (expected: reference or subject)", role);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return lockstep_fail(session, "%s: a path too long for a socket", path);
    strcpy(address.sun_path, path);
    session->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (session->socket < 0 || connect(session->socket, (struct sockaddr *)&address, sizeof address) != 0)
        return lockstep_fail(session, "cannot connect to %s: %s", path, strerror(errno));
    return true;
}

static inline void lockstep_agree(LockstepBuffer *hello, const LockstepItem *item) {
    LockstepBuffer agreement = {0};
    lockstep_text(&agreement, 1, item->name);
    lockstep_content(&agreement, 2, item->digest, sizeof item->digest);
    lockstep_text(&agreement, 3, item->text);
    lockstep_message(hello, 10, &agreement);
}

static inline void lockstep_state_register(LockstepBuffer *hello, const LockstepRegister *it) {
    LockstepBuffer stated = {0};
    lockstep_text(&stated, 1, it->name);
    lockstep_number(&stated, 2, it->bit_count);
    lockstep_message(hello, 18, &stated);
}

static inline LockstepBuffer lockstep_hello(const LockstepSession *session, const LockstepEngine *engine) {
    LockstepBuffer hello = {0}, grains = {0}, strengths = {0};
    lockstep_number(&hello, 1, LOCKSTEP_VERSION);
    lockstep_text(&hello, 2, session->run);
    lockstep_number(&hello, 3, (uint64_t)session->role);
    lockstep_text(&hello, 4, session->name);
    lockstep_text(&hello, 5, engine->implementation);
    lockstep_text(&hello, 7, engine->isa);
    for (const LockstepGrain *grain = engine->grains; *grain; grain++)
        lockstep_varint(&grains, (uint64_t)*grain);
    lockstep_message(&hello, 8, &grains);
    for (const LockstepStrength *strength = engine->strengths; *strength; strength++)
        lockstep_varint(&strengths, (uint64_t)*strength);
    lockstep_message(&hello, 9, &strengths);
    for (size_t i = 0; i < engine->agreement_count; i++)
        lockstep_agree(&hello, &engine->agreement[i]);
    lockstep_number(&hello, 11, session->process_id);
    if (engine->has_own_inputs)
        lockstep_content(&hello, 17, "\2", 1);
    for (size_t i = 0; i < engine->register_count; i++)
        lockstep_state_register(&hello, &engine->registers[i]);
    return hello;
}

/* Says Hello and waits until all engines are there; pc is the guest's entry. */
static inline bool lockstep_join(LockstepSession *session, const LockstepEngine *engine, uint64_t pc) {
    LockstepBuffer hello = lockstep_hello(session, engine);
    if (!lockstep_send(session, 3, &hello))
        return false;
    while (!session->has_begun) {
        if (!lockstep_receive(session))
            return false;
    }
    bool tells_registers = session->welcome.strength == LOCKSTEP_REGISTERS;
    for (size_t i = 0; tells_registers && i < engine->register_count; i++)
        session->register_bytes += (engine->registers[i].bit_count + 7) / 8;
    session->pc = session->first_pc = pc;
    clock_gettime(CLOCK_MONOTONIC, &session->started);
    return true;
}

/* Sends the records, as far as there is credit, and waits for more as long as some are left. */
static inline bool lockstep_flush(LockstepSession *session) {
    LockstepBuffer *records = &session->records, *registers = &session->registers;
    size_t at = 0, registers_at = 0;
    if (registers->length != records->length / LOCKSTEP_RECORD_BYTES * session->register_bytes)
        return lockstep_fail(session, "lockstep_registers was not called before every lockstep_executed");
    while (at < records->length) {
        while (session->sent_count >= session->credit.records) {
            if (!lockstep_receive(session))
                return false;
        }
        uint64_t granted = session->credit.records - session->sent_count;
        uint64_t waiting = (records->length - at) / LOCKSTEP_RECORD_BYTES;
        uint64_t count = waiting < granted ? waiting : granted;
        LockstepBuffer batch = {0};
        lockstep_number(&batch, 1, session->first_step);
        lockstep_fixed64(&batch, 2, session->first_pc);
        lockstep_content(&batch, 3, records->bytes + at, count * LOCKSTEP_RECORD_BYTES);
        if (session->register_bytes)
            lockstep_content(&batch, 4, registers->bytes + registers_at, count * session->register_bytes);
        registers_at += count * session->register_bytes;
        for (uint64_t i = 0; i < count; i++, at += LOCKSTEP_RECORD_BYTES) {
            session->first_pc = lockstep_little_endian(records->bytes + at, 8);
            session->first_step += lockstep_little_endian(records->bytes + at + 16, 4);
        }
        session->sent_count += count;
        if (!lockstep_send(session, 4, &batch))
            return false;
    }
    records->length = registers->length = 0;
    return true;
}

/*
 * Tells the values of all registers after the block that is reported next: each little-endian, in as many bytes as its
 * width needs, one behind the other. Is needed, and looked at, only if the strength agreed on is LOCKSTEP_REGISTERS.
 */
static inline void lockstep_registers(LockstepSession *session, const uint8_t *values) {
    lockstep_append(&session->registers, values, session->register_bytes);
}

/* Reports a block that was executed; steps are its instructions. */
static inline bool lockstep_executed(
        LockstepSession *session, uint64_t next_pc, uint64_t digest, uint32_t steps, uint32_t turns) {
    uint8_t *record = lockstep_room(&session->records, LOCKSTEP_RECORD_BYTES);
    lockstep_put(record, next_pc, 8);
    lockstep_put(record + 8, digest, 8);
    lockstep_put(record + 16, steps, 4);
    lockstep_put(record + 20, turns, 4);
    session->pc = next_pc;
    session->step += steps;
    session->block_count++;
    return session->records.length < session->welcome.batch_limit * LOCKSTEP_RECORD_BYTES || lockstep_flush(session);
}

static inline LockstepBuffer lockstep_request(const LockstepSession *session, const LockstepQuestion *question) {
    LockstepBuffer request = {0}, arguments = {0}, begun = {0};
    lockstep_number(&request, 1, session->step + question->open_steps);
    lockstep_fixed64(&request, 2, question->pc);
    lockstep_number(&request, 3, (uint64_t)question->number);
    for (size_t i = 0; i < question->argument_count; i++)
        lockstep_put(lockstep_room(&arguments, 8), question->arguments[i], 8);
    if (question->argument_count)
        lockstep_message(&request, 4, &arguments);
    lockstep_number(&request, 5, question->output_bytes);
    lockstep_fixed64(&request, 6, question->output_digest);
    lockstep_number(&begun, 1, session->step);
    lockstep_fixed64(&begun, 2, session->pc);
    lockstep_number(&begun, 3, question->open_steps);
    lockstep_fixed64(&begun, 4, question->open_digest);
    lockstep_number(&begun, 5, question->open_turns);
    lockstep_message(&request, 7, &begun);
    return request;
}

static inline LockstepBuffer lockstep_result(LockstepSession *session, const LockstepQuestion *question) {
    LockstepBuffer result = {0};
    lockstep_number(&result, 1, session->step + question->open_steps);
    lockstep_number(&result, 2, (uint64_t)question->number);
    lockstep_fixed64(&result, 3, question->value);
    session->input_bytes += LOCKSTEP_INPUT_BYTES;
    for (size_t i = 0; i < question->write_count; i++) {
        LockstepBuffer write = {0};
        lockstep_fixed64(&write, 1, question->writes[i].address);
        lockstep_content(&write, 2, question->writes[i].bytes, question->writes[i].length);
        lockstep_message(&result, 4, &write);
        session->input_bytes += LOCKSTEP_INPUT_BYTES + question->writes[i].length;
    }
    return result;
}

/* Reports an input that was performed or, as a subject, waits for what the reference got. */
static inline bool lockstep_ask(LockstepSession *session, const LockstepQuestion *question) {
    bool is_reference = session->role == LOCKSTEP_REFERENCE;
    bool is_strict = session->welcome.grain == LOCKSTEP_STRICT;
    if (!lockstep_flush(session))
        return false;
    LockstepBuffer request = lockstep_request(session, question), report = {0};
    session->asked_count++;
    if ((!is_reference || is_strict) && !lockstep_send(session, 5, &request))
        return false;
    while (is_reference ? session->input_bytes >= session->credit.input_bytes
                                    || (is_strict && session->credit.inputs < session->asked_count)
                        : session->answered_count < session->asked_count) {
        if (!lockstep_receive(session))
            return false;
    }
    if (!is_reference)
        return true;
    if (!is_strict)
        lockstep_message(&report, 1, &request);
    LockstepBuffer result = lockstep_result(session, question);
    lockstep_message(&report, 2, &result);
    return lockstep_send(session, 6, &report);
}

static inline void lockstep_exit(LockstepBuffer *buffer, const LockstepSession *session) {
    LockstepBuffer exit = {0};
    lockstep_number(&exit, 1, (uint64_t)session->reason);
    lockstep_number(&exit, 2, session->status);
    lockstep_message(buffer, 3, &exit);
}

/* Returns where and how the guest has ended. */
static inline LockstepBuffer lockstep_guest_end(LockstepSession *session, LockstepReason reason, uint64_t status) {
    LockstepBuffer end = {0};
    session->reason = reason;
    session->status = status;
    lockstep_number(&end, 1, session->step);
    lockstep_fixed64(&end, 2, session->pc);
    lockstep_exit(&end, session);
    return end;
}

/* Sends an end, and waits to be halted; never returns true. */
static inline bool lockstep_send_end(LockstepSession *session, LockstepBuffer *end) {
    if (!lockstep_flush(session) || !lockstep_send(session, 7, end))
        return false;
    while (lockstep_receive(session)) {
    }
    return false;
}

/* Reports the guest's end, and waits to be halted; never returns true. */
static inline bool lockstep_end(
        LockstepSession *session,
        LockstepReason reason,
        uint64_t status,
        uint64_t register_digest,
        uint64_t memory_digest) {
    LockstepBuffer end = lockstep_guest_end(session, reason, status);
    lockstep_fixed64(&end, 4, register_digest);
    lockstep_fixed64(&end, 5, memory_digest);
    return lockstep_send_end(session, &end);
}

/* As lockstep_end, for a guest that ended somewhere in the block that would have been reported next. */
static inline bool lockstep_end_within(LockstepSession *session, LockstepReason reason, uint64_t status) {
    LockstepBuffer end = lockstep_guest_end(session, reason, status);
    lockstep_number(&end, 6, true);
    return lockstep_send_end(session, &end);
}

static inline LockstepBuffer lockstep_account(
        const LockstepSession *session, uint64_t elapsed_ms, uint64_t peak_rss_bytes) {
    LockstepBuffer account = {0};
    lockstep_number(&account, 1, session->step);
    lockstep_number(&account, 2, session->block_count);
    lockstep_exit(&account, session);
    lockstep_number(&account, 4, elapsed_ms);
    lockstep_number(&account, 5, peak_rss_bytes);
    return account;
}

/* Gives the closing account if the coordinator asked for it, and closes. */
static inline void lockstep_goodbye(LockstepSession *session) {
    if (session->is_halted) {
        struct timespec now;
        struct rusage usage;
        clock_gettime(CLOCK_MONOTONIC, &now);
        getrusage(RUSAGE_SELF, &usage);
        int64_t elapsed_ms =
                (now.tv_sec - session->started.tv_sec) * 1000 + (now.tv_nsec - session->started.tv_nsec) / 1000000;
        LockstepBuffer account = lockstep_account(session, (uint64_t)elapsed_ms, (uint64_t)usage.ru_maxrss * 1024);
        lockstep_send(session, 9, &account);
    }
    if (session->socket >= 0)
        close(session->socket);
    free(session->records.bytes);
    free(session->registers.bytes);
    free(session->frame.bytes);
    free(session->incoming.bytes);
}

#endif
