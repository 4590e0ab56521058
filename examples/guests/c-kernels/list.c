/* A linked list: built, searched, reversed, sorted by merging, walked. */

#include "kernels.h"
#include <stddef.h>

#define NODES 24

struct node {
    struct node *next;
    uint16_t key, turn;
};

static struct node *find(struct node *list, uint16_t key) {
    while (list && list->key != key) list = list->next;
    return list;
}

static struct node *reverse(struct node *list) {
    struct node *done = NULL;
    while (list) {
        struct node *next = list->next;
        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static struct node *merge(struct node *a, struct node *b) {
    struct node *head = NULL, **end = &head;
    while (a && b) {
        struct node **least = b->key < a->key ? &b : &a;
        *end = *least;
        end = &(*least)->next;
        *least = *end;
    }
    *end = a ? a : b;
    return head;
}

static struct node *sort(struct node *list) {
    if (!list || !list->next) return list;
    struct node *middle = list, *end = list->next;
    while (end && end->next) {
        middle = middle->next;
        end = end->next->next;
    }
    struct node *right = middle->next;
    middle->next = NULL;
    return merge(sort(list), sort(right));
}

uint16_t list_kernel(uint32_t seed) {
    static struct node nodes[NODES];
    struct node *list = NULL;
    for (uint16_t i = 0; i < NODES; i++) {
        nodes[i] = (struct node){list, draw(&seed) & 63, i};
        list = &nodes[i];
    }
    uint32_t hits = 0;
    for (uint16_t key = 0; key < 64; key += 8)
        if (find(list, key)) hits++;
    uint16_t crc = crc16(0, hits);
    /* Both sorts are stable: equal keys come in the order of the reversed list. */
    for (list = sort(reverse(list)); list; list = list->next) crc = crc16(crc, list->key << 16 | list->turn);
    return crc;
}
