// What C++ code calls without naming it: operators new and delete, pure virtual calls. Linked only where a program uses
// it.

#include <stdlib.h>

#include "jolt_guest.h"

void *operator new(size_t size) {
    void *block = malloc(size ? size : 1);
    if (!block) jolt_panic();
    return block;
}
void *operator new[](size_t size) { return operator new(size); }
void operator delete(void *block) noexcept { free(block); }
void operator delete[](void *block) noexcept { free(block); }
void operator delete(void *block, size_t) noexcept { free(block); }
void operator delete[](void *block, size_t) noexcept { free(block); }

extern "C" {
void *__dso_handle = nullptr;
[[noreturn]] void __cxa_pure_virtual(void) { jolt_panic(); }
}
