/* Marks parts of a program, whose cycles `jolt-lab run` and `jolt-lab profile` count. It needs nothing else, so Linux
   programs can include it as well. What the instructions are is in guest-marker/src/lib.rs: they have no effect. */
#ifndef JOLT_MARKER_H
#define JOLT_MARKER_H

/* Begins a part. Parts lie within each other. */
static inline __attribute__((always_inline, unused)) void jolt_marker_begin(const char *name) {
    __asm__ volatile("slti x0, %0, 0x6d1\n\tslti x0, %1, 0x6d2" ::"r"(__builtin_strlen(name)), "r"(name) : "memory");
}

/* Ends the part that began last. */
static inline __attribute__((always_inline, unused)) void jolt_marker_end(void) {
    __asm__ volatile("slti x0, x0, 0x6d3" ::: "memory");
}

#ifdef __cplusplus
/* A part that ends with its scope. */
class JoltMarker {
public:
    explicit JoltMarker(const char *name) { jolt_marker_begin(name); }
    ~JoltMarker() { jolt_marker_end(); }
    JoltMarker(const JoltMarker &) = delete;
    JoltMarker &operator=(const JoltMarker &) = delete;
};
#endif

#endif
