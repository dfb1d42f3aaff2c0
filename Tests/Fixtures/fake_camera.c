// A camera of this machine, for tests, where there is none: preloaded, it answers the calls of Video4Linux for one regular file (its path is
// in FAKE_CAMERA), whose pages are the driver's buffers. 25 pictures a second, 320 x 256, YUYV, grey and brighter from one to the next;
// unplugged after FAKE_CAMERA_PICTURES of them, and back when it is opened again.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// A picture is a number of whole pages.
enum { WIDTH = 320, HEIGHT = 256, SIZE = WIDTH * HEIGHT * 2, BUFFERS = 32 };

static int queued[BUFFERS], pictures;
static struct timespec last;

static int is_camera(int descriptor) {
    struct stat camera, asked;
    const char *path = getenv("FAKE_CAMERA");
    return path && stat(path, &camera) == 0 && fstat(descriptor, &asked) == 0 && camera.st_ino == asked.st_ino
        && camera.st_dev == asked.st_dev;
}

static int fail(int code) {
    errno = code;
    return -1;
}

static int format(struct v4l2_pix_format *pixels) {
    pixels->width = WIDTH;
    pixels->height = HEIGHT;
    pixels->pixelformat = V4L2_PIX_FMT_YUYV;
    pixels->field = V4L2_FIELD_NONE;
    pixels->bytesperline = WIDTH * 2;
    pixels->sizeimage = SIZE;
    return 0;
}

static int next_picture(int descriptor, struct v4l2_buffer *buffer) {
    static unsigned char grey[SIZE];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (pictures >= atoi(getenv("FAKE_CAMERA_PICTURES"))) return fail(ENODEV);
    if ((now.tv_sec - last.tv_sec) * 1000000000L + now.tv_nsec - last.tv_nsec < 40000000L) return fail(EAGAIN);
    int index = 0;
    while (index < BUFFERS && !queued[index]) index++;
    if (index == BUFFERS) return fail(EAGAIN);
    for (int i = 0; i < SIZE; i++) grey[i] = i % 2 ? 128 : (unsigned char)(60 + pictures % 100 + i / 2 % WIDTH / 4);
    if (pwrite(descriptor, grey, SIZE, (off_t)index * SIZE) != SIZE) return -1;
    queued[index] = 0;
    last = now;
    pictures++;
    memset(buffer, 0, sizeof *buffer);
    buffer->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer->memory = V4L2_MEMORY_MMAP;
    buffer->index = index;
    buffer->bytesused = SIZE;
    buffer->timestamp.tv_sec = now.tv_sec;
    buffer->timestamp.tv_usec = now.tv_nsec / 1000;
    return 0;
}

int ioctl(int descriptor, unsigned long request, ...) {
    static int (*system_ioctl)(int, unsigned long, ...);
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (!is_camera(descriptor)) {
        if (!system_ioctl) system_ioctl = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
        return system_ioctl(descriptor, request, argument);
    }
    switch ((unsigned)request) {
    case VIDIOC_QUERYCAP:
        ((struct v4l2_capability *)argument)->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    case VIDIOC_G_INPUT: *(int *)argument = 0; return 0;
    case VIDIOC_ENUMINPUT: ((struct v4l2_input *)argument)->std = 0; return 0;
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT: return format(&((struct v4l2_format *)argument)->fmt.pix);
    case VIDIOC_G_PARM:
        ((struct v4l2_streamparm *)argument)->parm.capture.timeperframe = (struct v4l2_fract){1, 25};
        return 0;
    case VIDIOC_REQBUFS:
        ((struct v4l2_requestbuffers *)argument)->count = BUFFERS;
        memset(queued, 0, sizeof queued);
        pictures = 0;
        return 0;
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = argument;
        buffer->length = SIZE;
        buffer->m.offset = buffer->index * SIZE;
        return 0;
    }
    case VIDIOC_QBUF: queued[((struct v4l2_buffer *)argument)->index] = 1; return 0;
    case VIDIOC_DQBUF: return next_picture(descriptor, argument);
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF: return 0;
    default: return fail(EINVAL);
    }
}
