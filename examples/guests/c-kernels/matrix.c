/* Matrices of 16-bit numbers: a product, bits extracted from it, a matrix times a vector. */

#include "kernels.h"

#define N 6

uint16_t matrix_kernel(uint32_t seed) {
    static int16_t a[N][N], b[N][N];
    static int32_t c[N][N];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (int16_t)(draw(&seed) - 0x4000);
            b[i][j] = (int16_t)(draw(&seed) & 0xff);
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            int32_t sum = 0;
            for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
    uint16_t crc = 0;
    for (int i = 0; i < N; i++) {
        int32_t sum = 0;
        for (int j = 0; j < N; j++) sum += (c[i][j] >> 2 & 0xf) * (c[i][j] >> 5 & 0x7f) - a[j][i];
        crc = crc16(crc, (uint32_t)sum);
    }
    return crc;
}
