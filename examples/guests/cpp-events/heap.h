// A binary heap: the least element first.
#pragma once

#include <stddef.h>

template <typename T, typename Less> class Heap {
  public:
    ~Heap() { delete[] items_; }

    bool empty() const { return size_ == 0; }

    void push(T item) {
        if (size_ == capacity_) grow();
        size_t at = size_++;
        while (at > 0 && Less()(item, items_[(at - 1) / 2])) {
            items_[at] = items_[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        items_[at] = item;
    }

    T pop() {
        T first = items_[0], last = items_[--size_];
        size_t at = 0;
        for (;;) {
            size_t child = 2 * at + 1;
            if (child >= size_) break;
            if (child + 1 < size_ && Less()(items_[child + 1], items_[child])) child++;
            if (!Less()(items_[child], last)) break;
            items_[at] = items_[child];
            at = child;
        }
        items_[at] = last;
        return first;
    }

  private:
    void grow() {
        capacity_ = capacity_ ? 2 * capacity_ : 4;
        T *items = new T[capacity_];
        for (size_t i = 0; i < size_; i++) items[i] = items_[i];
        delete[] items_;
        items_ = items;
    }

    T *items_ = nullptr;
    size_t size_ = 0, capacity_ = 0;
};
