/* Guest conventions for C and C++ programs: input, output, exit. The memory map is that of guest/src/io.rs. */
#ifndef JOLT_GUEST_H
#define JOLT_GUEST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "jolt_marker.h"

#ifdef __cplusplus
extern "C" {
#endif

#define JOLT_IO 0x7fff0000ul
#define JOLT_STATUS (*(volatile unsigned long *)(JOLT_IO + 8))
#define JOLT_OUTPUT_LENGTH (*(volatile unsigned long *)(JOLT_IO + 16))
#define JOLT_INPUT_LENGTH (*(volatile unsigned long *)(JOLT_IO + 24))
#define JOLT_OUTPUT_CAPACITY 32768ul

/* Writes the status cell and halts: a jump to itself is how this machine stops. */
static inline void __attribute__((noreturn)) jolt_stop(unsigned long status) {
    JOLT_STATUS = status;
    __asm__ volatile("j ." ::: "memory");
    __builtin_unreachable();
}

static inline void __attribute__((noreturn)) jolt_exit(uint8_t code) { jolt_stop(code); }

static inline void __attribute__((noreturn)) jolt_panic(void) { jolt_stop(1ul << (4 * sizeof(unsigned long))); }

/* The public input; `*length` receives its length in bytes. */
static inline const uint8_t *jolt_read(size_t *length) {
    *length = JOLT_INPUT_LENGTH;
    return (const uint8_t *)(JOLT_IO + 64);
}

/* Appends to the public output. */
static inline void jolt_commit(const void *bytes, size_t size) {
    unsigned long length = JOLT_OUTPUT_LENGTH;
    if (size > JOLT_OUTPUT_CAPACITY - length) jolt_panic();
    memcpy((uint8_t *)(JOLT_IO + 32768) + length, bytes, size);
    JOLT_OUTPUT_LENGTH = length + size;
}

/* The next word of the private-input tape: first its length in bytes, then the bytes. */
static inline unsigned long jolt_private_word(void) {
    unsigned long word;
    __asm__ volatile(".insn r 0x0b, 0, 0, %0, x0, x0" : "=r"(word));
    return word;
}

/* Prints on the host; no effect in the proof. */
static inline void jolt_print(const char *text, size_t length) {
    __asm__ volatile(".insn r 0x0b, 1, 0, x0, %0, %1" ::"r"(text), "r"(length) : "memory");
}

#ifdef __cplusplus
}
#endif

#endif
