/* Fields of all blocks at once. The Python twins are _py_field_arrays and _py_group_numbers in cleaners/judge/block_arrays.py. */

/* The fields of the blocks that a function reads. */
typedef struct {
    PyObject *blocks;
    Py_ssize_t *places, count;
} Fields;

static int read_fields(Fields *fields, PyObject *blocks, PyObject *places)
{
    fields->blocks = blocks;
    fields->places = read_numbers(places, &fields->count);
    if (fields->places == NULL)
        return -1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(blocks); i++) {
        PyObject *block = PyTuple_GET_ITEM(blocks, i);
        for (Py_ssize_t place = 0; place < fields->count; place++)
            if (!PyTuple_Check(block) || fields->places[place] >= PyTuple_GET_SIZE(block)) {
                PyMem_Free(fields->places);
                return unfit("a block without the field");
            }
    }
    return 0;
}

static PyObject *field_of(const Fields *fields, Py_ssize_t block, Py_ssize_t place)
{
    return PyTuple_GET_ITEM(PyTuple_GET_ITEM(fields->blocks, block), fields->places[place]);
}

static int read_whole(PyObject *number, int64_t *to)
{
    *to = PyLong_AsLongLong(number);
    return *to == -1 && PyErr_Occurred() ? -1 : 0;
}

PyDoc_STRVAR(field_arrays_doc, "field_arrays(blocks, places, out)\n--\n\n"
                         "Writes the whole numbers that the blocks hold at these places, a row each.");

static PyObject *field_arrays(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *blocks, *places, *out;
    Py_buffer rows;
    Fields read;
    if (!PyArg_ParseTuple(args, "O!OO", &PyTuple_Type, &blocks, &places, &out)
        || numbers(out, &rows, 2, "lq", 8, PyBUF_WRITABLE) < 0)
        return NULL;
    if (read_fields(&read, blocks, places) < 0) {
        PyBuffer_Release(&rows);
        return NULL;
    }
    int64_t *number = rows.buf;
    Py_ssize_t count = PyTuple_GET_SIZE(blocks);
    int failed = 0;
    if (rows.shape[0] != read.count || rows.shape[1] != count)
        failed = unfit("no room for the fields");
    for (Py_ssize_t place = 0; !failed && place < read.count; place++)
        for (Py_ssize_t i = 0; !failed && i < count; i++)
            failed = read_whole(field_of(&read, i, place), number++) < 0;
    PyMem_Free(read.places);
    PyBuffer_Release(&rows);
    return none_unless(failed);
}

/* True when two blocks hold the very same objects, as neighbours often do. */
static int are_same(const Fields *fields, Py_ssize_t block, Py_ssize_t other)
{
    Py_ssize_t place = 0;
    while (place < fields->count && field_of(fields, block, place) == field_of(fields, other, place))
        place++;
    return place == fields->count;
}

/* The number of the block's group, a new one for a new key; -1 after an error. */
static Py_ssize_t group_of(const Fields *fields, Py_ssize_t block, PyObject *known)
{
    PyObject *key = fields->count == 1 ? field_of(fields, block, 0) : PyTuple_New(fields->count);
    if (key == NULL)
        return -1;
    if (fields->count == 1)
        Py_INCREF(key);
    for (Py_ssize_t place = 0; fields->count != 1 && place < fields->count; place++) {
        PyObject *field = field_of(fields, block, place);
        Py_INCREF(field);
        PyTuple_SET_ITEM(key, place, field);
    }
    PyObject *found = PyDict_GetItemWithError(known, key); /* borrowed */
    Py_ssize_t group = -1;
    if (found != NULL) {
        group = PyLong_AsSsize_t(found);
    } else if (!PyErr_Occurred()) {
        group = PyDict_GET_SIZE(known);
        PyObject *next = PyLong_FromSsize_t(group);
        if (next == NULL || PyDict_SetItem(known, key, next) < 0)
            group = -1;
        Py_XDECREF(next);
    }
    Py_DECREF(key);
    return group;
}

/* Writes the number of each block's group. */
static int write_groups(const Fields *fields, int64_t *group)
{
    PyObject *known = PyDict_New();
    Py_ssize_t number = known == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; number >= 0 && i < PyTuple_GET_SIZE(fields->blocks); i++) {
        if (i == 0 || !are_same(fields, i - 1, i))
            number = group_of(fields, i, known);
        group[i] = number;
    }
    Py_XDECREF(known);
    return number < 0 ? -1 : 0;
}

PyDoc_STRVAR(group_numbers_doc, "group_numbers(blocks, places, out)\n--\n\n"
                         "Writes for each block the number of those that are equal to it at these places.");

static PyObject *group_numbers(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *blocks, *places, *out;
    Py_buffer group;
    Fields read;
    if (!PyArg_ParseTuple(args, "O!OO", &PyTuple_Type, &blocks, &places, &out)
        || numbers(out, &group, 1, "lq", 8, PyBUF_WRITABLE) < 0)
        return NULL;
    if (read_fields(&read, blocks, places) < 0) {
        PyBuffer_Release(&group);
        return NULL;
    }
    int failed = 0;
    if (group.shape[0] != PyTuple_GET_SIZE(blocks))
        failed = unfit("no room for the groups");
    else
        failed = write_groups(&read, group.buf);
    PyMem_Free(read.places);
    PyBuffer_Release(&group);
    return none_unless(failed);
}
