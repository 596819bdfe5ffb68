/* Credit hints of lines: signs near the end that credits are set with, and an opening that comes again. The Python twin
 * is _py_hints in cleaners/text/credit_hints.py.
 */

enum { TWICE = 1, MARK = 2, COLON = 4, GLUED = 8, FAINT = 16 };         /* hints, SHARED with credit_hints.py */
enum { CLOSES = 1, MARKS = 2, BARS = 4, OPENS = 8, JOINS = 16 };        /* what a character is, SHARED likewise */

/* What credit_hints.py says of characters and lines; the fields of `limits` are in the order of its _LIMITS. */
typedef struct {
    const uint8_t *classes; /* of the characters below `known`; the others are of none */
    Py_ssize_t known;
    Py_ssize_t longest, tail, half, label_end, label_reach; /* characters */
    Py_ssize_t labels;                                      /* colons */
} Hinting;

static inline unsigned class_in(const Hinting *h, Py_UCS4 c)
{
    return (Py_ssize_t)c < h->known ? h->classes[c] : 0;
}

/* True when a letter that a label may begin with stands glued to a word, shortly before the colon here. */
static inline int follows_glued(const Hinting *h, int kind, const void *line, Py_ssize_t colon)
{
    int inside = 0; /* a word, and not behind a capital */
    for (Py_ssize_t at = colon > h->label_reach ? colon - h->label_reach - 1 : 0; at < colon; at++) {
        const Py_UCS4 c = PyUnicode_READ(kind, line, at);
        const int capital = c >= 'A' && c <= 'Z', letter = Py_UNICODE_ISALNUM(c);
        if (inside && (capital || (c > ASCII && letter)))
            return 1;
        inside = (letter && !capital) || class_in(h, c) & JOINS;
    }
    return 0;
}

/* True when the characters from here on come again behind them. */
static inline int comes_again(const Hinting *h, int kind, const void *line, Py_ssize_t length, Py_ssize_t start)
{
    const Py_UCS4 first = length - start >= 2 * h->half ? PyUnicode_READ(kind, line, start) : 0;
    const char *opening = (const char *)line + start * kind;
    const size_t size = (size_t)(h->half * kind);
    for (Py_ssize_t at = start + h->half; at <= length - h->half; at++)
        if (PyUnicode_READ(kind, line, at) == first && memcmp((const char *)line + at * kind, opening, size) == 0)
            return 1;
    return 0;
}

static inline int hints_in(const Hinting *h, int kind, const void *line, Py_ssize_t length)
{
#define CHARACTER(at) PyUnicode_READ(kind, line, at)
    if (length == 0 || length > h->longest)
        return 0;
    int hints = 0;
    if (class_in(h, CHARACTER(length - 1)) & CLOSES || (length > 1 && class_in(h, CHARACTER(length - 2)) & CLOSES))
        hints = FAINT;
    for (Py_ssize_t at = length > h->tail ? length - h->tail : 0; at < length; at++) {
        const Py_UCS4 c = CHARACTER(at);
        const unsigned class = class_in(h, c);
        if (c == ':')
            hints |= hints & GLUED || !follows_glued(h, kind, line, at) ? COLON : COLON | GLUED;
        else if (class & BARS)
            hints |= FAINT;
        else if (class & MARKS)
            hints |= MARK;
    }
    if (length < 2 * h->half)
        return hints;
    if (class_in(h, CHARACTER(0)) & OPENS || comes_again(h, kind, line, length, 0))
        return hints | TWICE;
    Py_ssize_t labels = 0;
    for (Py_ssize_t at = 0; at < h->label_end && at < length && labels < h->labels; at++)
        if (CHARACTER(at) == ':') {
            labels++;
            if (comes_again(h, kind, line, length, at + 1 + (at + 1 < length && CHARACTER(at + 1) == ' ')))
                return hints | TWICE;
        }
    return hints;
#undef CHARACTER
}

PyDoc_STRVAR(credit_hints_doc, "credit_hints(lines, classes, limits)\n--\n\n"
                               "For each line its hints, as a number; `classes` and `limits` as in credit_hints.py.");

static PyObject *credit_hints(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *lines;
    Hinting h;
    if (!PyArg_ParseTuple(args, "O!y#(nnnnnn)", &PyList_Type, &lines, &h.classes, &h.known, &h.longest, &h.tail, &h.half,
                          &h.label_end, &h.label_reach, &h.labels)
        || !all_strings(lines))
        return NULL;
    if (h.half < 1 || h.tail < 0 || h.label_reach < 0) {
        unfit("no such limits");
        return NULL;
    }
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
            out[i] = (char)hints_in(&h, PyUnicode_1BYTE_KIND, data, length);
            break;
        case PyUnicode_2BYTE_KIND:
            out[i] = (char)hints_in(&h, PyUnicode_2BYTE_KIND, data, length);
            break;
        default:
            out[i] = (char)hints_in(&h, PyUnicode_4BYTE_KIND, data, length);
        }
    }
    return found;
}
