/* A small realistic C program: CRC-32, words sorted with qsort, a matrix product.

   Public input: text (empty: a default). Public output: CRC-32 of the text (4 bytes), number of words (4),
   CRC-32 of the sorted words with a line end after each (4), trace of A·B (8 bytes), all little-endian, where
   A[i][j] = (crc >> (i + j)) & 0xffff and B[i][j] = i · 131 + j · 17 + words are 12 × 12 unsigned matrices. */

#include "jolt_guest.h"
#include <stdlib.h>

#define N 12
#define MAX_WORDS 512

static const char DEFAULT_TEXT[] =
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness";

static uint32_t crc_table[256];
static char text[16384];
static char *words[MAX_WORDS];

static void crc_init(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
        crc_table[i] = c;
    }
}

static uint32_t crc_add(uint32_t crc, const char *bytes, size_t size) {
    crc = ~crc;
    for (size_t i = 0; i < size; i++) crc = crc_table[(crc ^ (uint8_t)bytes[i]) & 255] ^ (crc >> 8);
    return ~crc;
}

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static size_t split(char *at) {
    size_t count = 0;
    while (count < MAX_WORDS) {
        at += strspn(at, " \t\r\n,.;");
        if (*at == 0) break;
        words[count++] = at;
        at += strcspn(at, " \t\r\n,.;");
        if (*at == 0) break;
        *at++ = 0;
    }
    return count;
}

static uint64_t product_trace(uint32_t crc, uint32_t count) {
    static uint64_t a[N][N], b[N][N];
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++) {
            a[i][j] = (crc >> (i + j)) & 0xffff;
            b[i][j] = i * 131 + j * 17 + count;
        }
    uint64_t trace = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            uint64_t sum = 0;
            for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
            if (i == j) trace += sum;
        }
    return trace;
}

int main(void) {
    size_t size;
    const char *input = (const char *)jolt_read(&size);
    if (size == 0) {
        input = DEFAULT_TEXT;
        size = sizeof DEFAULT_TEXT - 1;
    }
    if (size >= sizeof text) return 1;
    memcpy(text, input, size);

    crc_init();
    uint32_t crc = crc_add(0, text, size);
    uint32_t count = split(text);
    qsort(words, count, sizeof words[0], compare);
    uint32_t sorted = 0;
    for (uint32_t i = 0; i < count; i++) {
        sorted = crc_add(sorted, words[i], strlen(words[i]));
        sorted = crc_add(sorted, "\n", 1);
    }
    uint64_t trace = product_trace(crc, count);

    jolt_commit(&crc, 4);
    jolt_commit(&count, 4);
    jolt_commit(&sorted, 4);
    jolt_commit(&trace, 8);
    return 0;
}
