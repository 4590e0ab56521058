#include "kernels.h"

uint16_t crc16(uint16_t crc, uint32_t number) {
    for (int bit = 0; bit < 32; bit++) {
        uint32_t odd = (crc ^ number) & 1;
        crc >>= 1;
        number >>= 1;
        if (odd) crc ^= 0xa001;
    }
    return crc;
}
