/* Arrays and numbers that the other parts are given: what is taken, checked and let go. */

enum { ASCII = 0x7F, NO_BREAK_SPACE = 0xA0 }; /* the last character of ASCII, and the space that browsers keep */

/* A contiguous array of numbers that are, in C, of type `format` (of struct) and `size` bytes. */
static int numbers(PyObject *array, Py_buffer *view, int dimensions, const char *formats, Py_ssize_t size, int flags)
{
    if (PyObject_GetBuffer(array, view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | flags) < 0)
        return -1;
    if (view->ndim == dimensions && view->itemsize == size && view->format != NULL && view->format[0] != '\0'
        && view->format[1] == '\0' && strchr(formats, view->format[0]) != NULL
        && (uintptr_t)view->buf % (uintptr_t)size == 0)
        return 0;
    PyBuffer_Release(view);
    PyErr_SetString(PyExc_TypeError, "an array of another type");
    return -1;
}

/* An array that a function takes, as `numbers` checks it. */
typedef struct {
    PyObject *array;
    int dimensions;
    const char *formats;
    Py_ssize_t size;
    int flags;
} Wanted;

static void release(Py_buffer *views, int count)
{
    while (count)
        PyBuffer_Release(&views[--count]);
}

/* Takes all of the arrays, or none. */
static int take(Py_buffer *views, const Wanted *wanted, int count)
{
    for (int i = 0; i < count; i++)
        if (numbers(wanted[i].array, &views[i], wanted[i].dimensions, wanted[i].formats, wanted[i].size,
                    wanted[i].flags) < 0) {
            release(views, i);
            return -1;
        }
    return 0;
}

static int unfit(const char *what)
{
    PyErr_SetString(PyExc_ValueError, what);
    return -1;
}

/* None, or NULL after an error. */
static PyObject *none_unless(int failed)
{
    if (failed)
        return NULL;
    Py_INCREF(Py_None);
    return Py_None;
}

static int all_strings(PyObject *lines)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(lines); i++)
        if (!PyUnicode_Check(PyList_GET_ITEM(lines, i))) {
            PyErr_SetString(PyExc_TypeError, "a line is no string");
            return 0;
        }
    return 1;
}

static inline double lower(double one, double other)
{
    return other < one ? other : one;
}

static inline double higher(double one, double other)
{
    return other > one ? other : one;
}

/* The numbers of a list or tuple, to be freed with PyMem_Free; NULL after an error. */
static Py_ssize_t *read_numbers(PyObject *given, Py_ssize_t *count)
{
    if (!PyList_Check(given) && !PyTuple_Check(given)) {
        PyErr_SetString(PyExc_TypeError, "no list or tuple");
        return NULL;
    }
    *count = PySequence_Fast_GET_SIZE(given);
    Py_ssize_t *read = PyMem_Malloc(((size_t)*count + 1) * sizeof *read);
    if (read == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < *count; i++) {
        PyObject *number = PySequence_Fast_GET_ITEM(given, i);
        read[i] = PyLong_Check(number) ? PyLong_AsSsize_t(number) : -1;
        if (read[i] < 0) {
            if (!PyErr_Occurred())
                PyErr_SetString(PyExc_ValueError, "no place");
            PyMem_Free(read);
            return NULL;
        }
    }
    return read;
}

/* The element around each one, which stands before it; the first is the page. Freed and failing as `read_numbers`. */
static Py_ssize_t *read_parents(PyObject *given, Py_ssize_t *count)
{
    Py_ssize_t *parents = read_numbers(given, count);
    int failed = parents != NULL && *count == 0;
    for (Py_ssize_t element = 1; parents != NULL && element < *count; element++)
        failed = failed || parents[element] >= element;
    if (!failed)
        return parents;
    PyMem_Free(parents);
    unfit("an element stands before the one around it");
    return NULL;
}

/* True when all of these are numbers of elements. */
static int are_places(const int64_t *elements, Py_ssize_t lines, Py_ssize_t count)
{
    for (Py_ssize_t line = 0; line < lines; line++)
        if (elements[line] < 0 || elements[line] >= count)
            return unfit("a line in no element") == 0;
    return 1;
}

enum { MOST_NEIGHBOURS = 16 }; /* of steps, of widths, and of levels */

/* The whole numbers of a tuple, none below zero; how many they are, or -1. */
static Py_ssize_t read_sizes(PyObject *given, Py_ssize_t *sizes)
{
    Py_ssize_t count = PyTuple_GET_SIZE(given);
    if (count > MOST_NEIGHBOURS)
        return unfit("too many neighbours");
    for (Py_ssize_t i = 0; i < count; i++) {
        sizes[i] = PyLong_AsSsize_t(PyTuple_GET_ITEM(given, i));
        if (sizes[i] == -1 && PyErr_Occurred())
            return -1;
        if (sizes[i] < 0)
            return unfit("no such neighbours");
    }
    return count;
}
