// What the C library asks of a system: how a program ends, and where its text goes. Linked only where a program uses it.
//
// Standard output and error are printed by the host, character by character; standard input is the public input. The
// machine has one thread and no signals.

#include <stdlib.h>

#include "jolt_guest.h"

typedef void (*Function)(void);

// What is to run at the end, latest first: in blocks, of which the first is no allocation.
typedef struct Block {
    struct Block *before;
    size_t used;
    struct {
        void (*run)(void *);
        void *argument;
    } entries[32];
} Block;

typedef struct {
    Block *last;
    Block first;
} AtEnd;

static AtEnd at_end, at_end_of_thread;

static int enter(AtEnd *list, void (*run)(void *), void *argument) {
    if (!list->last) list->last = &list->first;
    Block *block = list->last;
    if (block->used == sizeof block->entries / sizeof *block->entries) {
        block = malloc(sizeof *block);
        if (!block) return -1;
        block->before = list->last;
        block->used = 0;
        list->last = block;
    }
    block->entries[block->used].run = run;
    block->entries[block->used].argument = argument;
    block->used++;
    return 0;
}

// What runs may enter more.
static void run(AtEnd *list) {
    while (list->last) {
        Block *block = list->last;
        if (block->used) {
            block->used--;
            block->entries[block->used].run(block->entries[block->used].argument);
        } else {
            list->last = block->before;
        }
    }
}

// Called by compilers, for objects that have destructors.
int __cxa_atexit(void (*function)(void *), void *argument, void *object) {
    (void)object;
    return enter(&at_end, function, argument);
}

int __cxa_thread_atexit(void (*function)(void *), void *argument, void *object) {
    (void)object;
    return enter(&at_end_of_thread, function, argument);
}

static void call(void *function) { ((Function)function)(); }

int atexit(Function function) { return enter(&at_end, call, (void *)function); }

void _exit(int status) { jolt_exit((uint8_t)status); }

void exit(int status) {
    extern Function __fini_array_start[], __fini_array_end[];
    run(&at_end_of_thread);
    run(&at_end);
    for (Function *function = __fini_array_end; function != __fini_array_start;) (*--function)();
    _exit(status);
}

// An assertion that fails has printed what it is.
void abort(void) { jolt_panic(); }

#ifdef __PICOLIBC__
#include <stdio.h>

static int put(char character, FILE *stream) {
    (void)stream;
    jolt_print(&character, 1);
    return (unsigned char)character;
}

static int get(FILE *stream) {
    static size_t taken;
    size_t length;
    const uint8_t *input = jolt_read(&length);
    (void)stream;
    return taken < length ? input[taken++] : _FDEV_EOF;
}

static FILE console = FDEV_SETUP_STREAM(put, get, NULL, _FDEV_SETUP_RW);
FILE *const stdin = &console;
FILE *const stdout = &console;
FILE *const stderr = &console;
#endif
