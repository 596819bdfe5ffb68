/* This part of _native.c does the counting of cleaners/text/language.py in C: the features of a text, and their scores. */

PyDoc_STRVAR(visits_doc, "visits(text, moves, rows, features, places, counts)\n--\n\n"
                         "Writes the features that the automaton meets in a text, in the order in which they are met\n"
                         "first, and how often each is met; returns how many they are. ValueError when a table is\n"
                         "damaged or there is no room.");

/* Where a feature is, or would be, in a table of places + 1, 0 where none is; its size is `mask` + 1, and never full. */
static size_t slot_of(const uint32_t *table, size_t mask, const int64_t *places, int64_t feature)
{
    size_t at = ((size_t)feature * 0x9E3779B1u) & mask;
    while (table[at] && places[table[at] - 1] != feature)
        at = (at + 1) & mask;
    return at;
}

static PyObject *visits(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *given[5];
    const unsigned char *text;
    Py_ssize_t length, held = 0, count = -1;
    Py_buffer view[5];
    if (!PyArg_ParseTuple(args, "y#OOOOO", &text, &length, &given[0], &given[1], &given[2], &given[3], &given[4]))
        return NULL;
    static const char *const FORMATS[] = {"IL", "H", "il", "lq", "f"};
    static const Py_ssize_t SIZES[] = {4, 2, 4, 8, 4};
    uint32_t *table = NULL;
    for (; held < 5; held++)
        if (numbers(given[held], &view[held], 1, FORMATS[held], SIZES[held], held < 3 ? 0 : PyBUF_WRITABLE) < 0)
            goto end;
    const uint32_t *moves = view[0].buf;
    const uint16_t *rows = view[1].buf;
    const int32_t *features = view[2].buf;
    int64_t *places = view[3].buf;
    float *counts = view[4].buf;
    Py_ssize_t states = view[1].shape[0];
    if (view[2].shape[0] != states || view[3].shape[0] < length || view[4].shape[0] < length || length > INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "the arrays do not fit the text");
        goto end;
    }
    size_t mask = 63;
    while (mask < 2 * (size_t)length)
        mask = 2 * mask + 1;
    table = PyMem_Calloc(mask + 1, sizeof *table);
    if (table == NULL) {
        PyErr_NoMemory();
        goto end;
    }
    Py_ssize_t found = 0, state = 0;
    for (Py_ssize_t i = 0; i < length; i++) {
        Py_ssize_t move = state < states ? (Py_ssize_t)rows[state] * 256 + text[i] : PY_SSIZE_T_MAX;
        state = move < view[0].shape[0] ? (Py_ssize_t)moves[move] : PY_SSIZE_T_MAX;
        if (state >= states) {
            PyErr_SetString(PyExc_ValueError, "the automaton leads nowhere");
            goto end;
        }
        int64_t feature = features[state];
        if (feature < 0)
            continue;
        size_t slot = slot_of(table, mask, places, feature);
        if (!table[slot]) {
            places[found] = feature;
            counts[found++] = 0;
            table[slot] = (uint32_t)found;
        }
        counts[table[slot] - 1] += 1;
    }
    count = found;
end:
    PyMem_Free(table);
    while (held)
        PyBuffer_Release(&view[--held]);
    return count < 0 ? NULL : PyLong_FromSsize_t(count);
}

/* A number of 16 bits as one of 32, which holds each of them exactly. */
static inline float widened(uint16_t half)
{
    uint32_t bits = (uint32_t)(half & 0x7FFF) << 13;
    float number;
    memcpy(&number, &bits, sizeof number);
    number *= 0x1p112f; /* what the exponents begin with differs by so much */
    memcpy(&bits, &number, sizeof bits);
    bits |= (half & 0x7C00) == 0x7C00 ? 0x7F800000u : 0; /* infinite, or no number */
    bits |= (uint32_t)(half & 0x8000) << 16;
    memcpy(&number, &bits, sizeof number);
    return number;
}

PyDoc_STRVAR(widen_doc, "widen(table, places, out)\n--\n\n"
                        "Writes these rows of a table of 16-bit numbers as 32-bit ones. ValueError when there is none.");

static PyObject *widen(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *given[3], *done = NULL;
    Py_buffer view[3];
    int held = 0;
    if (!PyArg_ParseTuple(args, "OOO", &given[0], &given[1], &given[2]))
        return NULL;
    static const char *const FORMATS[] = {"e", "lq", "f"};
    static const int DIMENSIONS[] = {2, 1, 2};
    static const Py_ssize_t SIZES[] = {2, 8, 4};
    for (; held < 3; held++)
        if (numbers(given[held], &view[held], DIMENSIONS[held], FORMATS[held], SIZES[held],
                    held < 2 ? 0 : PyBUF_WRITABLE) < 0)
            goto end;
    const int64_t *places = view[1].buf;
    Py_ssize_t columns = view[0].shape[1], count = view[1].shape[0];
    if (view[2].shape[0] != count || view[2].shape[1] != columns) {
        PyErr_SetString(PyExc_ValueError, "there is no room for these rows");
        goto end;
    }
    for (Py_ssize_t row = 0; row < count; row++) {
        if (places[row] < 0 || places[row] >= view[0].shape[0]) {
            PyErr_SetString(PyExc_ValueError, "the table has no such row");
            goto end;
        }
        const uint16_t *from = (const uint16_t *)view[0].buf + places[row] * columns;
        float *to = (float *)view[2].buf + row * columns;
        for (Py_ssize_t column = 0; column < columns; column++)
            to[column] = widened(from[column]);
    }
    done = Py_None;
    Py_INCREF(done);
end:
    while (held)
        PyBuffer_Release(&view[--held]);
    return done;
}
