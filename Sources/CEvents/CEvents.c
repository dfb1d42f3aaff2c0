#define _GNU_SOURCE
#include "CEvents.h"
#include <poll.h>
#include <sys/eventfd.h>

int shuffled_event_make(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void shuffled_event_signal(int event) { eventfd_write(event, 1); }

int shuffled_event_take(int event) {
    eventfd_t count;
    return eventfd_read(event, &count) == 0;
}

int shuffled_event_wait(int event, int64_t nanoseconds) {
    struct pollfd asked = {.fd = event, .events = POLLIN};
    struct timespec limit = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    return ppoll(&asked, 1, &limit, 0);
}
