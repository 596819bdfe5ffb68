/* This part of _native.c does two passes of cleaners/site/fingerprints.py in C: it takes the numbers and dates out of lines before
 * they are named, and puts what a page shows its sister pages in order. _names and _taken say there what is right.
 */

enum { LONGEST_DATED = 100 };                      /* bytes, as in survey.py */
enum { MOST_WORDS = 65535, PLACES = 8 };           /* of a line; where on a page it may stand, as in survey.py */
enum { ZONE_FIELD = 6, WORDS_FIELD = 7 };          /* of BLOCK_FIELDS */
enum { KEY_BYTES = 8, WORDS_BYTES = 2, PACKED = 12 }; /* of a line in a packed survey */

typedef struct {
    uint64_t key;
    Py_ssize_t at;
    int kept;
} Shown;

static inline int parts_words(char c)
{
    switch (c) {
    case ' ': case '\t': case '\n': case '\r': case '\v': case '\f':
    case '.': case ',': case ';': case ':': case '(': case ')': case '|': case '-':
        return 1;
    default:
        return 0;
    }
}

/* Writes the line with one zero for each number and says how long that is. */
static Py_ssize_t unnumbered(const char *line, Py_ssize_t length, char *to)
{
    Py_ssize_t size = 0;
    int digit = 0;
    for (Py_ssize_t i = 0; i < length; i++) {
        const int before = digit;
        digit = line[i] >= '0' && line[i] <= '9';
        to[size] = digit ? '0' : line[i];
        size += !(digit && before);
    }
    return size;
}

/* The line, a short one with a number, with a zero for each word of the calendar; NULL when memory is short. */
static PyObject *undated_line(const char *line, Py_ssize_t length, PyObject *calendar)
{
    char dated[LONGEST_DATED + 1];
    Py_ssize_t size = 0;
    int names = 0;
    for (Py_ssize_t at = 0; at < length;) {
        while (at < length && parts_words(line[at]))
            at++;
        const Py_ssize_t from = at;
        while (at < length && !parts_words(line[at]))
            at++;
        if (at == from)
            break;
        PyObject *word = PyBytes_FromStringAndSize(line + from, at - from);
        const int known = word == NULL ? -1 : PySet_Contains(calendar, word);
        Py_XDECREF(word);
        if (known < 0)
            return NULL;
        names |= known;
        if (size)
            dated[size++] = ' ';
        if (known)
            dated[size++] = '0';
        else {
            memcpy(dated + size, line + from, (size_t)(at - from));
            size += at - from;
        }
    }
    return names ? PyBytes_FromStringAndSize(dated, size) : PyBytes_FromStringAndSize(line, length);
}

PyDoc_STRVAR(undated_doc, "undated(lines, calendar)\n--\n\n"
                          "The lines of these bytes with one zero for each number, and in short ones for each word of\n"
                          "the calendar.");

static PyObject *undated(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *lines, *calendar;
    if (!PyArg_ParseTuple(args, "SO!", &lines, &PyFrozenSet_Type, &calendar))
        return NULL;
    const char *line = PyBytes_AS_STRING(lines), *end = line + PyBytes_GET_SIZE(lines);
    char *room = PyMem_Malloc((size_t)PyBytes_GET_SIZE(lines) + 1);
    if (room == NULL)
        return PyErr_NoMemory();
    PyObject *found = PyList_New(0);
    while (found != NULL) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        const Py_ssize_t length = (stop == NULL ? end : stop) - line;
        const Py_ssize_t size = unnumbered(line, length, room);
        const int dated = size <= LONGEST_DATED && memchr(room, '0', (size_t)size) != NULL;
        PyObject *told = dated ? undated_line(room, size, calendar) : PyBytes_FromStringAndSize(room, size);
        if (told == NULL || PyList_Append(found, told) < 0)
            Py_CLEAR(found);
        Py_XDECREF(told);
        if (stop == NULL)
            break;
        line = stop + 1;
    }
    PyMem_Free(room);
    return found;
}

/* By key; of one key the line that stands for it last: kept before dropped, the later before the earlier. */
static int compare_shown(const void *one, const void *other)
{
    const Shown *a = one, *b = other;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->kept != b->kept)
        return a->kept - b->kept;
    return (a->at > b->at) - (a->at < b->at);
}

/* Takes key and verdict of each line that has a key; gives how many, or -1. */
static Py_ssize_t take_shown(Shown *shown, PyObject *names, PyObject *verdicts)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(verdicts); i++) { /* nothing here runs Python */
        PyObject *verdict = PyTuple_GET_ITEM(verdicts, i);
        const uint64_t key = PyLong_AsUnsignedLongLong(PyList_GET_ITEM(names, i));
        if (key == (uint64_t)-1 && PyErr_Occurred())
            return -1;
        if (verdict != Py_None && !(PyTuple_Check(verdict) && PyTuple_GET_SIZE(verdict)))
            return unfit("a verdict that is none");
        if (key)
            shown[count++] = (Shown){key, i, verdict == Py_None || PyTuple_GET_ITEM(verdict, 0) == Py_True};
    }
    return count;
}

/* The place of a block of these zones, from 0 for none. */
static long place_in(long zone, const long *zones)
{
    for (int i = 0; i < PLACES; i++)
        if (zone & zones[i])
            return i + 1;
    return 0;
}

/* Writes the lines, in order of key; -1 when a block is not as it should be. */
static int write_shown(uint8_t *out, const Shown *shown, Py_ssize_t count, PyObject *blocks, const long *zones)
{
    uint8_t *words_out = out + KEY_BYTES * count, *place_out = words_out + WORDS_BYTES * count;
    uint8_t *kept_out = place_out + count;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *block = PyTuple_GET_ITEM(blocks, shown[i].at);
        if (!PyTuple_Check(block) || PyTuple_GET_SIZE(block) != FIELDS)
            return unfit("a block without its fields");
        const long zone = PyLong_AsLong(PyTuple_GET_ITEM(block, ZONE_FIELD));
        long words = PyLong_AsLong(PyTuple_GET_ITEM(block, WORDS_FIELD));
        if ((zone == -1 || words == -1) && PyErr_Occurred())
            return -1;
        if (words < 0)
            return unfit("a block of less than no words");
        words = words < MOST_WORDS ? words : MOST_WORDS;
        for (int byte = 0; byte < KEY_BYTES; byte++)
            out[KEY_BYTES * i + byte] = (uint8_t)(shown[i].key >> 8 * byte);
        words_out[WORDS_BYTES * i] = (uint8_t)words;
        words_out[WORDS_BYTES * i + 1] = (uint8_t)(words >> 8);
        place_out[i] = (uint8_t)place_in(zone, zones);
        kept_out[i] = (uint8_t)shown[i].kept;
    }
    return 0;
}

PyDoc_STRVAR(shown_doc, "shown(names, blocks, verdicts, zones)\n--\n\n"
                        "The packed survey of a page: its distinct lines in order of name, which is not 0.");

static PyObject *shown(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *names, *blocks, *verdicts;
    long zones[PLACES];
    if (!PyArg_ParseTuple(args, "O!O!O!(llllllll)", &PyList_Type, &names, &PyTuple_Type, &blocks, &PyTuple_Type,
                          &verdicts, &zones[0], &zones[1], &zones[2], &zones[3], &zones[4], &zones[5], &zones[6],
                          &zones[7]))
        return NULL;
    const Py_ssize_t lines = PyList_GET_SIZE(names);
    if (PyTuple_GET_SIZE(blocks) != lines || PyTuple_GET_SIZE(verdicts) != lines) {
        unfit("names, blocks and verdicts do not fit each other");
        return NULL;
    }
    Shown *all = PyMem_Calloc((size_t)lines + 1, sizeof *all);
    if (all == NULL)
        return PyErr_NoMemory();
    PyObject *packed = NULL;
    const Py_ssize_t taken = take_shown(all, names, verdicts);
    if (taken >= 0) {
        Py_ssize_t count = 0;
        qsort(all, (size_t)taken, sizeof *all, compare_shown);
        for (Py_ssize_t i = 0; i < taken; i++)
            if (i + 1 == taken || all[i + 1].key != all[i].key)
                all[count++] = all[i];
        packed = PyBytes_FromStringAndSize(NULL, PACKED * count);
        if (packed != NULL && write_shown((uint8_t *)PyBytes_AS_STRING(packed), all, count, blocks, zones) < 0)
            Py_CLEAR(packed);
    }
    PyMem_Free(all);
    return packed;
}
