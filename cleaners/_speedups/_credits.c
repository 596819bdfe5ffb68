/* This part of _native.c looks at every line for what captions show: signs of a credit near its end, and its opening
 * again; and at the classes of elements. captions._signs and embeds._plain_classed say what is right.
 */

enum { TWICE = 1, MARK = 2, COLON = 4, GLUED = 8, FAINT = 16 }; /* as in captions.py */
enum { MOST_LINE = 1200, LINE_END = 120, HALF = 20, LABEL_END = 60, LABEL_REACH = 24, LABELS = 2 }; /* characters; colons */

static inline int closes_bracket(Py_UCS4 c)
{
    return c == ')' || c == ']' || c == 0xff09 || c == 0x3011 || c == 0xff3d; /* ）】］ */
}

static inline int is_credit_mark(Py_UCS4 c)
{
    return c == '=' || c == 0xa9 || c == 0x24d2 || c == 0xff1a || c == 0xff1d; /* ©ⓒ：＝ */
}

/* True when a letter that a label may begin with stands glued to a word, shortly before the colon here. */
static inline int follows_glued(int kind, const void *line, Py_ssize_t colon)
{
    int inside = 0; /* a word, and not behind a capital */
    for (Py_ssize_t at = colon > LABEL_REACH ? colon - LABEL_REACH - 1 : 0; at < colon; at++) {
        const Py_UCS4 c = PyUnicode_READ(kind, line, at);
        const int capital = c >= 'A' && c <= 'Z', letter = Py_UNICODE_ISALNUM(c);
        if (inside && (capital || (c > 0x7f && letter)))
            return 1;
        inside = (letter && !capital) || c == 0x200b || c == 0xad || c == 0xfeff;
    }
    return 0;
}

/* True when the characters from here on come again behind them. */
static inline int comes_again(int kind, const void *line, Py_ssize_t length, Py_ssize_t start)
{
    const Py_UCS4 first = length - start >= 2 * HALF ? PyUnicode_READ(kind, line, start) : 0;
    const char *opening = (const char *)line + start * kind;
    for (Py_ssize_t at = start + HALF; at <= length - HALF; at++)
        if (PyUnicode_READ(kind, line, at) == first && memcmp((const char *)line + at * kind, opening, HALF * (size_t)kind) == 0)
            return 1;
    return 0;
}

static inline int signs_in(int kind, const void *line, Py_ssize_t length)
{
#define CHARACTER(at) PyUnicode_READ(kind, line, at)
    if (length == 0 || length > MOST_LINE)
        return 0;
    int signs = closes_bracket(CHARACTER(length - 1)) || (length > 1 && closes_bracket(CHARACTER(length - 2))) ? FAINT : 0;
    for (Py_ssize_t at = length > LINE_END ? length - LINE_END : 0; at < length; at++) {
        const Py_UCS4 c = CHARACTER(at);
        if (c == ':')
            signs |= signs & GLUED || !follows_glued(kind, line, at) ? COLON : COLON | GLUED;
        else if (c == '/' || c == '|')
            signs |= FAINT;
        else if (is_credit_mark(c))
            signs |= MARK;
    }
    if (length < 2 * HALF)
        return signs;
    const Py_UCS4 first = CHARACTER(0);
    if (first == '[' || first == '(' || (first >= '0' && first <= '9') || comes_again(kind, line, length, 0))
        return signs | TWICE;
    int labels = 0;
    for (Py_ssize_t at = 0; at < LABEL_END && at < length && labels < LABELS; at++)
        if (CHARACTER(at) == ':') {
            labels++;
            if (comes_again(kind, line, length, at + 1 + (at + 1 < length && CHARACTER(at + 1) == ' ')))
                return signs | TWICE;
        }
    return signs;
#undef CHARACTER
}

PyDoc_STRVAR(signs_doc, "signs(lines)\n--\n\nFor each line: the signs of a caption in it, as a number.");

static PyObject *signs(PyObject *Py_UNUSED(module), PyObject *lines)
{
    if (!PyList_Check(lines)) {
        PyErr_SetString(PyExc_TypeError, "lines are a list");
        return NULL;
    }
    if (!all_strings(lines))
        return NULL;
    const Py_ssize_t count = PyList_GET_SIZE(lines);
    PyObject *found = PyBytes_FromStringAndSize(NULL, count);
    if (found == NULL)
        return NULL;
    char *out = PyBytes_AS_STRING(found);
    for (Py_ssize_t i = 0; i < count; i++) { /* nothing here runs Python, so the list stays as it is */
        PyObject *line = PyList_GET_ITEM(lines, i);
        const void *data = PyUnicode_DATA(line);
        const Py_ssize_t length = PyUnicode_GET_LENGTH(line);
        switch (PyUnicode_KIND(line)) {
        case PyUnicode_1BYTE_KIND:
            out[i] = (char)signs_in(PyUnicode_1BYTE_KIND, data, length);
            break;
        case PyUnicode_2BYTE_KIND:
            out[i] = (char)signs_in(PyUnicode_2BYTE_KIND, data, length);
            break;
        default:
            out[i] = (char)signs_in(PyUnicode_4BYTE_KIND, data, length);
        }
    }
    return found;
}

enum { LONGEST_CLASS = 63 }; /* characters, of those that are sought */

typedef struct {
    PyObject *classes; /* a list of ASCII strings */
    uint64_t lengths;  /* bit n: one of them has n characters */
} Sought;

/* True when a class with these characters is sought. */
static inline int is_sought(const Sought *sought, int kind, const void *name, Py_ssize_t from, Py_ssize_t length)
{
    if (length > LONGEST_CLASS || !(sought->lengths >> length & 1))
        return 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(sought->classes); i++) {
        PyObject *class = PyList_GET_ITEM(sought->classes, i);
        if (PyUnicode_GET_LENGTH(class) != length)
            continue;
        const Py_UCS1 *characters = PyUnicode_1BYTE_DATA(class);
        Py_ssize_t same = 0;
        while (same < length && PyUnicode_READ(kind, name, from + same) == characters[same])
            same++;
        if (same == length)
            return 1;
    }
    return 0;
}

static inline int has_sought(const Sought *sought, int kind, const void *name, Py_ssize_t length)
{
    Py_ssize_t from = -1; /* of a class; the first word is the tag */
    for (Py_ssize_t at = 0; at <= length; at++)
        if (at == length || PyUnicode_READ(kind, name, at) == ' ') {
            if (from >= 0 && is_sought(sought, kind, name, from, at - from))
                return 1;
            from = at + 1;
        }
    return 0;
}

PyDoc_STRVAR(classed_doc, "classed(names, classes)\n--\n\n"
                          "The positions of the names, a tuple of tags with their classes behind, that have one of\n"
                          "these classes, a list of short ASCII strings.");

static PyObject *classed(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *names;
    Sought sought = {NULL, 0};
    if (!PyArg_ParseTuple(args, "O!O!", &PyTuple_Type, &names, &PyList_Type, &sought.classes))
        return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(sought.classes); i++) {
        PyObject *class = PyList_GET_ITEM(sought.classes, i);
        if (!PyUnicode_Check(class) || !PyUnicode_IS_ASCII(class) || PyUnicode_GET_LENGTH(class) > LONGEST_CLASS)
            goto unfit;
        sought.lengths |= (uint64_t)1 << PyUnicode_GET_LENGTH(class);
    }
    PyObject *found = PyList_New(0);
    for (Py_ssize_t i = 0; found != NULL && i < PyTuple_GET_SIZE(names); i++) { /* nothing here runs Python */
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (!PyUnicode_Check(name)) {
            Py_DECREF(found);
            goto unfit;
        }
        const void *data = PyUnicode_DATA(name);
        const Py_ssize_t length = PyUnicode_GET_LENGTH(name);
        const int has = PyUnicode_KIND(name) == PyUnicode_1BYTE_KIND
                            ? has_sought(&sought, PyUnicode_1BYTE_KIND, data, length)
                            : has_sought(&sought, PyUnicode_KIND(name), data, length);
        PyObject *position = has ? PyLong_FromSsize_t(i) : NULL;
        if (has && (position == NULL || PyList_Append(found, position) < 0))
            Py_CLEAR(found);
        Py_XDECREF(position);
    }
    return found;
unfit:
    unfit("a name is no string, or a class no short ASCII string");
    return NULL;
}
