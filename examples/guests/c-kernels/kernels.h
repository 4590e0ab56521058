/* The kernels of the benchmark: each turns a seed into a 16-bit check value. */
#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>

/* Numbers x -> 1103515245 x + 12345 mod 2^32; what is used of each are bits 16 to 30. */
static inline uint32_t draw(uint32_t *state) {
    *state = *state * 1103515245u + 12345u;
    return *state >> 16 & 0x7fff;
}

/* CRC-16 with the polynomial 0x8005, reflected, of one number, low byte first. */
uint16_t crc16(uint16_t crc, uint32_t number);

uint16_t list_kernel(uint32_t seed);
uint16_t matrix_kernel(uint32_t seed);
uint16_t state_kernel(uint32_t seed);

#endif
