/* A state machine that sorts the words of a text into integers, decimal fractions, exponents and errors. */

#include "kernels.h"

enum state { START, SIGN, INTEGER, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, POWER, INVALID, STATES };

#define LENGTH 96

static enum state next(enum state state, char c) {
    int digit = c >= '0' && c <= '9', sign = c == '+' || c == '-';
    switch (state) {
    case START: return digit ? INTEGER : sign ? SIGN : c == '.' ? POINT : INVALID;
    case SIGN: return digit ? INTEGER : c == '.' ? POINT : INVALID;
    case INTEGER: return digit ? INTEGER : c == '.' ? FRACTION : c == 'e' ? EXPONENT : INVALID;
    case POINT:
    case FRACTION: return digit ? FRACTION : c == 'e' && state == FRACTION ? EXPONENT : INVALID;
    case EXPONENT: return digit ? POWER : sign ? EXPONENT_SIGN : INVALID;
    case EXPONENT_SIGN:
    case POWER: return digit ? POWER : INVALID;
    default: return INVALID;
    }
}

uint16_t state_kernel(uint32_t seed) {
    static const char letters[16] = "0123456789+-.e ,";
    static uint16_t ends[STATES], visits[STATES];
    for (int i = 0; i < STATES; i++) ends[i] = visits[i] = 0;
    enum state state = START;
    for (int i = 0; i < LENGTH; i++) {
        char c = letters[draw(&seed) & 15];
        if (c == ' ' || c == ',') {
            ends[state]++;
            state = START;
        } else {
            state = next(state, c);
            visits[state]++;
        }
    }
    uint16_t crc = 0;
    for (int i = 0; i < STATES; i++) crc = crc16(crc, (uint32_t)ends[i] << 16 | visits[i]);
    return crc;
}
